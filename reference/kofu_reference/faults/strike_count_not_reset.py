"""A right PIN does not reset the count of wrong ones: two wrong, one right, one wrong locks."""

from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import PinName
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.10"
KILLED_BY = "chain.pin.three_wrong_pins_lock"


class ForgetfulOfSuccess(VirtualCard):
    """Gives back only the try that the right PIN itself used."""

    def tries_after_success(self, name: PinName, before: int) -> int:
        return before


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.card_type = ForgetfulOfSuccess
