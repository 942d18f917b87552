"""What the counter may ask of the core system. [2.6]"""

# ruff: noqa: N802 - names are those of the generated servicer

from typing import TYPE_CHECKING, Any

from kofu.v1.counter_pb2 import (
    FileChangeRequest,
    FileChangeResponse,
    GetChangeRequest,
    GetChangeResponse,
    UnblockPinRequest,
    UnblockPinResponse,
)
from kofu.v1.counter_pb2_grpc import CounterServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

if TYPE_CHECKING:
    from kofu_reference.core.system import Core


class CoreServicer(CounterServiceServicer):
    """Takes record changes in, and tells whether they have arrived where certificates are issued."""

    def __init__(self, system: "Core") -> None:
        self._system = system

    async def UnblockPin(self, request: UnblockPinRequest, context: Any) -> UnblockPinResponse:
        """Nobody may call this here: PINs are unblocked at the counter, where the card is. [3.3.11]"""
        raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED)

    async def FileChange(self, request: FileChangeRequest, context: Any) -> FileChangeResponse:
        """Commits a change. What is answered is durable and has its place in the feed."""
        self._must_serve(request.municipality_code)
        return await self._system.file(request)

    async def GetChange(self, request: GetChangeRequest, context: Any) -> GetChangeResponse:
        """Whether a change is visible to every issuance that starts from now on."""
        self._must_serve(request.municipality_code)
        return GetChangeResponse(acknowledged=await self._system.is_acknowledged(request.number))

    def _must_serve(self, municipality_code: str) -> None:
        if municipality_code != self._system.config.city.municipality_code:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
