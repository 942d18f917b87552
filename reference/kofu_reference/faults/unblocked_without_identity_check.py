"""The counter unblocks a PIN for anybody who has the card: no identity check is asked for."""

from typing import Any

from kofu.v1.counter_pb2 import UnblockPinRequest, UnblockPinResponse
from kofu_reference.counter.system import CounterSystem

SYSTEM = "counter"
STATEMENT = "3.3.11"
KILLED_BY = "chain.pin.only_the_counter_lifts_the_lock"


def install(system: CounterSystem) -> None:
    unblock = system.service.UnblockPin

    async def unblock_for_anybody(request: UnblockPinRequest, context: Any) -> UnblockPinResponse:
        request.identity_check.document_shown, request.identity_check.clerk_id = "none", "NOBODY"
        return await unblock(request, context)

    system.service.UnblockPin = unblock_for_anybody  # type: ignore[method-assign]
