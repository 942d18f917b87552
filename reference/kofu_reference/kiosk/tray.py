"""The paper tray of a terminal. Sheets lie in it until a hand takes them; what was taken is kept as PDF for a demo."""

import asyncio
import logging
import uuid
from pathlib import Path

_log = logging.getLogger("kofu.kiosk")


class Tray:
    """Sheets that came out of the machine, one PDF a copy.

    `paper_folder` stands for the world outside the machine: only sheets that a hand has taken are written there,
    and nowhere before. None keeps no papers at all.
    """

    def __init__(self, paper_folder: Path | None) -> None:
        self._paper_folder = paper_folder
        self._sheets: list[bytes] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not self._sheets

    def fill(self, sheets: list[bytes]) -> None:
        """The printer puts finished copies here."""
        self._sheets.extend(sheets)

    async def take(self) -> tuple[bytes, ...]:
        """A hand takes everything; the machine has none of it afterwards."""
        taken, self._sheets = tuple(self._sheets), []
        if self._paper_folder is not None:
            await asyncio.to_thread(_lay_out, self._paper_folder, taken)
        return taken


def _lay_out(folder: Path, papers: tuple[bytes, ...]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for pdf in papers:
            (folder / f"{uuid.uuid4()}.pdf").write_bytes(pdf)
    except OSError as error:
        # The citizen holds the papers all the same.
        _log.warning("papers taken could not be written", extra={"fields": {"errno": error.errno}})
