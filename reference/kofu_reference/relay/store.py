"""What the relay holds: the changes that are not yet acknowledged, and nothing else. [2.6]"""

import sqlite3
from pathlib import Path
from typing import Final

from kofu.v1.feed_pb2 import FeedChange
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS pending (number INTEGER PRIMARY KEY, change BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS feed (
  one INTEGER PRIMARY KEY CHECK (one = 1), feed_id TEXT,
  received INTEGER NOT NULL, acknowledged INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO feed VALUES (1, NULL, 0, 0);
"""


class Store:
    """Changes in order. Call it from one thread; what a method wrote is durable when it returns."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        # What was acknowledged is to be gone, not only unlinked.
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def open_feed(self, feed_id: str) -> int:
        """Takes up the core's feed; the number expected next. A feed that was built anew is refused."""
        known, received = self._connection.execute("SELECT feed_id, received FROM feed").fetchone()
        if known is not None and known != feed_id:
            raise Refusal(Reason.REASON_FEED_GAP, expected_feed="another")
        self._connection.execute("UPDATE feed SET feed_id = ?", (feed_id,))
        return int(received) + 1

    def feed_id(self) -> str | None:
        (feed_id,) = self._connection.execute("SELECT feed_id FROM feed").fetchone()
        return None if feed_id is None else str(feed_id)

    def add(self, change: FeedChange) -> None:
        """Takes a change. One seen before is passed over; a number left out raises REASON_FEED_GAP."""
        received = self.newest_number()
        if change.number <= received:
            return
        if change.number != received + 1:
            raise Refusal(Reason.REASON_FEED_GAP, expected=str(received + 1), received=str(change.number))
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO pending VALUES (?, ?)", (change.number, change.SerializeToString()))
            self._connection.execute("UPDATE feed SET received = ?", (change.number,))

    def newest_number(self) -> int:
        (received,) = self._connection.execute("SELECT received FROM feed").fetchone()
        return int(received)

    def changes_from(self, number: int, most: int) -> list[FeedChange]:
        """The changes from a number on. Raises REASON_FEED_GAP where that one was acknowledged and is gone."""
        if number <= self.acknowledged_number():
            raise Refusal(Reason.REASON_FEED_GAP, expected=str(number), held_from=str(self.acknowledged_number() + 1))
        rows = self._connection.execute(
            "SELECT change FROM pending WHERE number >= ? ORDER BY number LIMIT ?", (number, most)
        )
        return [FeedChange.FromString(change) for (change,) in rows]

    def acknowledge(self, number: int) -> None:
        """Everything up to this number is visible to issuance, and no longer held."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM pending WHERE number <= ?", (number,))
            self._connection.execute("UPDATE feed SET acknowledged = max(acknowledged, ?)", (number,))
        # The write-ahead log still has what was deleted.
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def acknowledged_number(self) -> int:
        (number,) = self._connection.execute("SELECT acknowledged FROM feed").fetchone()
        return int(number)
