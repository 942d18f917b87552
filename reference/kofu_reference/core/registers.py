"""The registers of residents, seals and tax, and the outbox of the feed, in one SQLite database. [2.1, 2.3, 2.6]

A change is committed together with its place in the feed: none is lost, and none is sent that did not happen.
"""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from kofu.v1.common_pb2 import Holder
from kofu.v1.feed_pb2 import FeedChange, RecordChangeKind
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS resident (
  resident_key TEXT PRIMARY KEY, household_key TEXT NOT NULL, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resident_household ON resident (household_key);
CREATE TABLE IF NOT EXISTS holder (
  issuer_key_id BLOB, serial TEXT, resident_key TEXT NOT NULL,
  PRIMARY KEY (issuer_key_id, serial)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tax (
  resident_key TEXT, tax_year INTEGER, record BLOB NOT NULL,
  PRIMARY KEY (resident_key, tax_year)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY, change BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS feed (
  one INTEGER PRIMARY KEY CHECK (one = 1), feed_id TEXT NOT NULL, acknowledged INTEGER NOT NULL) STRICT;
"""


class Registers:
    """The city's registers. Call it from one thread; what a method wrote is durable when it returns."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("INSERT OR IGNORE INTO feed VALUES (1, ?, 0)", (str(uuid.uuid4()),))

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is done within is done whole or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def commit(
        self,
        kind: RecordChangeKind,
        now: datetime,
        residents: Sequence[ResidentRecord] = (),
        taxes: Sequence[TaxRecord] = (),
    ) -> int:
        """Writes records and the change that feeds them, within a transaction; the change's number."""
        for resident in residents:
            self._put_resident(resident)
        for tax in taxes:
            self._put_tax(tax)
        change = FeedChange(number=self.newest_number() + 1, kind=kind, residents=residents, taxes=taxes)
        change.committed_at.FromDatetime(now)
        self._connection.execute("INSERT INTO outbox VALUES (?, ?)", (change.number, change.SerializeToString()))
        return change.number

    def resident(self, resident_key: str) -> ResidentRecord | None:
        row = self._connection.execute("SELECT record FROM resident WHERE resident_key = ?", (resident_key,)).fetchone()
        return None if row is None else ResidentRecord.FromString(row[0])

    def household(self, household_key: str) -> list[ResidentRecord]:
        """Everyone recorded in a household, also those who have gone, by their number in it."""
        rows = self._connection.execute("SELECT record FROM resident WHERE household_key = ?", (household_key,))
        members = [ResidentRecord.FromString(record) for (record,) in rows]
        return sorted(members, key=lambda member: member.control.member_number)

    def next_household_key(self) -> str:
        """A household key that nobody had yet."""
        (greatest,) = self._connection.execute("SELECT max(household_key) FROM resident").fetchone()
        return f"h{int((greatest or 'h0')[1:]) + 1:08d}"

    def next_resident_key(self) -> str:
        """A resident key that nobody had yet."""
        (greatest,) = self._connection.execute("SELECT max(resident_key) FROM resident").fetchone()
        return f"r{int((greatest or 'r0')[1:]) + 1:08d}"

    def linked_to(self, holder: Holder) -> str | None:
        """The key of the resident to whom a certificate is linked."""
        row = self._connection.execute(
            "SELECT resident_key FROM holder WHERE issuer_key_id = ? AND serial = ?",
            (holder.issuer_key_id, holder.certificate_serial),
        ).fetchone()
        return None if row is None else str(row[0])

    def newest_number(self) -> int:
        """The number of the newest change, 0 where there is none."""
        (number,) = self._connection.execute("SELECT coalesce(max(number), 0) FROM outbox").fetchone()
        return int(number)

    def changes_from(self, number: int, most: int) -> list[FeedChange]:
        rows = self._connection.execute(
            "SELECT change FROM outbox WHERE number >= ? ORDER BY number LIMIT ?", (number, most)
        )
        return [FeedChange.FromString(change) for (change,) in rows]

    def feed_id(self) -> str:
        (feed_id,) = self._connection.execute("SELECT feed_id FROM feed").fetchone()
        return str(feed_id)

    def acknowledge(self, number: int) -> None:
        """Everything up to this number is visible to issuance."""
        self._connection.execute("UPDATE feed SET acknowledged = max(acknowledged, ?)", (number,))

    def acknowledged_number(self) -> int:
        (number,) = self._connection.execute("SELECT acknowledged FROM feed").fetchone()
        return int(number)

    def _put_resident(self, resident: ResidentRecord) -> None:
        control = resident.control
        self._connection.execute(
            "INSERT OR REPLACE INTO resident VALUES (?, ?, ?)",
            (control.resident_key, control.household_key, resident.SerializeToString()),
        )
        self._connection.execute("DELETE FROM holder WHERE resident_key = ?", (control.resident_key,))
        self._connection.executemany(
            "INSERT INTO holder VALUES (?, ?, ?)",
            [(holder.issuer_key_id, holder.certificate_serial, control.resident_key) for holder in control.holders],
        )

    def _put_tax(self, tax: TaxRecord) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO tax VALUES (?, ?, ?)", (tax.resident_key, tax.tax_year, tax.SerializeToString())
        )
