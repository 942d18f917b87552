"""The family registers, in SQLite. They are never in the feed. [2.2, 2.9]"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import KosekiMember, KosekiRecord

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS koseki (koseki_key TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS holder (
  issuer_key_id BLOB NOT NULL, serial TEXT NOT NULL, koseki_key TEXT NOT NULL, member_number INTEGER NOT NULL,
  PRIMARY KEY (issuer_key_id, serial, koseki_key, member_number)) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Entry:
    """Where an applicant stands: the register, and the own place in it."""

    koseki: KosekiRecord
    member: KosekiMember


class Registers:
    """The registers of the city. Call it from one thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def is_empty(self) -> bool:
        return self._connection.execute("SELECT 1 FROM koseki LIMIT 1").fetchone() is None

    def load(self, registers: Iterable[KosekiRecord]) -> None:
        """Enters registers, all of them or none."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for koseki in registers:
                self._connection.execute(
                    "INSERT INTO koseki VALUES (?, ?)", (koseki.koseki_key, koseki.SerializeToString())
                )
                self._connection.executemany("INSERT INTO holder VALUES (?, ?, ?, ?)", _holders(koseki))

    def begin_filing(self, koseki_key: str) -> None:
        """A filing of somebody in the register is taken in: nobody gets a certificate of it until it is recorded.

        Raises KeyError where there is no such register.
        """
        self._change(koseki_key, lambda koseki: setattr(koseki, "filing_in_progress", True))

    def record_filing(self, recorded: KosekiRecord) -> None:
        """The register as it stands with the filing recorded, and open again, in one step."""

        def take(koseki: KosekiRecord) -> None:
            koseki.CopyFrom(recorded)
            koseki.filing_in_progress = False

        self._change(recorded.koseki_key, take)

    def _change(self, koseki_key: str, change: Callable[[KosekiRecord], None]) -> None:
        query = "SELECT record FROM koseki WHERE koseki_key = ?"
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            row = self._connection.execute(query, (koseki_key,)).fetchone()
            if row is None:
                raise KeyError(koseki_key)
            koseki = KosekiRecord.FromString(row[0])
            change(koseki)
            self._connection.execute(
                "UPDATE koseki SET record = ? WHERE koseki_key = ?", (koseki.SerializeToString(), koseki_key)
            )
            self._connection.execute("DELETE FROM holder WHERE koseki_key = ?", (koseki_key,))
            self._connection.executemany("INSERT INTO holder VALUES (?, ?, ?, ?)", _holders(koseki))

    def entry_of(self, holder: Holder) -> Entry | None:
        """The applicant by the certificate registered for use; None where there is none, or more than one.

        Somebody who was removed from a register has no place in it to apply from.
        """
        rows = self._connection.execute(
            "SELECT k.record, h.member_number FROM holder h JOIN koseki k USING (koseki_key)"
            " WHERE h.issuer_key_id = ? AND h.serial = ?",
            (holder.issuer_key_id, holder.certificate_serial),
        ).fetchall()
        if len(rows) != 1:
            return None
        koseki = KosekiRecord.FromString(rows[0][0])
        return Entry(koseki, koseki.members[rows[0][1] - 1])


def _holders(koseki: KosekiRecord) -> list[tuple[bytes, str, str, int]]:
    return [
        (holder.issuer_key_id, holder.certificate_serial, koseki.koseki_key, number)
        for number, member in enumerate(koseki.members, start=1)
        if not member.removed
        for holder in member.holders
    ]
