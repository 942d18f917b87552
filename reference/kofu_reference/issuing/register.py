"""The records that the city fed: each change whole, visible to every issuance of the site once it returns. [2.6]

The servers of a site share one register, a file on one host or a PostgreSQL database: what one of them has applied, all
of them see, and so one acknowledgement speaks for all.
"""

from dataclasses import dataclass
from typing import Final

from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.common_pb2 import Holder
from kofu.v1.feed_pb2 import FeedChange, FeedResume, FeedSnapshotPart
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.issuing.records import TABLES, Records
from kofu_reference.issuing.snapshot import IncomingSnapshot
from kofu_reference.runtime import Refusal
from kofu_reference.storage import Database

SILENCE_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Standing:
    """What the register knows of an applicant at one moment: the person, the household in its order, the taxes."""

    resident: ResidentRecord
    household: tuple[ResidentRecord, ...]
    taxes: tuple[TaxRecord, ...]


@dataclass(frozen=True)
class _Feed:
    """Whose changes are applied and how far; the newest number told, and when on the clock of the database."""

    feed_id: str | None
    applied: int
    applied_id: str
    newest_told: int | None
    heard_run: str | None
    heard_at: float | None


class Register:
    """The fed records of one city. Call it from one thread."""

    def __init__(self, database: Database, silence_seconds: float = SILENCE_SECONDS) -> None:
        self._database = database
        self._silence_seconds = silence_seconds
        database.create(TABLES)
        self._records = Records(database)
        self._opened_run, self._opened_at = database.elapsed()
        self._offered: str | None = None
        self._incoming: IncomingSnapshot | None = None

    def close(self) -> None:
        self.break_off_snapshot()
        self._database.close()

    # What the feed does.

    def open_feed(self, feed_id: str) -> FeedResume:
        """Takes up a feed; where it goes on. With another feed than before, nothing here is known to be current."""
        self.break_off_snapshot()
        self._offered = feed_id
        feed = self._feed()
        if feed.feed_id == feed_id:
            return FeedResume(next_number=feed.applied + 1, last_change_id=feed.applied_id)
        self._lose_track()
        return FeedResume(next_number=1, snapshot_wanted=True)

    def apply(self, change: FeedChange) -> None:
        """Applies a change whole. A number seen before is passed over; a number left out raises REASON_FEED_GAP.

        From then on the records are not known to be current, until the feed has caught up.
        """
        try:
            with self._database.transaction():
                self._apply(change)
        except Refusal as refusal:
            if refusal.reason == Reason.REASON_FEED_GAP:
                self._lose_track()
            raise

    def _apply(self, change: FeedChange) -> None:
        feed = self._feed()
        applied = feed.applied
        if feed.feed_id != self._offered:
            # A feed that begins with change 1 needs no snapshot; what was here before is of another one.
            applied = 0
        elif change.number < applied or (change.number == applied and change.change_id == feed.applied_id):
            return
        if change.number != applied + 1:
            raise Refusal(Reason.REASON_FEED_GAP, expected=str(applied + 1), received=str(change.number))
        if feed.feed_id != self._offered:
            self._records.clear()
        self._records.apply(change)
        self._database.execute(
            "UPDATE feed SET feed_id = ?, applied = ?, applied_id = ?", self._offered, change.number, change.change_id
        )

    def take_part(self, part: FeedSnapshotPart) -> bool:
        """Takes one part of a snapshot; whether it is whole now, and in the place of all that was here before.

        Raises REASON_FEED_GAP for a part out of its turn; nothing of the snapshot counts then.
        """
        if part.part == 1:
            self.break_off_snapshot()
            self._incoming = IncomingSnapshot(self._database.another(), part.snapshot_id)
        if self._incoming is None:
            raise Refusal(Reason.REASON_FEED_GAP, expected_part="1", received_part=str(part.part))
        try:
            self._incoming.take(part)
            if not part.last:
                return False
            self._incoming.commit(self._offered, part)
        except BaseException:
            self.break_off_snapshot()
            raise
        self.break_off_snapshot()
        return True

    def break_off_snapshot(self) -> None:
        """Forgets a snapshot that was not whole yet."""
        if self._incoming is not None:
            self._incoming.close()
            self._incoming = None

    def note_newest(self, number: int) -> None:
        """The sender's newest number, told now. Raises REASON_FEED_GAP where the register has more than the sender."""
        feed = self._feed()
        if feed.feed_id is None or feed.feed_id != self._offered:
            return
        if number < feed.applied:
            self._lose_track()
            raise Refusal(Reason.REASON_FEED_GAP, applied=str(feed.applied), newest=str(number))
        run, seconds = self._database.elapsed()
        self._database.execute(
            "UPDATE feed SET newest_told = ?, heard_run = ?, heard_at = ? WHERE feed_id = ?",
            number,
            run,
            seconds,
            self._offered,
        )

    # What issuance asks.

    def is_current(self) -> bool:
        """Whether the records are known to be complete: all that was told of is here, and the sender was heard lately.

        It has to be heard since this server opened the register, which may be a copy put back a moment ago. [2.6]
        """
        feed = self._feed()
        if feed.newest_told is None or feed.heard_at is None or feed.applied < max(feed.newest_told, 1):
            return False
        run, now = self._database.elapsed()
        since = max(now - self._silence_seconds, self._opened_at if self._opened_run == run else 0.0)
        return feed.heard_run == run and feed.heard_at >= since

    def standing_of(self, holder: Holder) -> Standing | None:
        """The applicant by the fed link of the certificate, never by a name; None where there is not exactly one."""
        with self._database.view():
            resident = self._records.linked_to(holder)
            if resident is None:
                return None
            control = resident.control
            return Standing(
                resident, self._records.household(control.household_key), self._records.taxes(control.resident_key)
            )

    def calendar(self) -> ServiceCalendar | None:
        """The calendar that the city fed; None where it fed none."""
        return self._records.calendar()

    def _feed(self) -> _Feed:
        (row,) = self._database.execute(
            "SELECT feed_id, applied, applied_id, newest_told, heard_run, heard_at FROM feed"
        )
        return _Feed(*row)

    def _lose_track(self) -> None:
        """The records may be behind: not current, also after a restart, until the feed tells anew."""
        self._database.execute("UPDATE feed SET newest_told = NULL")
