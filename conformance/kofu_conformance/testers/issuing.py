"""The lower tester as the center before the issuing server, and as a server before the koseki system. [2.7, 2.9]"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from kofu.v1 import issuing_pb2, koseki_pb2
from kofu.v1.common_pb2 import Application, Holder
from kofu_conformance.engine import Unobserved
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.control import timestamp
from kofu_conformance.testers.wire import Method, Wire
from kofu_spec.city import Citizen
from kofu_spec.pki import jpki

ISSUE = Method("kofu.v1.IssuingService", "Issue")
ISSUE_KOSEKI = Method("kofu.v1.KosekiService", "IssueKoseki")

KosekiDoor = Literal["relay", "koseki"]


def holder_of(citizen: Citizen) -> Holder:
    """The holder of the citizen's card, as servers know a person. Raises `Unobserved` without a card."""
    if citizen.card is None:
        raise Unobserved("the citizen has no card, so no server knows them")
    return Holder(issuer_key_id=jpki.ISSUER_KEY_ID, certificate_serial=citizen.card.serial)


class IssuingClient:
    """Asks the issuing server as the center does."""

    def __init__(
        self,
        wire: Wire,
        municipality_code: str,
        new_request_id: Callable[[], str],
        now: Callable[[], datetime],
        node: str = "issuing",
    ) -> None:
        self._wire = wire
        self._node = node
        self._municipality_code = municipality_code
        self._new_request_id = new_request_id
        self._now = now
        self.request_id = ""
        """Of the request last made by this client."""

    def issue(
        self,
        holder: Citizen | Holder,
        application: Application,
        *,
        request_id: str | None = None,
        received_at: datetime | None = None,
        municipality_code: str | None = None,
        role: str = "center",
    ) -> Answer[issuing_pb2.IssueResponse]:
        """One certificate; `received_at` is the center's instant of receipt, by default what the clocks show.

        `role`: as whom the suite comes, for a call that has to be refused.
        """
        self.request_id = request_id or self._new_request_id()
        request = issuing_pb2.IssueRequest(
            request_id=self.request_id,
            municipality_code=municipality_code or self._municipality_code,
            holder=holder if isinstance(holder, Holder) else holder_of(holder),
            application=application,
            received_at=timestamp(received_at or self._now()),
        )
        return self._wire.call(self._node, role, ISSUE, request, issuing_pb2.IssueResponse)


class KosekiClient:
    """Asks for koseki certificates: at the relay as the issuing server does, or at the koseki system as the relay."""

    def __init__(
        self,
        wire: Wire,
        door: KosekiDoor,
        municipality_code: str,
        new_request_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._wire = wire
        self._door = door
        self._role = "issuing" if door == "relay" else "relay"
        self._municipality_code = municipality_code
        self._new_request_id = new_request_id
        self._now = now
        self.request_id = ""

    def issue(
        self,
        holder: Citizen | Holder,
        application: Application,
        *,
        request_id: str | None = None,
        received_at: datetime | None = None,
    ) -> Answer[koseki_pb2.IssueKosekiResponse]:
        """One koseki certificate."""
        self.request_id = request_id or self._new_request_id()
        request = koseki_pb2.IssueKosekiRequest(
            request_id=self.request_id,
            municipality_code=self._municipality_code,
            holder=holder if isinstance(holder, Holder) else holder_of(holder),
            application=application,
            received_at=timestamp(received_at or self._now()),
        )
        return self._wire.call(self._door, self._role, ISSUE_KOSEKI, request, koseki_pb2.IssueKosekiResponse)
