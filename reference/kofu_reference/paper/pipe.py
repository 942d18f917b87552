"""A pipe whose reader keeps nothing of what it has read. [3.1.4]

The event loop's own reader reads everything into one buffer, where the last document would stay until the next read.
"""

import asyncio
import os

_CHUNK_BYTES = 1 << 18


class Pipe:
    """Both ends of a pipe. `writing` is for a child; the reading end is read from the event loop."""

    def __init__(self) -> None:
        self._reading, self.writing = os.pipe()
        os.set_blocking(self._reading, False)
        self._waiter: asyncio.Future[None] | None = None

    async def read(self, count: int) -> bytes:
        """Exactly so many bytes. Raises IncompleteReadError where the pipe ends before, or is closed."""
        parts: list[bytes] = []
        left = count
        while left:
            try:
                part = os.read(self._reading, min(left, _CHUNK_BYTES)) if self._reading >= 0 else b""
            except BlockingIOError:
                await self._readable()
                continue
            if not part:
                raise asyncio.IncompleteReadError(b"", count)
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        self._waiter = waiter = loop.create_future()
        loop.add_reader(self._reading, _tell, waiter)
        try:
            await waiter
        finally:
            if self._reading >= 0:
                loop.remove_reader(self._reading)
            self._waiter = None

    def close_writing(self) -> None:
        """The child has its end by now."""
        os.close(self.writing)

    def close(self) -> None:
        """Closes the reading end; whoever waits there is told that it ended."""
        if self._reading < 0:
            return
        if self._waiter is not None:
            asyncio.get_running_loop().remove_reader(self._reading)
            _tell(self._waiter)
        reading, self._reading = self._reading, -1
        os.close(reading)


def _tell(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
