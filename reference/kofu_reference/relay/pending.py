"""The changes on their way through the relay, for both its sides. [2.6]"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Final

from kofu.v1.feed_pb2 import FeedChange, FeedResume, FeedSnapshotPart
from kofu.v1.reason_pb2 import Reason
from kofu_reference.feed.sender import HEARTBEAT_SECONDS
from kofu_reference.relay.passage import Passage
from kofu_reference.relay.store import Store
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.writer import Writer

_TOLD_FOR_SECONDS: Final = 2 * HEARTBEAT_SECONDS
"""So long what the core told is passed on: after that its silence is."""
_log = logging.getLogger("kofu.relay")


class Pending:
    """The store as the event loop uses it; `news` is called when there is something more to send."""

    def __init__(self, store: Store, thread: Writer) -> None:
        self._store = store
        self._thread = thread
        self._moved = asyncio.Condition()
        self._newest_told: tuple[int, float] | None = None
        self._passage: Passage | None = None
        self._snapshots_wanted = 0
        self.news: Callable[[], None] = lambda: None

    # The side towards the core.

    async def open_feed(self, feed_id: str) -> FeedResume:
        """Takes up the core's feed; where it goes on.

        A relay that knows nothing of this feed waits for the issuing server to say how far it has come.
        """
        if await self._thread.run(self._store.open_feed, feed_id):
            self._newest_told = None
            if self._passage is not None:
                self._passage.close()
        self.news()
        async with self._moved:
            while (position := await self._thread.run(self._store.position)).received is None:
                await self._moved.wait()
        if position.feed_id != feed_id:
            raise Refusal(Reason.REASON_OUT_OF_ORDER)
        return FeedResume(
            next_number=position.received + 1,
            last_change_id=position.received_id,
            snapshot_wanted=self._passage is not None,
        )

    async def add(self, change: FeedChange) -> None:
        await self._thread.run(self._store.add, change)
        if change.number == 1 and self._passage is not None and not self._passage.begun:
            # This feed begins with its first change, and needs no snapshot.
            self._passage.close()
        self.news()

    async def pass_on(self, part: FeedSnapshotPart) -> None:
        """Passes a part of a snapshot on to the issuing server that waits for it; where none does, it is dropped."""
        if part.last:
            await self._thread.run(self._store.skip_to, part.number, part.change_id)
        if self._passage is not None:
            await self._passage.put(part)

    def note_newest(self, number: int) -> None:
        """The newest number that the core has given, whether or not the change itself is here yet."""
        self._newest_told = number, time.monotonic()
        self.news()

    @property
    def snapshots_wanted(self) -> int:
        """How many times a snapshot was asked for so far."""
        return self._snapshots_wanted

    async def snapshot_wanted_beyond(self, times: int) -> int:
        """Waits until a snapshot is asked for once more; how many times it was."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._snapshots_wanted > times)
            return self._snapshots_wanted

    async def acknowledged_beyond(self, number: int) -> int:
        """Waits until more than `number` is acknowledged; the newest number that is."""
        async with self._moved:
            while (newest := await self._thread.run(self._store.acknowledged_number)) <= number:
                await self._moved.wait()
            return newest

    # The side towards the issuing server.

    async def feed_id(self) -> str | None:
        return (await self._thread.run(self._store.position)).feed_id

    async def resumed(self, resume: FeedResume) -> bool:
        """Where the issuing server goes on; whether it needs a snapshot, which the core is asked for then."""
        async with self._moved:
            try:
                needs_snapshot = await self._thread.run(self._store.receiver_resumed, resume)
                if self._passage is not None:
                    # Its line is gone; what comes through it belongs to nobody.
                    self._passage.close()
                    self._passage = None
                if needs_snapshot:
                    self._open_passage()
                return needs_snapshot
            finally:
                self._moved.notify_all()

    def _open_passage(self) -> Passage:
        self._passage = Passage()
        self._snapshots_wanted += 1
        return self._passage

    async def snapshot(self) -> AsyncGenerator[FeedSnapshotPart, None]:
        """The parts of the core's snapshot as they come; the core is asked for one."""
        async with self._moved:
            passage = self._passage or self._open_passage()
            self._moved.notify_all()
        try:
            while True:
                part = await passage.get()
                yield part
                if part.last:
                    return
        finally:
            passage.close()
            if self._passage is passage:
                self._passage = None

    async def changes_from(self, number: int, most: int) -> Sequence[FeedChange]:
        return await self._thread.run(self._store.changes_from, number, most)

    async def newest_number(self) -> int | None:
        """What the core told a moment ago; None otherwise, so that neither a part of the feed is taken for the whole
        nor this relay's word for the core's."""
        if self._newest_told is None or time.monotonic() - self._newest_told[1] > _TOLD_FOR_SECONDS:
            return None
        return max(self._newest_told[0], await self._thread.run(self._store.newest_number))

    async def acknowledged(self, number: int) -> None:
        async with self._moved:
            try:
                await self._thread.run(self._store.acknowledge, number)
            except Refusal as refusal:
                _log.warning("acknowledgement not believed", extra={"fields": dict(refusal.metadata)})
                raise
            finally:
                # Also where the line breaks meanwhile: what has begun is finished, and the core is to hear of it.
                self._moved.notify_all()
