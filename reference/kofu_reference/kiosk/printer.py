"""The printer of a terminal. It works from memory: no document is ever spooled to disk. [3.3.3]

A copy leaves the machine whole. Its sheets gather inside; only the last one lets the copy out and counts it. Sheets of
a copy that did not become whole fall into the locked bin, which staff empty.
"""

import asyncio
import threading
from dataclasses import dataclass

import pypdfium2

from kofu.testing.v1 import control_pb2
from kofu_reference.kiosk.tray import Tray
from kofu_reference.runtime.holds import Holds

PRINT_STAGE = "kiosk.print"

_HEADER, _TRAILER = b"%PDF-", b"%%EOF"
_TRAILER_WITHIN = 1024
_pdfium = threading.Lock()  # PDFium may be entered by one thread at a time


class PrintFailed(Exception):
    """A copy did not come out whole."""


@dataclass(frozen=True)
class PrintJob:
    """One copy. Where fronts have backs, pages of the PDF are front and back in turn, and the job is duplex."""

    pdf: bytes
    sheets: int
    duplex: bool


async def job_of(pdf: bytes, fronts: int) -> PrintJob:
    """The job of a document with so many fronts; raises `PrintFailed` where it is no whole document.

    Asked before anything is paid: nobody pays for what cannot be printed.
    """
    sides = await asyncio.to_thread(_sides, pdf)
    if fronts < 1 or sides not in (fronts, 2 * fronts):
        raise PrintFailed("the document has not the pages that it should have")
    return PrintJob(pdf, sheets=fronts, duplex=sides == 2 * fronts)


def _sides(pdf: bytes) -> int:
    if not pdf.startswith(_HEADER) or _TRAILER not in pdf[-_TRAILER_WITHIN:]:
        raise PrintFailed("the document is no whole PDF")
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            raise PrintFailed("the document cannot be read") from None
        try:
            return len(document)
        finally:
            document.close()


class Printer:
    """Prints copies one by one; each may take its time. A trouble stays until staff clear it."""

    def __init__(self, holds: Holds, tray: Tray) -> None:
        self.holds = holds
        self.tray = tray
        self._trouble: control_pb2.PrinterTrouble = control_pb2.PRINTER_TROUBLE_NONE
        self._copies_before_trouble = 0

    @property
    def is_ready(self) -> bool:
        """Whether a copy could be printed now."""
        return self._trouble == control_pb2.PRINTER_TROUBLE_NONE or self._copies_before_trouble > 0

    def disturb(self, trouble: control_pb2.PrinterTrouble, after_copies: int) -> None:
        """Jam or paper end after so many more copies; none clears the path and fills the paper."""
        self._trouble, self._copies_before_trouble = trouble, after_copies

    async def print_copy(self, job: PrintJob) -> None:
        """One copy comes out whole and lies in the tray, or `PrintFailed` is raised and nothing of it comes out."""
        await self.holds.passage(PRINT_STAGE)
        if not self.is_ready:
            raise PrintFailed(control_pb2.PrinterTrouble.Name(self._trouble))
        self.tray.release(job.pdf)
        self._copies_before_trouble = max(0, self._copies_before_trouble - 1)
