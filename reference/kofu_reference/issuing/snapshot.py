"""A snapshot as it comes in: written aside, and in the place of the register's records with the last part. [2.6]"""

from contextlib import ExitStack

from kofu.v1.feed_pb2 import FeedSnapshotPart
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.records import Records
from kofu_reference.runtime import Refusal
from kofu_reference.storage import Database


class IncomingSnapshot:
    """One transaction over a connection of its own: issuance sees the register of before until it is committed."""

    def __init__(self, database: Database, snapshot_id: str) -> None:
        self._database = database
        self._snapshot_id = snapshot_id
        self._records = Records(database)
        self._parts = 0
        self._transaction = ExitStack()
        try:
            self._transaction.enter_context(database.transaction())
            self._records.clear()
        except BaseException:
            database.close()
            raise

    def take(self, part: FeedSnapshotPart) -> None:
        """Writes a part. Raises REASON_FEED_GAP where it is of another snapshot, or not the one that comes next."""
        if part.snapshot_id != self._snapshot_id or part.part != self._parts + 1:
            raise Refusal(Reason.REASON_FEED_GAP, expected_part=str(self._parts + 1), received_part=str(part.part))
        self._parts = part.part
        self._records.put_residents(part.residents)
        self._records.put_taxes(part.taxes)
        if part.HasField("calendar"):
            self._records.put_calendar(part.calendar)

    def commit(self, feed_id: str | None, last: FeedSnapshotPart) -> None:
        """The whole is the register from now on. That it is current is for the feed to tell."""
        self._database.execute(
            "UPDATE feed SET feed_id = ?, applied = ?, applied_id = ?, newest_told = NULL",
            feed_id,
            last.number,
            last.change_id,
        )
        self._transaction.close()

    def close(self) -> None:
        """Undoes what was not committed."""
        try:
            self._transaction.__exit__(BrokenOff, BrokenOff(), None)
        except BrokenOff:
            pass
        finally:
            self._database.close()


class BrokenOff(Exception):
    """The snapshot is not to be committed."""
