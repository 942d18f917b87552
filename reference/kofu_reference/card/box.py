"""The card box: every card of the fictitious city, one folder each, in the hands of whoever visits a reader."""

import re
from collections.abc import Iterator
from pathlib import Path

from kofu_reference.card.memory import CardMemory

_CARD_ID = re.compile(r"[a-z0-9-]{1,40}")


class CardBox:
    """The folders of a card box by card id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, card_id: str) -> Path | None:
        """The folder of a card; None where the box holds no such card. A card id never leads out of the box."""
        if _CARD_ID.fullmatch(card_id) is None:
            return None
        folder = self._folder / card_id
        return folder if folder.is_dir() else None

    def memory_of(self, card_id: str) -> CardMemory | None:
        """The memory of a card; None where the box holds no such card, or it has no JPKI application."""
        folder = self.folder_of(card_id)
        return CardMemory(folder) if folder is not None and CardMemory.exists(folder) else None

    def memories(self) -> Iterator[CardMemory]:
        """The memory of every card that has one."""
        for folder in sorted(self._folder.iterdir()):
            if folder.is_dir() and CardMemory.exists(folder):
                yield CardMemory(folder)
