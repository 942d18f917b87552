"""The kiosk goes by the tries that a card had left when it last lay here, and does not see those used elsewhere."""

from pathlib import Path

from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import CardMemory
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.10"
KILLED_BY = "chain.pin.tries_at_home_count"


class Remembered(VirtualCard):
    """Begins with the tries that this kiosk left, and leaves its own."""

    left: dict[Path, int]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._folder = folder
        memory = CardMemory(folder)
        with memory.changing() as cells:
            if folder in self.left and "auth" in cells:
                memory.write({**cells, "auth": cells["auth"].model_copy(update={"tries": self.left[folder]})})

    def transmit(self, command: bytes) -> bytes:
        answer = super().transmit(command)
        cells = CardMemory(self._folder).read()
        if "auth" in cells:
            self.left[self._folder] = cells["auth"].tries
        return answer


def install(system: KioskSystem) -> None:
    Remembered.left = {}
    for terminal in system.terminals.values():
        terminal.card_type = Remembered
