"""After a jam the fee of all copies is kept, whatever came out."""

from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.till import Till

SYSTEM = "kiosk"
STATEMENT = "3.3.6"
KILLED_BY = "chain.paper_and_money.trouble_charges_for_what_came_out"


class FirmTill(Till):
    """Gives back nothing of what a purchase that printed anything has paid."""

    def settle(self, kept_yen: int) -> None:
        super().settle(self.held_yen // 100 * 100 if kept_yen else 0)


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.till = FirmTill(terminal.till.memory)
