"""The counter's record of identity checks: who checked what for which card, and no item of the person. [3.3.11]"""

import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_check (
  id INTEGER PRIMARY KEY, checked_at TEXT NOT NULL, clerk_id TEXT NOT NULL, document_shown TEXT NOT NULL,
  card_id TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class CheckRecord:
    """One identity check; the card is named by the label of the card box."""

    checked_at: datetime
    clerk_id: str
    document_shown: str
    card_id: str


class CounterJournal:
    """The counter's database. Every write is durable when the method returns; methods block and may run in threads."""

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

    def record(self, check: CheckRecord) -> None:
        """Records a check."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO identity_check (checked_at, clerk_id, document_shown, card_id) VALUES (?, ?, ?, ?)",
                (check.checked_at.isoformat(), check.clerk_id, check.document_shown, check.card_id),
            )

    def checks(self) -> list[CheckRecord]:
        """Every check in the order of recording."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT checked_at, clerk_id, document_shown, card_id FROM identity_check ORDER BY id"
            ).fetchall()
        return [
            CheckRecord(datetime.fromisoformat(checked_at), clerk_id, document_shown, card_id)
            for checked_at, clerk_id, document_shown, card_id in rows
        ]
