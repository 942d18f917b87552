"""The core system's side of the feed: what it has to send, and what it believes of the answers. [2.6]"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor

from kofu.v1.feed_pb2 import FeedChange, FeedResume, FeedSnapshotPart
from kofu_reference.core.registers import Registers
from kofu_reference.feed.sender import disagreement
from kofu_reference.runtime.writer import Writer

_log = logging.getLogger("kofu.core")


class Outbox:
    """The changes that the core system has to feed."""

    def __init__(self, registers: Registers, thread: Writer) -> None:
        self._registers = registers
        self._thread = thread

    async def feed_id(self) -> str:
        return (await self._thread.run(self._registers.feed)).feed_id

    async def resumed(self, resume: FeedResume) -> bool:
        """Whether the receiver needs a snapshot. One that has what was never given makes the feed begin anew."""
        return await self._thread.run(self._resumed, resume)

    def _resumed(self, resume: FeedResume) -> bool:
        state = self._registers.feed()
        has = resume.next_number - 1
        if has > state.newest or self._gave_another(has, resume.last_change_id):
            _log.warning(
                "registers older than the feed: begun anew",
                extra={"fields": {"newest": str(state.newest), "receiver_has": str(has)}},
            )
            self._registers.begin_feed_anew(has)
            raise disagreement(newest=str(state.newest), receiver_has=str(has))
        return resume.snapshot_wanted or has < state.begins_after

    def _gave_another(self, number: int, change_id: str) -> bool:
        """Whether the receiver got under this number what these registers don't know."""
        known = self._registers.change_id(number) if number and change_id else None
        return known is not None and known != change_id

    async def snapshot(self) -> AsyncGenerator[FeedSnapshotPart, None]:
        """Read in a thread of its own, so that filing goes on meanwhile."""
        parts = self._registers.snapshot()
        with ThreadPoolExecutor(1, "snapshot") as thread:
            try:
                while (part := await asyncio.wrap_future(thread.submit(next, parts, None))) is not None:
                    yield part
            finally:
                thread.submit(parts.close)

    async def changes_from(self, number: int, most: int) -> Sequence[FeedChange]:
        return await self._thread.run(self._registers.changes_from, number, most)

    async def newest_number(self) -> int:
        return await self._thread.run(self._registers.newest_number)

    async def acknowledged(self, number: int) -> None:
        """Notes an acknowledgement. Raises REASON_FEED_GAP for one of a change that was never given."""
        await self._thread.run(self._acknowledged, number)

    def _acknowledged(self, number: int) -> None:
        newest = self._registers.newest_number()
        if number > newest:
            _log.warning(
                "acknowledgement not believed", extra={"fields": {"acknowledged": str(number), "newest": str(newest)}}
            )
            raise disagreement(newest=str(newest), acknowledged=str(number))
        self._registers.acknowledge(number)
