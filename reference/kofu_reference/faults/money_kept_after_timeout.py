"""After an application was aborted the kiosk still takes money, and keeps it."""

from dataclasses import replace

from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.till import Till

SYSTEM = "kiosk"
STATEMENT = "3.3.6"
KILLED_BY = "chain.timeout.a_timeout_aborts_the_whole"


class OpenSlot(Till):
    """Its slot is never closed."""

    def reject(self, yen: int) -> None:
        self._become(replace(self.coins, cash_box_yen=self.coins.cash_box_yen + yen))


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.till = OpenSlot(terminal.till.memory)
