"""What a clerk at the counter does. [3.3.11, 2.6]"""

# ruff: noqa: N802 - names and parameters are those of the generated servicer

import asyncio
from typing import TYPE_CHECKING, Any

from kofu.v1 import counter_pb2, reason_pb2
from kofu.v1.counter_pb2_grpc import CounterServiceServicer
from kofu_reference.card.box import CardBox
from kofu_reference.counter.journal import CheckRecord, CounterJournal
from kofu_reference.runtime import CivilClock, Refusal, call

if TYPE_CHECKING:
    # Known to type checkers only: the generated module has one stub class for both kinds of channel.
    from kofu.v1.counter_pb2_grpc import CounterServiceAsyncStub

CORE_SECONDS = 10.0
"""How long a clerk's terminal waits for the core system."""


class CounterServicer(CounterServiceServicer):
    """Unblocks PINs itself; hands record changes to the core system, whose refusals it passes back."""

    def __init__(
        self, cards: CardBox, journal: CounterJournal, clock: CivilClock, core: "CounterServiceAsyncStub"
    ) -> None:
        self._cards = cards
        self._journal = journal
        self._clock = clock
        self._core = core

    async def UnblockPin(self, request: counter_pb2.UnblockPinRequest, context: Any) -> counter_pb2.UnblockPinResponse:
        """Resets the PIN after an identity check, which is recorded before the card is touched. [3.3.11]"""
        check = request.identity_check
        if not (request.HasField("identity_check") and check.document_shown and check.clerk_id):
            raise Refusal(reason_pb2.REASON_IDENTITY_CHECK_MISSING)
        memory = self._cards.memory_of(request.card_id)
        if memory is None or "auth" not in memory.read():
            raise Refusal(reason_pb2.REASON_RECORD_NOT_FOUND)
        record = CheckRecord(self._clock.now(), check.clerk_id, check.document_shown, request.card_id)
        await asyncio.to_thread(self._journal.record, record)
        await asyncio.to_thread(memory.set_pin, "auth", request.new_pin)
        return counter_pb2.UnblockPinResponse()

    async def FileChange(self, request: counter_pb2.FileChangeRequest, context: Any) -> counter_pb2.FileChangeResponse:
        """Hands the change on unchanged. [2.6]"""
        return await call(self._core.FileChange, request, timeout=CORE_SECONDS)

    async def GetChange(self, request: counter_pb2.GetChangeRequest, context: Any) -> counter_pb2.GetChangeResponse:
        """Hands the question on unchanged. [2.6]"""
        return await call(self._core.GetChange, request, timeout=CORE_SECONDS)
