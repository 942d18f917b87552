"""The kiosk's line to the issuance center: each call waits no longer than the configuration says. [2.7, 3.3.12]"""

from typing import TYPE_CHECKING, Protocol

from kofu.v1 import center_pb2, common_pb2
from kofu_reference.kiosk.wire import WireLog

if TYPE_CHECKING:
    # Known to type checkers only: the generated module has one stub class for both kinds of channel.
    from kofu.v1.center_pb2_grpc import CenterServiceAsyncStub


class Center(Protocol):
    """The center as a terminal sees it. Every call raises `Refusal`: the center's, or that of a wait that ran out."""

    async def open_session(self, terminal_id: str) -> center_pb2.OpenSessionResponse: ...

    async def authenticate(
        self, session_id: str, certificate: bytes, signature: bytes
    ) -> center_pb2.AuthenticateResponse: ...

    async def list_offers(self, session_id: str, municipality_code: str) -> list[center_pb2.Offer]: ...

    async def apply(self, request: center_pb2.ApplyRequest) -> center_pb2.ApplyResponse: ...

    async def report_outcome(self, request: center_pb2.ReportOutcomeRequest) -> None: ...

    async def close_session(self, session_id: str) -> None: ...


class CenterLine:
    """The center over gRPC."""

    def __init__(self, stub: "CenterServiceAsyncStub", wait_seconds: float, wire: WireLog) -> None:
        self._stub = stub
        self._wait_seconds = wait_seconds
        self._wire = wire

    async def open_session(self, terminal_id: str) -> center_pb2.OpenSessionResponse:
        """Opens a session; the answer holds the challenge that the card has to sign."""
        request = center_pb2.OpenSessionRequest(terminal_id=terminal_id)
        return await self._wire.call(self._stub.OpenSession, "OpenSession", request, timeout=self._wait_seconds)

    async def authenticate(
        self, session_id: str, certificate: bytes, signature: bytes
    ) -> center_pb2.AuthenticateResponse:
        """Proves card and PIN; gives the municipalities that the center serves, and their names."""
        request = center_pb2.AuthenticateRequest(session_id=session_id, certificate=certificate, signature=signature)
        return await self._wire.call(self._stub.Authenticate, "Authenticate", request, timeout=self._wait_seconds)

    async def list_offers(self, session_id: str, municipality_code: str) -> list[center_pb2.Offer]:
        """What the municipality offers now, with fees."""
        request = center_pb2.ListOffersRequest(session_id=session_id, municipality_code=municipality_code)
        answer = await self._wire.call(self._stub.ListOffers, "ListOffers", request, timeout=self._wait_seconds)
        return list(answer.offers)

    async def apply(self, request: center_pb2.ApplyRequest) -> center_pb2.ApplyResponse:
        """Applies for one certificate."""
        return await self._wire.call(self._stub.Apply, "Apply", request, timeout=self._wait_seconds)

    async def report_outcome(self, request: center_pb2.ReportOutcomeRequest) -> None:
        """Says how an application ended."""
        await self._wire.call(self._stub.ReportOutcome, "ReportOutcome", request, timeout=self._wait_seconds)

    async def close_session(self, session_id: str) -> None:
        """Closes the session."""
        request = center_pb2.CloseSessionRequest(session_id=session_id)
        await self._wire.call(self._stub.CloseSession, "CloseSession", request, timeout=self._wait_seconds)


def kind_of(application: common_pb2.Application) -> int:
    """Number of the kind that an application names."""
    chosen = application.WhichOneof("certificate")
    if chosen is None:
        return common_pb2.CERTIFICATE_KIND_UNSPECIFIED
    return common_pb2.CertificateKind.Value(f"CERTIFICATE_KIND_{chosen.upper()}")


def answers(request: center_pb2.ApplyRequest, response: center_pb2.ApplyResponse) -> bool:
    """Whether a document is the one applied for, and whole: its request, its kind, all its pages, one subject. [2.8]"""
    document = response.document
    numbers = [page.number for page in document.pages]
    return (
        document.request_id == request.request_id
        and document.kind == kind_of(request.application)
        and numbers == list(range(1, len(numbers) + 1))
        and all(page.total == len(numbers) for page in document.pages)
        and len({page.subject_handle for page in document.pages}) == 1
    )
