"""At its start the kiosk gives every card three tries: a restart lifts the lock."""

from kofu_reference.card.memory import MOST_TRIES
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.10"
KILLED_BY = "chain.pin.lock_survives_restart"


def install(system: KioskSystem) -> None:
    for memory in system.cards.memories():
        with memory.changing() as cells:
            full = {name: cell.model_copy(update={"tries": MOST_TRIES[name]}) for name, cell in cells.items()}
            if full != cells:
                memory.write(full)
