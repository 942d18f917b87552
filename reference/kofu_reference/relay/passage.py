"""A snapshot on its way through the relay: a few parts at once, and nothing of it is kept. [2.6]"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from kofu.v1.feed_pb2 import FeedSnapshotPart
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

_PARTS_AT_ONCE = 2


class Passage:
    """From the core's line to the issuing server's; whoever sends waits for whoever receives."""

    def __init__(self) -> None:
        self._parts: asyncio.Queue[FeedSnapshotPart | None] = asyncio.Queue(_PARTS_AT_ONCE)
        self._closed = asyncio.Event()
        self.begun = False

    async def put(self, part: FeedSnapshotPart) -> None:
        """Hands a part on. The rest of a snapshot that was on its way before is dropped, as is all after the close."""
        self.begun = self.begun or part.part == 1
        if self.begun:
            await self._until_closed(self._parts.put(part))

    async def get(self) -> FeedSnapshotPart:
        """The next part. Raises REASON_UPSTREAM_UNAVAILABLE once the passage is closed."""
        part = await self._until_closed(self._parts.get())
        if part is None:
            raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE)
        return part

    def close(self) -> None:
        self._closed.set()

    async def _until_closed(self, waiting: Coroutine[Any, Any, FeedSnapshotPart | None]) -> FeedSnapshotPart | None:
        """What comes of it, or None where the passage is closed first."""
        tasks = asyncio.ensure_future(waiting), asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return tasks[0].result() if tasks[0].done() and not self._closed.is_set() else None
        finally:
            for task in tasks:
                task.cancel()
