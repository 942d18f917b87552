"""The records that the city fed, in SQLite: each change whole, visible to issuance once it returns. [2.6]"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kofu.v1.common_pb2 import Holder
from kofu.v1.feed_pb2 import FeedChange
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.runtime import Refusal

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS resident (
  resident_key TEXT PRIMARY KEY, household_key TEXT NOT NULL, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resident_household ON resident (household_key);
CREATE TABLE IF NOT EXISTS holder (
  issuer_key_id BLOB, serial TEXT, resident_key TEXT NOT NULL,
  PRIMARY KEY (issuer_key_id, serial, resident_key)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS holder_resident ON holder (resident_key);
CREATE TABLE IF NOT EXISTS tax (
  resident_key TEXT, tax_year INTEGER, record BLOB NOT NULL,
  PRIMARY KEY (resident_key, tax_year)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feed (
  one INTEGER PRIMARY KEY CHECK (one = 1), feed_id TEXT, applied INTEGER NOT NULL, complete INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO feed VALUES (1, NULL, 0, 0);
"""


@dataclass(frozen=True)
class Standing:
    """What the register knows of an applicant at one moment: the person, the household in its order, the taxes."""

    resident: ResidentRecord
    household: tuple[ResidentRecord, ...]
    taxes: tuple[TaxRecord, ...]


class Register:
    """The fed records of one city. Call it from one thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def open_feed(self, feed_id: str) -> int:
        """Takes up a feed; the next number expected. A feed that was built anew is not taken for the old one."""
        known, applied = self._connection.execute("SELECT feed_id, applied FROM feed").fetchone()
        if known is not None and known != feed_id:
            raise Refusal(Reason.REASON_FEED_GAP, expected_feed="another")
        self._connection.execute("UPDATE feed SET feed_id = ?", (feed_id,))
        return int(applied) + 1

    def apply(self, change: FeedChange) -> None:
        """Applies a change whole. A number seen before is passed over; a number left out raises REASON_FEED_GAP."""
        (applied,) = self._connection.execute("SELECT applied FROM feed").fetchone()
        if change.number <= applied:
            return
        if change.number != applied + 1:
            raise Refusal(Reason.REASON_FEED_GAP, expected=str(applied + 1), received=str(change.number))
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for resident in change.residents:
                self.put_resident(resident)
            for key in change.withdrawn_tax_resident_keys:
                self._connection.execute("DELETE FROM tax WHERE resident_key = ?", (key,))
            for tax in change.taxes:
                self._put_tax(tax)
            self._connection.execute("UPDATE feed SET applied = ?", (change.number,))

    def note_newest(self, number: int) -> None:
        """The sender's newest number: once all up to it are applied, the first load is complete.

        Where nothing was fed there is no load, whatever a sender says that knows of no change itself.
        """
        self._connection.execute("UPDATE feed SET complete = 1 WHERE complete = 0 AND applied >= max(?, 1)", (number,))

    def is_current(self) -> bool:
        """Whether the records are known to be complete. [2.6]"""
        (complete,) = self._connection.execute("SELECT complete FROM feed").fetchone()
        return bool(complete)

    def standing_of(self, holder: Holder) -> Standing | None:
        """The applicant by the fed link of the certificate, never by a name; None where there is not exactly one.

        All of it is of one moment, also where another server of the site applies a change meanwhile.
        """
        self._connection.execute("BEGIN")
        try:
            return self._standing_of(holder)
        finally:
            self._connection.execute("COMMIT")

    def _standing_of(self, holder: Holder) -> Standing | None:
        rows = self._connection.execute(
            "SELECT r.record FROM holder h JOIN resident r USING (resident_key) WHERE issuer_key_id = ? AND serial = ?",
            (holder.issuer_key_id, holder.certificate_serial),
        ).fetchall()
        if len(rows) != 1:
            return None
        resident = ResidentRecord.FromString(rows[0][0])
        control = resident.control
        household = self._connection.execute(
            "SELECT record FROM resident WHERE household_key = ?", (control.household_key,)
        ).fetchall()
        taxes = self._connection.execute("SELECT record FROM tax WHERE resident_key = ?", (control.resident_key,))
        members = [ResidentRecord.FromString(record) for (record,) in household]
        return Standing(
            resident,
            tuple(sorted(members, key=lambda member: member.control.member_number)),
            tuple(TaxRecord.FromString(record) for (record,) in taxes),
        )

    def put_resident(self, resident: ResidentRecord) -> None:
        """Writes one person's record and links, within the transaction of its change."""
        control = resident.control
        self._connection.execute(
            "INSERT OR REPLACE INTO resident VALUES (?, ?, ?)",
            (control.resident_key, control.household_key, resident.SerializeToString()),
        )
        self._connection.execute("DELETE FROM holder WHERE resident_key = ?", (control.resident_key,))
        self._connection.executemany(
            "INSERT OR REPLACE INTO holder VALUES (?, ?, ?)",
            [(holder.issuer_key_id, holder.certificate_serial, control.resident_key) for holder in control.holders],
        )

    def _put_tax(self, tax: TaxRecord) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO tax VALUES (?, ?, ?)", (tax.resident_key, tax.tax_year, tax.SerializeToString())
        )
