"""The kiosk keeps whatever was put in: no change comes back."""

from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.till import Till

SYSTEM = "kiosk"
STATEMENT = "3.3.6"
KILLED_BY = "chain.documents.all_six_can_be_had"


class GreedyTill(Till):
    """Settles for all that it holds."""

    def settle(self, kept_yen: int) -> None:
        super().settle(self.held_yen if kept_yen else 0)


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.till = GreedyTill(terminal.till.memory)
