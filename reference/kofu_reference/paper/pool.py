"""Rendering processes, kept ready and replaced before they know too much. [2.8, 3.1.3]"""

import asyncio
from pathlib import Path
from typing import Any

from kofu_reference.paper.process import Rendered, RenderingFailed, RenderingProcess

JOBS_A_PROCESS = 64
"""After so many jobs a process is replaced. A start costs about five jobs' time, beside the jobs."""

IDLE_SECONDS = 0.5
"""So long after its last job a process is replaced: it keeps the last documents, and only its end erases them all."""


class RenderingPool:
    """A number of places for processes. A job waits for a free place, and gets its own answer or none."""

    def __init__(self, font: Path, places: int) -> None:
        self._places = [_Place(font) for _ in range(places)]
        self._free: asyncio.Queue[_Place] = asyncio.Queue()

    async def start(self) -> None:
        """Starts the processes. RenderingFailed where they can't print with this font."""
        try:
            for place in self._places:
                await place.open()
                self._free.put_nowait(place)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends the processes. Jobs that wait or are under way fail with RenderingFailed."""
        await asyncio.gather(*(place.close() for place in self._places))

    def pids(self) -> list[int]:
        """The ids of the processes that take jobs now."""
        return [place.pid for place in self._places if place.pid is not None]

    async def render(self, template: str, data: dict[str, Any]) -> Rendered:
        """Renders one document. Cancelling is safe at any moment."""
        place = await self._free.get()
        try:
            process = await place.take()
            return await process.render(template, data)
        finally:
            place.give_back()
            self._free.put_nowait(place)


class _Place:
    """Holds the process that takes jobs, and the one that is being started to take its place."""

    def __init__(self, font: Path) -> None:
        self._font = font
        self._process: RenderingProcess | None = None
        self._renewal: asyncio.Task[RenderingProcess] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._taken = False
        self._closed = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def open(self) -> None:
        self._process = await RenderingProcess.start(self._font)

    async def take(self) -> RenderingProcess:
        """A process that is between two jobs; the one that is started meanwhile waits for the job's end."""
        if self._closed:
            raise RenderingFailed("the renderer was stopped")
        self._taken = True
        if self._idle is not None:
            self._idle.cancel()
        if self._process is None or not self._process.usable:
            # Shielded: a caller that gives up while a process starts must not take it from those who wait behind.
            try:
                await asyncio.shield(self._renew())
            except RenderingFailed:
                await asyncio.shield(self._renew())  # one that ended at its start says nothing of the next
            self._adopt()
        assert self._process is not None
        return self._process

    def give_back(self) -> None:
        self._taken = False
        process = self._process
        if self._closed or process is None:
            return
        if not process.usable:
            self._give_up()
            self._renew()
        elif self._renewal is not None and self._renewal.done():
            self._adopt()
        elif process.jobs_done >= JOBS_A_PROCESS:
            self._renew()
        else:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._renew)

    def _renew(self) -> asyncio.Task[RenderingProcess]:
        if self._renewal is None:
            self._renewal = asyncio.create_task(RenderingProcess.start(self._font))
            self._renewal.add_done_callback(self._renewed)
        return self._renewal

    def _renewed(self, renewal: asyncio.Task[RenderingProcess]) -> None:
        if renewal.cancelled() or renewal.exception() is not None:
            self._renewal = None  # the next job tries again, and is told why where that fails too
        elif not self._taken and not self._closed:
            self._adopt()

    def _adopt(self) -> None:
        if self._renewal is not None and self._renewal.done():
            self._give_up()
            self._process = self._renewal.result()
            self._renewal = None

    def _give_up(self) -> None:
        if self._process is not None:
            self._process.kill()
            ending = asyncio.create_task(self._process.ended())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
            self._process = None

    async def close(self) -> None:
        self._closed = True
        if self._idle is not None:
            self._idle.cancel()
        if self._renewal is not None:
            await asyncio.gather(self._renewal, return_exceptions=True)
            self._adopt()
        self._give_up()
        await asyncio.gather(*self._ending)
