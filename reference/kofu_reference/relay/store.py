"""What the relay holds: the changes that are not yet acknowledged, and nothing else. [2.6]"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kofu.v1.feed_pb2 import FeedChange, FeedResume
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS pending (
  number INTEGER PRIMARY KEY, change_id TEXT NOT NULL, change BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS feed (
  one INTEGER PRIMARY KEY CHECK (one = 1), feed_id TEXT,
  received INTEGER, received_id TEXT NOT NULL,
  held_from INTEGER NOT NULL, acknowledged INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO feed VALUES (1, NULL, NULL, '', 1, 0);
"""


@dataclass(frozen=True)
class Position:
    """How far the feed has come here. `received` is None until the receiver has said how far it has come there.

    What was left out before `held_from` passed in a snapshot; that of it which is not acknowledged may be lost again.
    """

    feed_id: str | None
    received: int | None
    received_id: str
    held_from: int
    acknowledged: int


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

    def open_feed(self, feed_id: str) -> bool:
        """Takes up the core's feed; whether it is another one than before, of which nothing counts any more."""
        known = self.position().feed_id
        if known == feed_id:
            return False
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM pending")
            self._connection.execute(
                "UPDATE feed SET feed_id = ?, received = NULL, received_id = '', held_from = 1, acknowledged = 0",
                (feed_id,),
            )
        self._forget_deleted()
        return True

    def position(self) -> Position:
        row = self._connection.execute("SELECT * FROM feed").fetchone()
        return Position(*row[1:])

    def receiver_resumed(self, resume: FeedResume) -> bool:
        """Where the receiver goes on; whether it needs a snapshot first.

        What it has is acknowledged. A relay that has less, new or restored from an older copy, goes on from there.
        """
        has, position = resume.next_number - 1, self.position()
        if position.received is None or has > position.received:
            self._begin_after(has, resume.last_change_id, acknowledged=has)
        elif resume.last_change_id and self._change_id(has) not in (None, resume.last_change_id):
            return True
        elif has:
            self.acknowledge(has)
        if resume.snapshot_wanted:
            return not self._holds_all()
        return has + 1 < self.position().held_from

    def add(self, change: FeedChange) -> None:
        """Takes a change. One seen before is passed over; a number left out raises REASON_FEED_GAP."""
        received = self.newest_number()
        if change.number <= received:
            return
        if change.number != received + 1:
            raise Refusal(Reason.REASON_FEED_GAP, expected=str(received + 1), received=str(change.number))
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(
                "INSERT INTO pending VALUES (?, ?, ?)", (change.number, change.change_id, change.SerializeToString())
            )
            self._connection.execute("UPDATE feed SET received = ?, received_id = ?", (change.number, change.change_id))

    def skip_to(self, number: int, change_id: str) -> None:
        """A snapshot has passed that contains everything up to this number: what comes next is the number after it."""
        if number > self.newest_number():
            self._begin_after(number, change_id, self.position().acknowledged)

    def newest_number(self) -> int:
        return self.position().received or 0

    def changes_from(self, number: int, most: int) -> list[FeedChange]:
        """The changes from a number on. Raises REASON_FEED_GAP where that one is no longer held."""
        held_from = self.position().held_from
        if number < held_from:
            raise Refusal(Reason.REASON_FEED_GAP, expected=str(number), held_from=str(held_from))
        rows = self._connection.execute(
            "SELECT change FROM pending WHERE number >= ? ORDER BY number LIMIT ?", (number, most)
        )
        return [FeedChange.FromString(change) for (change,) in rows]

    def acknowledge(self, number: int) -> None:
        """Everything up to this number is visible to issuance, and no longer held.

        Raises REASON_FEED_GAP for a number that was never received here, and changes nothing then.
        """
        position = self.position()
        if number > (position.received or 0):
            raise Refusal(Reason.REASON_FEED_GAP, received=str(position.received or 0), acknowledged=str(number))
        if number <= position.acknowledged:
            return
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM pending WHERE number <= ?", (number,))
            self._connection.execute(
                "UPDATE feed SET acknowledged = ?, held_from = max(held_from, ?)", (number, number + 1)
            )
        self._forget_deleted()

    def acknowledged_number(self) -> int:
        return self.position().acknowledged

    def _begin_after(self, number: int, change_id: str, acknowledged: int) -> None:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM pending WHERE number <= ?", (number,))
            self._connection.execute(
                "UPDATE feed SET received = ?, received_id = ?, held_from = ?, acknowledged = ?",
                (number, change_id, number + 1, acknowledged),
            )
        self._forget_deleted()

    def _holds_all(self) -> bool:
        """Whether the whole feed stands here, from its first change on."""
        position = self.position()
        return position.held_from == 1 and bool(position.received)

    def _change_id(self, number: int) -> str | None:
        position = self.position()
        if number == position.received:
            return position.received_id or None
        row = self._connection.execute("SELECT change_id FROM pending WHERE number = ?", (number,)).fetchone()
        return None if row is None else str(row[0])

    def _forget_deleted(self) -> None:
        """The write-ahead log still has what was deleted."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
