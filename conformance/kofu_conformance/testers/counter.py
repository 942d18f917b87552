"""The upper tester at the city counter: PINs are unblocked and record changes filed here. [2.6, 3.3.11]"""

import time

from google.protobuf.message import Message

from kofu.v1 import counter_pb2
from kofu_conformance.engine import Unobserved
from kofu_conformance.testers.answer import Answer, M
from kofu_conformance.testers.wire import Method, Wire
from kofu_spec.city import Card, Citizen

SERVICE = "kofu.v1.CounterService"
ROLE = "office"
IDENTITY_CHECK = counter_pb2.IdentityCheck(document_shown="運転免許証", clerk_id="CLERK01")
ACKNOWLEDGED_SECONDS = 30.0
"""How long a change may take to reach the issuing server before the tester gives up."""

Change = (
    counter_pb2.RegisterSeal
    | counter_pb2.CancelSeal
    | counter_pb2.MoveWithin
    | counter_pb2.MoveOut
    | counter_pb2.SetIssueBlocks
    | counter_pb2.SplitHousehold
    | counter_pb2.AssessTax
    | counter_pb2.ChangeName
    | counter_pb2.LinkCards
    | counter_pb2.RecordDeath
)


class CounterClient:
    """The office's calls."""

    def __init__(self, wire: Wire, municipality_code: str) -> None:
        self._wire = wire
        self._municipality_code = municipality_code

    def unblock_pin(
        self,
        card: Citizen | Card | str,
        new_pin: str,
        identity_check: counter_pb2.IdentityCheck | None = IDENTITY_CHECK,
    ) -> Answer[counter_pb2.UnblockPinResponse]:
        """Unblocks the card's PIN and sets it anew. Give None to come without an identity check."""
        held = card.card if isinstance(card, Citizen) else card
        if held is None:
            raise Unobserved("the citizen has no card to unblock")
        request = counter_pb2.UnblockPinRequest(
            card_id=held if isinstance(held, str) else held.card_id, new_pin=new_pin, identity_check=identity_check
        )
        return self._call("UnblockPin", request, counter_pb2.UnblockPinResponse)

    def file(self, change: Change) -> Answer[counter_pb2.FileChangeResponse]:
        """Files one record change."""
        request = counter_pb2.FileChangeRequest(municipality_code=self._municipality_code)
        for option in request.DESCRIPTOR.oneofs_by_name["change"].fields:
            if option.message_type is change.DESCRIPTOR:
                getattr(request, option.name).CopyFrom(change)
                getattr(request, option.name).SetInParent()
        return self._call("FileChange", request, counter_pb2.FileChangeResponse)

    def change(self, number: int) -> Answer[counter_pb2.GetChangeResponse]:
        """The state of a change."""
        request = counter_pb2.GetChangeRequest(municipality_code=self._municipality_code, number=number)
        return self._call("GetChange", request, counter_pb2.GetChangeResponse)

    def wait_acknowledged(self, number: int, seconds: float = ACKNOWLEDGED_SECONDS) -> None:
        """Returns once the issuing server has acknowledged the change; `Unobserved` where it takes too long."""
        until = time.monotonic() + seconds
        while not self.change(number).granted("the state of a change that was filed").acknowledged:
            if time.monotonic() > until:
                raise Unobserved(f"change {number} not acknowledged within {seconds:.0f} s")
            time.sleep(0.05)

    def _call(self, name: str, request: Message, answer_type: type[M]) -> Answer[M]:
        return self._wire.call("counter", ROLE, Method(SERVICE, name), request, answer_type)
