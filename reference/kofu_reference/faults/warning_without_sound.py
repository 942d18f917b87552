"""The warning of a card or papers left behind stands on the screen alone: nothing is said."""

from kofu_reference.kiosk.attention import Item
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.7"
KILLED_BY = "chain.attention.what_is_left_behind_is_warned_of_and_told"


def install(system: KioskSystem) -> None:
    def silent(item: Item) -> None:
        """Says nothing."""

    for terminal in system.terminals.values():
        terminal.attention.warned = silent
