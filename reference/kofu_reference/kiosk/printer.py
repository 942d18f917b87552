"""The printer of a terminal. It works from memory: no document is ever spooled to disk. [3.3.3]"""

from kofu_reference.runtime.holds import Holds

PRINT_STAGE = "kiosk.print"

_HEADER, _TRAILER = b"%PDF-", b"%%EOF"
_TRAILER_WITHIN = 1024


class PrintFailed(Exception):
    """A copy did not come out whole."""


class Printer:
    """Prints copies one by one; each may take its time."""

    def __init__(self, holds: Holds) -> None:
        self._holds = holds

    async def print_copy(self, pdf: bytes) -> bytes:
        """Prints one copy and gives the sheets; raises `PrintFailed` where the document cannot be printed whole."""
        await self._holds.passage(PRINT_STAGE)
        if not pdf.startswith(_HEADER) or _TRAILER not in pdf[-_TRAILER_WITHIN:]:
            raise PrintFailed("the document is no whole PDF")
        return pdf
