"""The changes on their way through the relay, for both its sides. [2.6]"""

import asyncio
from collections.abc import Callable, Sequence

from kofu.v1.feed_pb2 import FeedChange
from kofu_reference.relay.store import Store
from kofu_reference.runtime.writer import Writer


class Pending:
    """The store as the event loop uses it; `news` is called when there is something more to send."""

    def __init__(self, store: Store, thread: Writer) -> None:
        self._store = store
        self._thread = thread
        self._acknowledged = asyncio.Condition()
        self._newest_told: int | None = None
        self.news: Callable[[], None] = lambda: None

    # The side towards the core.

    async def open_feed(self, feed_id: str) -> int:
        """Takes up the core's feed; the number expected next."""
        number = await self._thread.run(self._store.open_feed, feed_id)
        self.news()
        return number

    async def add(self, change: FeedChange) -> None:
        await self._thread.run(self._store.add, change)
        self.news()

    def note_newest(self, number: int) -> None:
        """The newest number that the core has given, whether or not the change itself is here yet."""
        if number != self._newest_told:
            self._newest_told = number
            self.news()

    async def acknowledged_beyond(self, number: int) -> int:
        """Waits until more than `number` is acknowledged; the newest number that is."""
        async with self._acknowledged:
            while (newest := await self._thread.run(self._store.acknowledged_number)) <= number:
                await self._acknowledged.wait()
            return newest

    # The side towards the issuing server.

    async def feed_id(self) -> str | None:
        return await self._thread.run(self._store.feed_id)

    async def changes_from(self, number: int, most: int) -> Sequence[FeedChange]:
        return await self._thread.run(self._store.changes_from, number, most)

    async def newest_number(self) -> int | None:
        """What the core told; None until it has, so that a part of the feed is never taken for the whole."""
        received = await self._thread.run(self._store.newest_number)
        return None if self._newest_told is None else max(self._newest_told, received)

    async def acknowledged(self, number: int) -> None:
        async with self._acknowledged:
            try:
                await self._thread.run(self._store.acknowledge, number)
            finally:
                # Also where the line breaks meanwhile: what has begun is finished, and the core is to hear of it.
                self._acknowledged.notify_all()
