"""Money that was held when the power failed is kept, whatever had been printed."""

from collections.abc import Callable
from functools import partial

from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.terminal import Terminal

SYSTEM = "kiosk"
STATEMENT = "3.3.6"
KILLED_BY = "chain.paper_and_money.a_power_cut_leaves_paper_and_money_right"


def install(system: KioskSystem) -> None:
    for terminal in system.terminals.values():
        terminal.recover = partial(_recover, terminal, terminal.recover)  # type: ignore[method-assign]


def _recover(terminal: Terminal, recover: Callable[[], None]) -> None:
    if terminal.till.held_yen:
        terminal.till.settle(terminal.till.held_yen)
    recover()
