"""What was left behind at a terminal, from the warning in vain to the police. [3.3.8, 3.3.8a]"""

import asyncio
from dataclasses import replace
from datetime import datetime

from kofu.testing.v1 import control_pb2
from kofu.v1 import reason_pb2
from kofu_reference.kiosk.attention import Item
from kofu_reference.kiosk.journal import ForgottenItem, Journal
from kofu_reference.runtime import CivilClock, Refusal

_KINDS = {
    control_pb2.LEFT_BEHIND_CARD: "FORGOTTEN_ITEM_KIND_CARD",
    control_pb2.LEFT_BEHIND_PAPERS: "FORGOTTEN_ITEM_KIND_CERTIFICATE",
}


class LostProperty:
    """The book of forgotten items. It says what and where, never whose."""

    def __init__(self, journal: Journal, clock: CivilClock) -> None:
        self._journal = journal
        self._clock = clock

    async def notice(self, terminal_id: str, item: Item) -> None:
        """The terminal tells staff of something that nobody took."""
        noticed = ForgottenItem(self._clock.now(), terminal_id, _KINDS[item])
        await asyncio.to_thread(self._journal.record, noticed)

    async def deal_with(
        self, staff_id: str, item_id: int, terminal_id: str, kind: str, handed_to_police_at: datetime | None
    ) -> int:
        """Staff record an item, or carry a record on; the number of the record. [3.3.8]"""
        now = self._clock.now()
        if item_id == 0:
            item = ForgottenItem(now, terminal_id, kind, staff_id, now, handed_to_police_at)
        else:
            item = self._known(item_id, terminal_id, kind)
            if item.handed_to_police_at is not None:
                # What the police have is no longer the shop's to change.
                raise Refusal(reason_pb2.REASON_OUT_OF_ORDER)
            dealt_with_at = item.dealt_with_at or now
            item = replace(
                item, staff_id=staff_id, dealt_with_at=dealt_with_at, handed_to_police_at=handed_to_police_at
            )
        return await asyncio.to_thread(self._journal.record, item)

    def _known(self, item_id: int, terminal_id: str, kind: str) -> ForgottenItem:
        for item in self._journal.forgotten_items():
            if (item.item_id, item.terminal_id, item.kind) == (item_id, terminal_id, kind):
                return item
        raise Refusal(reason_pb2.REASON_RECORD_NOT_FOUND)

    def items(self) -> list[ForgottenItem]:
        """Every record, oldest first."""
        return self._journal.forgotten_items()

    def waiting_at(self, terminal_id: str) -> int:
        """How many items at a terminal nobody has dealt with."""
        return sum(1 for item in self.items() if item.terminal_id == terminal_id and item.dealt_with_at is None)
