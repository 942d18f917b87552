"""The tables of the issuing server's register, and what is written to and read from them. [2.6]"""

from collections.abc import Sequence
from typing import Final

from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.common_pb2 import Holder
from kofu.v1.feed_pb2 import FeedChange
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.storage import Database

TABLES: Final = """
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
CREATE TABLE IF NOT EXISTS calendar (one INTEGER PRIMARY KEY, calendar BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS feed (
  one INTEGER PRIMARY KEY, feed_id TEXT, applied INTEGER NOT NULL, applied_id TEXT NOT NULL,
  newest_told INTEGER, heard_run TEXT, heard_at REAL) STRICT;
INSERT INTO feed VALUES (1, NULL, 0, '', NULL, NULL, NULL) ON CONFLICT (one) DO NOTHING;
"""


class Records:
    """Residents, links, taxes and the calendar. Whoever writes holds a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def clear(self) -> None:
        """Takes everything away that another feed brought."""
        for table in ("resident", "holder", "tax", "calendar"):
            self._database.execute(f"DELETE FROM {table}")  # noqa: S608 - our own words

    def apply(self, change: FeedChange) -> None:
        self.put_residents(change.residents)
        for tax in change.withdrawn_taxes:
            self._database.execute(
                "DELETE FROM tax WHERE resident_key = ? AND tax_year = ?", tax.resident_key, tax.tax_year
            )
        self.put_taxes(change.taxes)
        if change.HasField("calendar"):
            self.put_calendar(change.calendar)

    def put_residents(self, residents: Sequence[ResidentRecord]) -> None:
        """Writes records and their links."""
        self._database.execute_many(
            "INSERT INTO resident VALUES (?, ?, ?) ON CONFLICT (resident_key)"
            " DO UPDATE SET household_key = excluded.household_key, record = excluded.record",
            [(r.control.resident_key, r.control.household_key, r.SerializeToString()) for r in residents],
        )
        self._database.execute_many(
            "DELETE FROM holder WHERE resident_key = ?", [(resident.control.resident_key,) for resident in residents]
        )
        self._database.execute_many(
            "INSERT INTO holder VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (holder.issuer_key_id, holder.certificate_serial, resident.control.resident_key)
                for resident in residents
                for holder in resident.control.holders
            ],
        )

    def put_taxes(self, taxes: Sequence[TaxRecord]) -> None:
        self._database.execute_many(
            "INSERT INTO tax VALUES (?, ?, ?) ON CONFLICT (resident_key, tax_year)"
            " DO UPDATE SET record = excluded.record",
            [(tax.resident_key, tax.tax_year, tax.SerializeToString()) for tax in taxes],
        )

    def put_calendar(self, calendar: ServiceCalendar) -> None:
        self._database.execute(
            "INSERT INTO calendar VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET calendar = excluded.calendar",
            calendar.SerializeToString(),
        )

    def linked_to(self, holder: Holder) -> ResidentRecord | None:
        """The one resident to whom a certificate is linked; None where there is none, or more than one."""
        rows = self._database.execute(
            "SELECT r.record FROM holder h JOIN resident r USING (resident_key) WHERE issuer_key_id = ? AND serial = ?",
            holder.issuer_key_id,
            holder.certificate_serial,
        )
        return ResidentRecord.FromString(rows[0][0]) if len(rows) == 1 else None

    def household(self, household_key: str) -> tuple[ResidentRecord, ...]:
        """Everyone recorded in a household, by their number in it."""
        rows = self._database.execute("SELECT record FROM resident WHERE household_key = ?", household_key)
        members = [ResidentRecord.FromString(record) for (record,) in rows]
        return tuple(sorted(members, key=lambda member: member.control.member_number))

    def taxes(self, resident_key: str) -> tuple[TaxRecord, ...]:
        rows = self._database.execute("SELECT record FROM tax WHERE resident_key = ?", resident_key)
        return tuple(TaxRecord.FromString(record) for (record,) in rows)

    def calendar(self) -> ServiceCalendar | None:
        rows = self._database.execute("SELECT calendar FROM calendar")
        return ServiceCalendar.FromString(rows[0][0]) if rows else None
