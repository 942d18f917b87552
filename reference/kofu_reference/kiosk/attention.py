"""Draws attention to what is being left behind: warnings after a while, staff after a longer one. [3.3.7, 3.3.8a]

Deadlines are of the elapsed clock; the civil clock has no part in them.
"""

import asyncio
from collections.abc import Awaitable, Callable

from kofu.testing.v1 import control_pb2

Item = control_pb2.LeftBehind


class Attention:
    """Watches over card and papers of one terminal until a hand takes them."""

    def __init__(
        self,
        warning_seconds: float,
        forgotten_seconds: float,
        *,
        warned: Callable[[Item], None],
        forgotten: Callable[[Item], Awaitable[None]],
    ) -> None:
        self._warning_seconds = warning_seconds
        self._forgotten_seconds = forgotten_seconds
        self.warned = warned
        self._forgotten = forgotten
        self._watches: dict[Item, asyncio.Task[None]] = {}
        self._standing: set[Item] = set()

    @property
    def standing(self) -> tuple[Item, ...]:
        """What the screen warns of now."""
        return tuple(sorted(self._standing))

    def watch(self, item: Item) -> None:
        """Begins to count, where it does not count already."""
        if item not in self._watches:
            self._watches[item] = asyncio.create_task(self._count(item))

    def taken(self, item: Item) -> None:
        """A hand has taken it: nothing is to be warned of any more."""
        self._standing.discard(item)
        watch = self._watches.pop(item, None)
        if watch is not None and watch is not asyncio.current_task():
            watch.cancel()

    async def stop(self) -> None:
        """Ends every count."""
        watches = list(self._watches.values())
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)

    async def _count(self, item: Item) -> None:
        """Warns after each span of silence; at the end staff are told, and the warning stays."""
        passed = 0.0
        told = False
        while True:
            span = self._warning_seconds if told else min(self._warning_seconds, self._forgotten_seconds - passed)
            await asyncio.sleep(span)
            passed += span
            if not told and passed >= self._forgotten_seconds:
                told = True
                await self._forgotten(item)
            self._standing.add(item)
            self.warned(item)
