"""The warning of a card or papers left behind is said once and stands on no screen."""

from kofu_reference.kiosk.attention import Attention, Item
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.7"
KILLED_BY = "chain.attention.what_is_left_behind_is_warned_of_and_told"


class Unseen(Attention):
    """Warns of nothing on the screen."""

    @property
    def standing(self) -> tuple[Item, ...]:
        return ()


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.attention.__class__ = Unseen
