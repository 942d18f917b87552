"""What a kiosk keeps on disk: cash boxes, maintenance logins, forgotten items. Never a personal item. [3.3.3]"""

import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cash_box (terminal_id TEXT PRIMARY KEY, yen INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS staff (
  staff_id TEXT PRIMARY KEY, salt BLOB NOT NULL, password_hash BLOB NOT NULL,
  wrong_in_a_row INTEGER NOT NULL DEFAULT 0, locked_until REAL NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS forgotten_item (
  id INTEGER PRIMARY KEY, recorded_at TEXT NOT NULL, staff_id TEXT NOT NULL, terminal_id TEXT NOT NULL,
  kind TEXT NOT NULL, handed_to_police_at TEXT
) STRICT;
"""


@dataclass(frozen=True)
class Staff:
    """A member of the maintenance staff; `locked_until` is in seconds since the epoch, in real time."""

    staff_id: str
    salt: bytes
    password_hash: bytes
    wrong_in_a_row: int = 0
    locked_until: float = 0.0


@dataclass(frozen=True)
class ForgottenItem:
    """A card or certificate that was left behind, and when the police got it (None where it has not). [3.3.8]"""

    recorded_at: datetime
    staff_id: str
    terminal_id: str
    kind: str
    handed_to_police_at: datetime | None


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

    def keep(self, terminal_id: str, yen: int) -> None:
        """Adds to the cash box of a terminal."""
        self._write(
            "INSERT INTO cash_box VALUES (?, ?) ON CONFLICT (terminal_id) DO UPDATE SET yen = yen + excluded.yen",
            (terminal_id, yen),
        )

    def cash_boxes(self) -> dict[str, int]:
        """Yen in the cash box of each terminal that has kept any."""
        with self._lock:
            return dict(self._connection.execute("SELECT terminal_id, yen FROM cash_box").fetchall())

    def staff(self, staff_id: str) -> Staff | None:
        """A member of the staff; None where there is none of that number."""
        with self._lock:
            row = self._connection.execute("SELECT * FROM staff WHERE staff_id = ?", (staff_id,)).fetchone()
        return None if row is None else Staff(*row)

    def save_staff(self, staff: Staff) -> None:
        """Adds a member of the staff, or replaces what is known of one."""
        self._write(
            "INSERT OR REPLACE INTO staff VALUES (?, ?, ?, ?, ?)",
            (staff.staff_id, staff.salt, staff.password_hash, staff.wrong_in_a_row, staff.locked_until),
        )

    def record(self, item: ForgottenItem) -> None:
        """Records a forgotten item."""
        handed = None if item.handed_to_police_at is None else item.handed_to_police_at.isoformat()
        self._write(
            "INSERT INTO forgotten_item (recorded_at, staff_id, terminal_id, kind, handed_to_police_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (item.recorded_at.isoformat(), item.staff_id, item.terminal_id, item.kind, handed),
        )

    def forgotten_items(self) -> list[ForgottenItem]:
        """Every forgotten item in the order of recording."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT recorded_at, staff_id, terminal_id, kind, handed_to_police_at FROM forgotten_item ORDER BY id"
            ).fetchall()
        return [
            ForgottenItem(
                datetime.fromisoformat(recorded_at),
                staff_id,
                terminal_id,
                kind,
                None if handed is None else datetime.fromisoformat(handed),
            )
            for recorded_at, staff_id, terminal_id, kind, handed in rows
        ]

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        with self._lock:
            self._connection.execute(statement, values)
