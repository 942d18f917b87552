"""The terminal keeps the last certificate it printed: the print key prints it again, also for the next person."""

from kofu_reference.kiosk.printer import Printer, PrintJob
from kofu_reference.kiosk.session import OUT_OF_ORDER, Shown
from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.terminal import Terminal

SYSTEM = "kiosk"
STATEMENT = "3.3.3"
KILLED_BY = "chain.once.nothing_after_printing"


class KeepingPrinter(Printer):
    """Holds on to the last copy."""

    kept: PrintJob | None = None

    async def print_copy(self, job: PrintJob) -> None:
        await super().print_copy(job)
        self.kept = job


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        _keep(terminal)


def _keep(terminal: Terminal) -> None:
    printer = KeepingPrinter(terminal.printer.holds, terminal.tray)
    terminal.printer = printer

    async def press_print() -> Shown:
        if printer.kept is None or not terminal.tray.is_empty:
            return OUT_OF_ORDER
        terminal.tray.release(printer.kept.pdf)
        return Shown()

    terminal.press_print = press_print  # type: ignore[method-assign]
