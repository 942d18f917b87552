"""What the center is told and may change while it serves: a file's content counts from the next call on."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from kofu_reference.runtime.config import ConfigurationInvalid

Content = TypeVar("Content")

_log = logging.getLogger("kofu.center")


class Told(Protocol[Content]):
    """What the center is told, by a file or otherwise."""

    last: Content
    """As it was known last."""

    async def current(self) -> Content:
        """As it is now."""


class Fixed(Generic[Content]):
    """What stands in the configuration stays as it is."""

    def __init__(self, content: Content) -> None:
        self.last = content

    async def current(self) -> Content:
        return self.last


class WatchedFile(Generic[Content]):
    """The content of a file, read anew when the file is another than before.

    `read` raises ConfigurationInvalid for a file that can't be used. At the start that goes on to whoever starts the
    center; later what was read last stays in force, and the line is logged: a slip of the pen must not close every
    terminal in the country.
    """

    def __init__(self, path: Path, read: Callable[[Path], Content]) -> None:
        self._path = path
        self._read = read
        self._seen = _marks_of(path)
        self._reading = asyncio.Lock()
        self.last = read(path)

    async def current(self) -> Content:
        """What the file says now. It is looked at for each call, and read in a thread where it has changed."""
        if _marks_of(self._path) != self._seen:
            async with self._reading:
                # The marks from before the reading: a change during it is seen by the next call.
                marks = _marks_of(self._path)
                if marks != self._seen:
                    await self._read_anew()
                    self._seen = marks
        return self.last

    async def _read_anew(self) -> None:
        try:
            self.last = await asyncio.to_thread(self._read, self._path)
        except ConfigurationInvalid as invalid:
            _log.error("file not usable: the last one stays in force", extra={"fields": {"why": str(invalid)}})
        else:
            _log.info("file read anew", extra={"fields": {"file": self._path.name}})


def _marks_of(path: Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from another; None where it can't be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
