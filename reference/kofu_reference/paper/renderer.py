"""Certificates as PDF, made in processes of their own. [1.3, 2.8]"""

import asyncio
import hashlib
import uuid
from pathlib import Path

from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document, DocumentPage

from kofu_reference.paper.coverage import Coverage
from kofu_reference.paper.process import Rendered, RenderingFailed, RenderingProcess
from kofu_reference.paper.sheet import Items, items_field, sheet_of, texts

LONGEST_TEXT = 600
MOST_PAGES = 100
LARGEST_PDF = 16_000_000
JOBS_A_PROCESS = 64


class DoesNotFit(Exception):
    """An item that can't be printed whole. Nothing is ever cut."""

    def __init__(self, item: str) -> None:
        self.item = item
        super().__init__(f"{item}: does not fit on the certificate; nothing is cut, so none is issued")


class _Place:
    """A place for a rendering process; the next process is started before the one in it is given up."""

    def __init__(self, font: Path) -> None:
        self._font = font
        self._process: RenderingProcess | None = None
        self._next: asyncio.Task[RenderingProcess] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def process(self) -> RenderingProcess:
        """A process that is between two jobs."""
        current = self._process
        if current is None or not current.usable or current.jobs_done >= 2 * JOBS_A_PROCESS:
            self.prepare()
        if self._next is not None and (self._next.done() or current is None or not current.usable):
            await self._replace(self._next)
        assert self._process is not None
        return self._process

    def after_job(self) -> None:
        """Gives up a process whose job did not end, and has a fresh one ready for one that did many."""
        process = self._process
        if process is not None and not process.usable:
            self._give_up(process)
            self.prepare()
        elif process is not None and process.jobs_done >= JOBS_A_PROCESS:
            self.prepare()

    def prepare(self) -> None:
        """Starts the next process unless that is under way."""
        if self._next is None:
            self._next = asyncio.create_task(RenderingProcess.start(self._font))

    async def _replace(self, starting: asyncio.Task[RenderingProcess]) -> None:
        # Shielded: a caller that gives up while a process starts must not take it from those who wait behind.
        try:
            process = await asyncio.shield(starting)
        finally:
            if starting.done():
                self._next = None
        if self._process is not None:
            self._give_up(self._process)
        self._process = process

    def _give_up(self, process: RenderingProcess) -> None:
        process.kill()
        self._process = None
        ending = asyncio.create_task(process.ended())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Ends the processes of this place and waits until they have ended."""
        if self._next is not None:
            self._next.cancel()
            for process in await asyncio.gather(self._next, return_exceptions=True):
                if isinstance(process, RenderingProcess):
                    self._give_up(process)
            self._next = None
        if self._process is not None:
            self._give_up(self._process)
        await asyncio.gather(*self._ending)


class Renderer:
    """Makes certificates. Between ``start`` and ``stop`` any number of documents may be asked for at once."""

    def __init__(self, font: Path, workers: int = 1) -> None:
        self._font = font
        self._coverage: Coverage | None = None
        self._places = [_Place(font) for _ in range(workers)]
        self._free: asyncio.Queue[_Place] = asyncio.Queue()

    async def start(self) -> None:
        """Reads the font's coverage and starts the processes."""
        for place in self._places:
            place.prepare()
        self._coverage = await asyncio.to_thread(Coverage, self._font)
        for place in self._places:
            await place.process()
            self._free.put_nowait(place)

    async def stop(self) -> None:
        """Ends the processes; documents under way are lost."""
        self._free = asyncio.Queue()
        await asyncio.gather(*(place.close() for place in self._places))

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
        kind: "CertificateKind.ValueType",
        issued_on: CivilDate,
        items: Items,
        subject_handle: str,
    ) -> Document:
        """Makes one certificate, whole.

        ``items`` is the message of the kind's alternative of Document.items. Raises CharacterNotAvailable for a
        character that the font lacks, DoesNotFit for what can't be printed whole, RenderingFailed where no document
        came about, and ValueError for items of another kind. Cancelling is safe at any moment: the process at work is
        ended, and what it made goes to nobody. [2.8]
        """
        sheet = sheet_of(kind, items)
        data = sheet.data(document_id, issued_on)
        for text in texts(data):
            self.coverage.require(text)
            if len(text) > LONGEST_TEXT:
                raise DoesNotFit("text")
        rendered = await self._render(sheet.template, data)
        if len(rendered.pages) > MOST_PAGES or len(rendered.pdf) > LARGEST_PDF:
            raise DoesNotFit("pages")
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

    async def _render(self, template: str, data: dict[str, object]) -> Rendered:
        place = await self._free.get()
        try:
            process = await place.process()
            return await process.render(str(uuid.uuid4()), template, data)
        finally:
            place.after_job()
            self._free.put_nowait(place)


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


__all__ = ["DoesNotFit", "Renderer", "RenderingFailed", "page_text"]
