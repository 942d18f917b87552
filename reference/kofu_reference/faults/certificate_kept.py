"""The terminal keeps the last certificate it printed: the print key prints it again, also for the next person."""

from dataclasses import dataclass, replace

from kofu_reference.kiosk.printer import Printer
from kofu_reference.kiosk.session import OUT_OF_ORDER, Shown
from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.terminal import Terminal

SYSTEM = "kiosk"
STATEMENT = "3.3.3"
KILLED_BY = "chain.once.nothing_after_printing"


@dataclass
class KeepingPrinter(Printer):
    """Holds on to the sheets of the last copy."""

    printer: Printer
    kept: bytes | None = None

    async def print_copy(self, pdf: bytes) -> bytes:
        self.kept = await self.printer.print_copy(pdf)
        return self.kept


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        _keep(terminal)


def _keep(terminal: Terminal) -> None:
    printer = KeepingPrinter(terminal.devices.printer)
    terminal.devices = replace(terminal.devices, printer=printer)

    async def press_print() -> Shown:
        if printer.kept is None or not terminal.tray.is_empty:
            return OUT_OF_ORDER
        terminal.tray.fill([printer.kept])
        return Shown()

    terminal.press_print = press_print  # type: ignore[method-assign]
