"""Certificates as PDF, made in processes of their own. [1.3, 2.8]"""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.message import Message

from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document, DocumentPage
from kofu_reference.paper.coverage import Coverage
from kofu_reference.paper.pool import RenderingPool
from kofu_reference.paper.process import Rendered
from kofu_reference.paper.sheet import Items, items_field, sheet_of, texts

LONGEST_TEXT = 600
"""Code points of one item, twice what a record may hold. A value is in one piece, and so many fit on a page."""

LONGEST_KIND = 100
"""Code points of a kind of income, deduction, dependents or event, whose column is narrow."""

MOST_PAGES = 100
LARGEST_PDF = 16_000_000
"""Bytes."""


class DoesNotFit(Exception):
    """An item, or the whole, can't be printed without cutting. Nothing is ever cut."""

    def __init__(self, item: str) -> None:
        self.item = item
        super().__init__(f"{item}: too long to be printed whole, and nothing is cut; have the record looked at")


class Renderer:
    """Makes certificates. Between ``start`` and ``stop`` any number may be asked for at once."""

    def __init__(self, font: Path, workers: int = 1) -> None:
        self._font = font
        self._coverage: Coverage | None = None
        self._pool = RenderingPool(font, workers)

    async def start(self) -> None:
        """Starts the processes and reads what the font can print. RenderingFailed where this font can't be used."""
        await self._pool.start()
        try:
            self._coverage = await asyncio.to_thread(Coverage, self._font)
        except BaseException:
            await self._pool.stop()
            raise

    async def stop(self) -> None:
        """Ends the processes; documents under way fail with RenderingFailed."""
        await self._pool.stop()

    def pids(self) -> list[int]:
        """The ids of the processes that take jobs now."""
        return self._pool.pids()

    @property
    def coverage(self) -> Coverage:
        """What the font can print."""
        if self._coverage is None:
            raise RuntimeError("renderer: not started; call start() first")
        return self._coverage

    async def document(
        self,
        *,
        document_id: str,
        request_id: str,
        kind: CertificateKind,
        issued_on: CivilDate,
        items: Items,
        subject_handle: str,
        foreign: bool = False,
    ) -> Document:
        """Makes one certificate, whole.

        ``items`` is the message of the kind's alternative in Document.items. ``foreign`` says that the holder of a seal
        or tax certificate is a foreign resident: their birth date is then Gregorian, and their items don't tell.

        Raises CharacterNotAvailable for a character that the font lacks, DoesNotFit for what can't be printed whole,
        RenderingFailed where no document came about, and ValueError for a kind that is not issued or items of another
        kind. Cancelling is safe at any moment: the process at work is ended, and what it made goes to nobody. [2.8]
        """
        for item, length in _lengths(items):
            if length > (LONGEST_KIND if item.endswith(".kind") else LONGEST_TEXT):
                raise DoesNotFit(item)
        sheet = sheet_of(kind, items, foreign=foreign)
        data = sheet.data(document_id, issued_on)
        for text in texts(data):
            self.coverage.require(text)
        rendered = await self._pool.render(sheet.template, data)
        if len(rendered.pages) > MOST_PAGES or len(rendered.pdf) > LARGEST_PDF:
            raise DoesNotFit(items_field(kind))
        document = Document(
            document_id=document_id,
            request_id=request_id,
            kind=kind,
            issued_on=issued_on,
            pdf=rendered.pdf,
            pages=_pages(rendered, subject_handle),
        )
        getattr(document, items_field(kind)).CopyFrom(items)
        return document


def page_text(words: tuple[str, ...]) -> str:
    """The text of a page, whose digest the document carries: its texts in reading order, a line each."""
    return "\n".join(words)


def _pages(rendered: Rendered, subject_handle: str) -> list[DocumentPage]:
    return [
        DocumentPage(
            number=number,
            total=len(rendered.pages),
            subject_handle=subject_handle,
            digest=hashlib.sha256(page_text(words).encode()).digest(),
        )
        for number, words in enumerate(rendered.pages, start=1)
    ]


def _lengths(message: Message, path: str = "") -> Iterator[tuple[str, int]]:
    """The path of each text in a message and its length in code points."""
    for field, value in message.ListFields():
        for number, one in enumerate(value if field.is_repeated else [value], start=1):
            place = f"{path}{field.name}" + (f"[{number}]" if field.is_repeated else "")
            if isinstance(one, str):
                yield place, len(one)
            elif isinstance(one, Message):
                yield from _lengths(one, f"{place}.")
