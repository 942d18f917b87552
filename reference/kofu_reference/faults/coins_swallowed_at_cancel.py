"""Cancelling with part of the fee in the machine gives back no coins."""

from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.till import Till

SYSTEM = "kiosk"
STATEMENT = "3.3.6"
KILLED_BY = "chain.paper_and_money.cancelling_gives_everything_back"


class SwallowingTill(Till):
    """Keeps what was held where a purchase ends without a copy."""

    def settle(self, kept_yen: int) -> None:
        super().settle(kept_yen or self.held_yen)


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.till = SwallowingTill(terminal.till.memory)
