"""A card that has no PIN is taken as it is: the kiosk asks for a PIN and believes any."""

from pathlib import Path

from kofu_reference.card.apdu import OK, TRIES_LEFT, Answer
from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import MOST_TRIES, CardMemory
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.9"
KILLED_BY = "chain.pin.a_card_without_pin_opens_nothing"

_SELECT_PIN = bytes.fromhex("00A4020C020018")


class WithoutPin(VirtualCard):
    """Takes every PIN where it has none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._has_pin = not CardMemory.exists(folder) or "auth" in CardMemory(folder).read()

    def transmit(self, command: bytes) -> bytes:
        if self._has_pin or (command != _SELECT_PIN and command[1] != 0x20):
            return super().transmit(command)
        asked = command[1] == 0x20 and len(command) == 4
        self._verified.add("auth")
        return Answer(TRIES_LEFT | MOST_TRIES["auth"] if asked else OK).to_bytes()


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.card_type = WithoutPin
