"""The lower tester before the center: a kiosk of the suite, with the citizen's card from the card box. [2.7]"""

from collections.abc import Callable
from pathlib import Path

from google.protobuf.message import Message

from kofu.v1 import center_pb2
from kofu.v1.common_pb2 import Application
from kofu_conformance.testers.answer import Answer, M
from kofu_conformance.testers.card import card_of
from kofu_conformance.testers.wire import Method, Wire
from kofu_spec.city import Citizen

SERVICE = "kofu.v1.CenterService"
ROLE = "kiosk"
NO_SESSION = "00000000-0000-4000-8000-000000000000"


class CenterClient:
    """One session with the center; `chain.center()` gives a fresh one each time.

    Every argument that a forger would choose can be given; what is left out is right.
    """

    def __init__(
        self, wire: Wire, box: Path, terminal_id: str, municipality_code: str, new_request_id: Callable[[], str]
    ) -> None:
        self._wire = wire
        self._box = box
        self._municipality_code = municipality_code
        self._new_request_id = new_request_id
        self.terminal_id = terminal_id
        self.session_id = NO_SESSION
        """Of the session last opened."""
        self.challenge = b""
        self.request_id = ""
        """Of the application last made."""

    def open_session(self, terminal_id: str | None = None) -> Answer[center_pb2.OpenSessionResponse]:
        """Opens a session; the client keeps its id and challenge."""
        request = center_pb2.OpenSessionRequest(terminal_id=terminal_id or self.terminal_id)
        answer = self._call("OpenSession", request, center_pb2.OpenSessionResponse)
        if answer.broken is None and answer.message is not None:
            self.session_id, self.challenge = answer.message.session_id, answer.message.challenge
        return answer

    def authenticate(
        self,
        citizen: Citizen,
        *,
        session_id: str | None = None,
        challenge: bytes | None = None,
        certificate: bytes | None = None,
        signature: bytes | None = None,
    ) -> Answer[center_pb2.AuthenticateResponse]:
        """Lets the citizen's card sign. `challenge`: signed instead; `certificate`, `signature`: sent instead."""
        if signature is None or certificate is None:
            card = card_of(citizen, self._box)
            certificate = card.certificate if certificate is None else certificate
            signed = self.challenge if challenge is None else challenge
            signature = card.sign(signed) if signature is None else signature
        request = center_pb2.AuthenticateRequest(
            session_id=session_id or self.session_id, certificate=certificate, signature=signature
        )
        return self._call("Authenticate", request, center_pb2.AuthenticateResponse)

    def session_for(self, citizen: Citizen) -> "CenterClient":
        """Itself, with an authenticated session. Raises `Deviation` where a citizen with a good card gets none."""
        self.open_session().granted("a session within the hours")
        self.authenticate(citizen).granted("the citizen's own card and signature accepted")
        return self

    def offers(
        self, *, session_id: str | None = None, municipality_code: str | None = None
    ) -> Answer[center_pb2.ListOffersResponse]:
        """What the municipality offers now."""
        request = center_pb2.ListOffersRequest(
            session_id=session_id or self.session_id, municipality_code=municipality_code or self._municipality_code
        )
        return self._call("ListOffers", request, center_pb2.ListOffersResponse)

    def apply(
        self,
        application: Application,
        *,
        request_id: str | None = None,
        copies: int = 1,
        session_id: str | None = None,
        municipality_code: str | None = None,
    ) -> Answer[center_pb2.ApplyResponse]:
        """Applies for one certificate, with a fresh request id unless one is given."""
        self.request_id = request_id or self._new_request_id()
        request = center_pb2.ApplyRequest(
            session_id=session_id or self.session_id,
            request_id=self.request_id,
            municipality_code=municipality_code or self._municipality_code,
            application=application,
            copies=copies,
        )
        return self._call("Apply", request, center_pb2.ApplyResponse)

    def report(
        self,
        outcome: center_pb2.Outcome = center_pb2.OUTCOME_PRINTED,
        *,
        request_id: str | None = None,
        session_id: str | None = None,
        copies_printed: int = 1,
        charged_yen: int = 0,
    ) -> Answer[center_pb2.ReportOutcomeResponse]:
        """Reports how the application last made ended."""
        request = center_pb2.ReportOutcomeRequest(
            session_id=session_id or self.session_id,
            request_id=request_id or self.request_id,
            outcome=outcome,
            copies_printed=copies_printed,
            charged_yen=charged_yen,
        )
        return self._call("ReportOutcome", request, center_pb2.ReportOutcomeResponse)

    def close(self, session_id: str | None = None) -> Answer[center_pb2.CloseSessionResponse]:
        """Closes the session."""
        request = center_pb2.CloseSessionRequest(session_id=session_id or self.session_id)
        return self._call("CloseSession", request, center_pb2.CloseSessionResponse)

    def _call(self, name: str, request: Message, answer_type: type[M]) -> Answer[M]:
        return self._wire.call("center", ROLE, Method(SERVICE, name), request, answer_type)
