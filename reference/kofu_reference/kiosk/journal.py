"""What a kiosk keeps on disk: money and outcomes, logins of staff, forgotten items. Never a personal item. [3.3.3]"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS purchase (
  id INTEGER PRIMARY KEY, terminal_id TEXT NOT NULL, copies_out_before INTEGER NOT NULL,
  noted INTEGER NOT NULL DEFAULT 0, printed INTEGER, kept_yen INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS open_purchase ON purchase (terminal_id) WHERE kept_yen IS NULL;
CREATE TABLE IF NOT EXISTS purchase_line (
  purchase_id INTEGER NOT NULL, position INTEGER NOT NULL, request_id TEXT NOT NULL, copies INTEGER NOT NULL,
  yen_a_copy INTEGER NOT NULL, PRIMARY KEY (purchase_id, position)
) STRICT;
CREATE TABLE IF NOT EXISTS staff (
  staff_id TEXT PRIMARY KEY, salt BLOB NOT NULL, password_hash BLOB NOT NULL,
  wrong_in_a_row INTEGER NOT NULL DEFAULT 0, locked_until REAL NOT NULL DEFAULT 0,
  delayed_until REAL NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS forgotten_item (
  id INTEGER PRIMARY KEY, noticed_at TEXT NOT NULL, staff_id TEXT NOT NULL, terminal_id TEXT NOT NULL,
  kind TEXT NOT NULL, dealt_with_at TEXT, handed_to_police_at TEXT
) STRICT;
"""


@dataclass(frozen=True)
class Staff:
    """A member of the maintenance staff; `locked_until` and `delayed_until` are seconds since the epoch, real time."""

    staff_id: str
    salt: bytes
    password_hash: bytes
    wrong_in_a_row: int = 0
    locked_until: float = 0.0
    delayed_until: float = 0.0


@dataclass(frozen=True)
class Line:
    """One application of a purchase: copies, and the price of each as the center confirmed it."""

    request_id: str
    copies: int
    yen_a_copy: int


@dataclass(frozen=True)
class OpenPurchase:
    """A purchase that is not settled, and what the tray had counted before it."""

    purchase_id: int
    copies_out_before: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class SettledPurchase:
    """How a purchase ended."""

    terminal_id: str
    printed: int
    kept_yen: int


@dataclass(frozen=True)
class ForgottenItem:
    """A card or certificate that was left behind. `staff_id` is empty until staff dealt with it. [3.3.8, 3.3.8a]"""

    noticed_at: datetime
    terminal_id: str
    kind: str
    staff_id: str = ""
    dealt_with_at: datetime | None = None
    handed_to_police_at: datetime | None = None
    item_id: int = 0
    """Number of the record; 0 before it is one."""


class Journal:
    """The kiosk's database. Every write is durable when the method returns; methods block and may run in threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._lock = threading.Lock()
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes the database."""
        with self._lock:
            self._connection.close()

    def open_purchase(self, terminal_id: str, copies_out_before: int, lines: tuple[Line, ...]) -> OpenPurchase:
        """Writes a purchase down before its first coin is taken."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO purchase (terminal_id, copies_out_before) VALUES (?, ?)", (terminal_id, copies_out_before)
            )
            purchase_id = cursor.lastrowid or 0
            connection.executemany(
                "INSERT INTO purchase_line VALUES (?, ?, ?, ?, ?)",
                [(purchase_id, n, line.request_id, line.copies, line.yen_a_copy) for n, line in enumerate(lines)],
            )
        return OpenPurchase(purchase_id, copies_out_before, lines)

    def note(self, purchase_id: int, copies: int) -> None:
        """Notes how many copies have come out so far."""
        self._write("UPDATE purchase SET noted = ? WHERE id = ?", (copies, purchase_id))

    def settle(self, purchase_id: int, printed: int, kept_yen: int) -> None:
        """Writes down how a purchase ended."""
        self._write(
            "UPDATE purchase SET noted = ?, printed = ?, kept_yen = ? WHERE id = ?",
            (printed, printed, kept_yen, purchase_id),
        )

    def open_purchases(self, terminal_id: str) -> list[OpenPurchase]:
        """What a power cut left unsettled at a terminal."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, copies_out_before FROM purchase WHERE terminal_id = ? AND kept_yen IS NULL ORDER BY id",
                (terminal_id,),
            ).fetchall()
            return [OpenPurchase(number, before, self._lines(number)) for number, before in rows]

    def _lines(self, purchase_id: int) -> tuple[Line, ...]:
        rows = self._connection.execute(
            "SELECT request_id, copies, yen_a_copy FROM purchase_line WHERE purchase_id = ? ORDER BY position",
            (purchase_id,),
        )
        return tuple(Line(*row) for row in rows)

    def settled_purchases(self) -> list[SettledPurchase]:
        """Every purchase that has ended, in order."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT terminal_id, printed, kept_yen FROM purchase WHERE kept_yen IS NOT NULL ORDER BY id"
            ).fetchall()
        return [SettledPurchase(*row) for row in rows]

    def staff(self, staff_id: str) -> Staff | None:
        """A member of the staff; None where there is none of that number."""
        with self._lock:
            row = self._connection.execute("SELECT * FROM staff WHERE staff_id = ?", (staff_id,)).fetchone()
        return None if row is None else Staff(*row)

    def save_staff(self, staff: Staff) -> None:
        """Adds a member of the staff, or replaces what is known of one."""
        self._write(
            "INSERT OR REPLACE INTO staff VALUES (?, ?, ?, ?, ?, ?)",
            (
                staff.staff_id,
                staff.salt,
                staff.password_hash,
                staff.wrong_in_a_row,
                staff.locked_until,
                staff.delayed_until,
            ),
        )

    def record(self, item: ForgottenItem) -> int:
        """Records a forgotten item, or carries its record on; the number of the record."""
        values = (
            item.noticed_at.isoformat(),
            item.staff_id,
            item.terminal_id,
            item.kind,
            _written(item.dealt_with_at),
            _written(item.handed_to_police_at),
        )
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT OR REPLACE INTO forgotten_item VALUES (?, ?, ?, ?, ?, ?, ?)", (item.item_id or None, *values)
            )
            return cursor.lastrowid or 0

    def forgotten_items(self) -> list[ForgottenItem]:
        """Every forgotten item in the order of noticing."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT noticed_at, terminal_id, kind, staff_id, dealt_with_at, handed_to_police_at, id "
                "FROM forgotten_item ORDER BY id"
            ).fetchall()
        return [
            ForgottenItem(datetime.fromisoformat(noticed), terminal, kind, staff, _read(dealt), _read(handed), number)
            for noticed, terminal, kind, staff, dealt, handed, number in rows
        ]

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        with self._lock:
            self._connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
