"""The paper tray of a terminal. Copies lie in it until a hand takes them, with or without power."""

import asyncio
import re
import uuid
from pathlib import Path
from typing import Protocol

_NUMBER = re.compile(r"^([0-9]{6})[.-]")


class Tray(Protocol):
    """Where whole copies come out. The counter belongs to the machine: no program can turn it back."""

    @property
    def is_empty(self) -> bool: ...

    @property
    def copies_out(self) -> int:
        """Whole copies that have come out since the machine was built."""

    def release(self, pdf: bytes) -> None:
        """One whole copy comes out and is counted, in one act."""

    async def take(self) -> tuple[bytes, ...]:
        """A hand takes everything; the machine has none of it afterwards."""


class MemoryTray:
    """A tray that is emptied by a power cut, for a machine whose papers nobody keeps."""

    def __init__(self) -> None:
        self._sheets: list[bytes] = []
        self._copies_out = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not self._sheets

    @property
    def copies_out(self) -> int:
        return self._copies_out

    def release(self, pdf: bytes) -> None:
        self._sheets.append(pdf)
        self._copies_out += 1

    async def take(self) -> tuple[bytes, ...]:
        taken, self._sheets = tuple(self._sheets), []
        return taken


class FolderTray:
    """A tray in `paper_folder`, which stands for the world outside the machine.

    A copy that has come out is a file in `tray`, named by its number; a hand that takes it moves it one up. The
    machine itself reads a copy only at that moment, to hand it over.
    """

    def __init__(self, paper_folder: Path) -> None:
        self._taken = paper_folder
        self._lying = paper_folder / "tray"
        self._lying.mkdir(parents=True, exist_ok=True)
        self._copies_out = max((_number(path) for path in paper_folder.rglob("*.pdf")), default=0)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not any(self._lying.glob("*.pdf"))

    @property
    def copies_out(self) -> int:
        return self._copies_out

    def release(self, pdf: bytes) -> None:
        number = self._copies_out + 1
        leaving = self._lying / f"{number:06}.leaving"
        leaving.write_bytes(pdf)
        leaving.replace(self._lying / f"{number:06}.pdf")
        self._copies_out = number

    async def take(self) -> tuple[bytes, ...]:
        return await asyncio.to_thread(self._take)

    def _take(self) -> tuple[bytes, ...]:
        papers = []
        for path in sorted(self._lying.glob("*.pdf")):
            papers.append(path.read_bytes())
            path.replace(self._taken / f"{path.stem}-{uuid.uuid4()}.pdf")
        return tuple(papers)


def tray_of(paper_folder: Path | None) -> Tray:
    """The tray of one terminal; None keeps no papers beyond the process."""
    return MemoryTray() if paper_folder is None else FolderTray(paper_folder)


def _number(path: Path) -> int:
    found = _NUMBER.match(path.name)
    return int(found[1]) if found else 0
