"""The registers of residents, seals and tax, and the outbox of the feed, in one database. [2.1, 2.3, 2.6]

A change is committed together with its place in the feed: none is lost, and none is sent that did not happen.
"""

import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, TypeVar

from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.common_pb2 import Holder
from kofu.v1.counter_pb2 import MoveOut
from kofu.v1.feed_pb2 import FeedChange, FeedSnapshotPart, RecordChangeKind, TaxWithdrawal
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.core.snapshot import snapshot_parts
from kofu_reference.storage import Database

_AT_ONCE: Final = 1000
Element = TypeVar("Element")

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS resident (
  resident_key TEXT PRIMARY KEY, household_key TEXT NOT NULL, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resident_household ON resident (household_key);
CREATE TABLE IF NOT EXISTS holder (
  issuer_key_id BLOB, serial TEXT, resident_key TEXT NOT NULL,
  PRIMARY KEY (issuer_key_id, serial)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS holder_resident ON holder (resident_key);
CREATE TABLE IF NOT EXISTS tax (
  resident_key TEXT, tax_year INTEGER, record BLOB NOT NULL,
  PRIMARY KEY (resident_key, tax_year)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS departure (
  resident_key TEXT PRIMARY KEY, leaves_on TEXT NOT NULL, move_out BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calendar (one INTEGER PRIMARY KEY, calendar BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
  number INTEGER PRIMARY KEY, change_id TEXT NOT NULL, change BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS feed (
  one INTEGER PRIMARY KEY, feed_id TEXT NOT NULL, newest INTEGER NOT NULL, newest_id TEXT NOT NULL,
  begins_after INTEGER NOT NULL, acknowledged INTEGER NOT NULL) STRICT;
"""


@dataclass(frozen=True)
class FeedState:
    """Where the feed stands: changes up to `begins_after` are in no outbox, and reach a receiver by snapshot alone."""

    feed_id: str
    newest: int
    newest_id: str
    begins_after: int
    acknowledged: int


@dataclass(frozen=True)
class Departure:
    """A moving out that was notified for a day, as it is to be filed then."""

    leaves_on: date
    move_out: MoveOut


class Registers:
    """The city's registers. Call it from one thread; what a method wrote is durable when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(_TABLES)
        with database.transaction():
            database.execute(
                "INSERT INTO feed VALUES (1, ?, 0, ?, 0, 0) ON CONFLICT (one) DO NOTHING",
                str(uuid.uuid4()),
                str(uuid.uuid4()),
            )

    def close(self) -> None:
        self._database.close()

    def transaction(self) -> AbstractContextManager[None]:
        """What is done within is done whole or not at all."""
        return self._database.transaction()

    def snapshot(self) -> Generator[FeedSnapshotPart, None, None]:
        """All records as they stand at one moment, over a connection of its own: it may run in another thread."""
        return snapshot_parts(self._database)

    # The records.

    def load(self, residents: Iterable[ResidentRecord], taxes: Iterable[TaxRecord]) -> None:
        """The records with which the city begins, as change 1, which a receiver gets by snapshot; in a transaction."""
        self._put_residents(residents)
        self._put_taxes(taxes)
        self._database.execute("UPDATE feed SET newest = 1, begins_after = 1")

    def commit(
        self,
        kind: RecordChangeKind,
        now: datetime,
        residents: Sequence[ResidentRecord] = (),
        taxes: Sequence[TaxRecord] = (),
        withdrawn_taxes: Sequence[TaxWithdrawal] = (),
        calendar: ServiceCalendar | None = None,
    ) -> int:
        """Writes records and the change that feeds them, within a transaction; the change's number."""
        self._put_residents(residents)
        self._put_taxes(taxes)
        for tax in withdrawn_taxes:
            self._database.execute(
                "DELETE FROM tax WHERE resident_key = ? AND tax_year = ?", tax.resident_key, tax.tax_year
            )
        if calendar is not None:
            self._put_calendar(calendar)
        change = FeedChange(
            number=self.newest_number() + 1,
            kind=kind,
            residents=residents,
            taxes=taxes,
            withdrawn_taxes=withdrawn_taxes,
            change_id=str(uuid.uuid4()),
            calendar=calendar,
        )
        change.committed_at.FromDatetime(now)
        self._database.execute(
            "INSERT INTO outbox VALUES (?, ?, ?)", change.number, change.change_id, change.SerializeToString()
        )
        self._database.execute("UPDATE feed SET newest = ?, newest_id = ?", change.number, change.change_id)
        return change.number

    def resident(self, resident_key: str) -> ResidentRecord | None:
        rows = self._database.execute("SELECT record FROM resident WHERE resident_key = ?", resident_key)
        return ResidentRecord.FromString(rows[0][0]) if rows else None

    def household(self, household_key: str) -> list[ResidentRecord]:
        """Everyone recorded in a household, also those who have gone, by their number in it."""
        rows = self._database.execute("SELECT record FROM resident WHERE household_key = ?", household_key)
        members = [ResidentRecord.FromString(record) for (record,) in rows]
        return sorted(members, key=lambda member: member.control.member_number)

    def next_household_key(self) -> str:
        """A household key that nobody had yet."""
        ((greatest,),) = self._database.execute("SELECT max(household_key) FROM resident")
        return f"h{int((greatest or 'h0')[1:]) + 1:08d}"

    def next_resident_key(self) -> str:
        """A resident key that nobody had yet."""
        ((greatest,),) = self._database.execute("SELECT max(resident_key) FROM resident")
        return f"r{int((greatest or 'r0')[1:]) + 1:08d}"

    def linked_to(self, holder: Holder) -> str | None:
        """The key of the resident to whom a certificate is linked."""
        rows = self._database.execute(
            "SELECT resident_key FROM holder WHERE issuer_key_id = ? AND serial = ?",
            holder.issuer_key_id,
            holder.certificate_serial,
        )
        return str(rows[0][0]) if rows else None

    def has_tax(self, resident_key: str, tax_year: int) -> bool:
        return bool(
            self._database.execute("SELECT 1 FROM tax WHERE resident_key = ? AND tax_year = ?", resident_key, tax_year)
        )

    # Moving out on a day to come.

    def plan_departure(self, leaves_on: date, move_out: MoveOut) -> None:
        self._database.execute(
            "INSERT INTO departure VALUES (?, ?, ?) ON CONFLICT (resident_key)"
            " DO UPDATE SET leaves_on = excluded.leaves_on, move_out = excluded.move_out",
            move_out.resident_key,
            leaves_on.isoformat(),
            move_out.SerializeToString(),
        )

    def forget_departure(self, resident_key: str) -> None:
        self._database.execute("DELETE FROM departure WHERE resident_key = ?", resident_key)

    def departures_due(self, today: date) -> list[Departure]:
        """Who was to leave by this day, the earliest first."""
        rows = self._database.execute(
            "SELECT leaves_on, move_out FROM departure WHERE leaves_on <= ? ORDER BY leaves_on, resident_key",
            today.isoformat(),
        )
        return [Departure(date.fromisoformat(day), MoveOut.FromString(filing)) for day, filing in rows]

    # The feed.

    def feed(self) -> FeedState:
        ((feed_id, newest, newest_id, begins_after, acknowledged),) = self._database.execute(
            "SELECT feed_id, newest, newest_id, begins_after, acknowledged FROM feed"
        )
        return FeedState(str(feed_id), int(newest), str(newest_id), int(begins_after), int(acknowledged))

    def newest_number(self) -> int:
        """The number of the newest change, 0 where there is none."""
        return self.feed().newest

    def changes_from(self, number: int, most: int) -> list[FeedChange]:
        rows = self._database.execute(
            "SELECT change FROM outbox WHERE number >= ? ORDER BY number LIMIT ?", number, most
        )
        return [FeedChange.FromString(change) for (change,) in rows]

    def change_id(self, number: int) -> str | None:
        """The id of the change that has this number in the feed; None where it never gave that number, or the records
        of that number came with a load."""
        state = self.feed()
        if number == state.newest:
            return state.newest_id
        rows = self._database.execute("SELECT change_id FROM outbox WHERE number = ?", number)
        return str(rows[0][0]) if rows else None

    def was_given(self, number: int) -> bool:
        """Whether a change of these registers has this number; those that a restored copy lost have not."""
        state = self.feed()
        return number == 1 <= state.newest or bool(
            self._database.execute("SELECT 1 FROM outbox WHERE number = ?", number)
        )

    def begin_feed_anew(self, receiver_has: int) -> None:
        """Another feed, for a receiver that has more or other changes than these registers ever gave: they are older.

        No number is given twice; the receiver gets a snapshot.
        """
        with self.transaction():
            newest = max(self.newest_number(), receiver_has)
            self._database.execute(
                "UPDATE feed SET feed_id = ?, newest = ?, newest_id = ?, begins_after = ?",
                str(uuid.uuid4()),
                newest,
                str(uuid.uuid4()),
                newest,
            )

    def acknowledge(self, number: int) -> None:
        """Everything up to this number is visible to issuance."""
        self._database.execute("UPDATE feed SET acknowledged = ? WHERE acknowledged < ?", number, number)

    def acknowledged_number(self) -> int:
        return self.feed().acknowledged

    def _put_residents(self, residents: Iterable[ResidentRecord]) -> None:
        """Links are taken away before any is set, so that one may pass from a record to another in one change."""
        for some in _in_batches(residents):
            keys = [(resident.control.resident_key,) for resident in some]
            self._database.execute_many("DELETE FROM holder WHERE resident_key = ?", keys)
            self._database.execute_many(
                "INSERT INTO resident VALUES (?, ?, ?) ON CONFLICT (resident_key)"
                " DO UPDATE SET household_key = excluded.household_key, record = excluded.record",
                [(r.control.resident_key, r.control.household_key, r.SerializeToString()) for r in some],
            )
            self._database.execute_many(
                "INSERT INTO holder VALUES (?, ?, ?)",
                [
                    (h.issuer_key_id, h.certificate_serial, r.control.resident_key)
                    for r in some
                    for h in r.control.holders
                ],
            )

    def _put_taxes(self, taxes: Iterable[TaxRecord]) -> None:
        self._database.execute_many(
            "INSERT INTO tax VALUES (?, ?, ?) ON CONFLICT (resident_key, tax_year)"
            " DO UPDATE SET record = excluded.record",
            ((tax.resident_key, tax.tax_year, tax.SerializeToString()) for tax in taxes),
        )

    def _put_calendar(self, calendar: ServiceCalendar) -> None:
        self._database.execute(
            "INSERT INTO calendar VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET calendar = excluded.calendar",
            calendar.SerializeToString(),
        )


def _in_batches(elements: Iterable[Element]) -> Iterator[list[Element]]:
    """Some elements at a time, so that a whole city never stands in memory."""
    rest = iter(elements)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
