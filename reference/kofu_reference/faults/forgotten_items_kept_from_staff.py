"""A card or papers that nobody takes are warned of for ever, and staff are never told."""

from kofu_reference.kiosk.attention import Item
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.8a"
KILLED_BY = "chain.attention.what_is_left_behind_is_warned_of_and_told"


def install(system: KioskSystem) -> None:
    async def nobody(terminal_id: str, item: Item) -> None:
        """Tells nobody."""

    system.lost_property.notice = nobody  # type: ignore[method-assign]
