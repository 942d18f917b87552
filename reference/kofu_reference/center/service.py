"""CenterService: from the kiosk's session to the document, step by step. [2.7, 2.8]"""

# ruff: noqa: N802 - names are those of the generated servicer

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.protobuf.timestamp_pb2 import Timestamp

from kofu.v1 import center_pb2, center_pb2_grpc, issuing_pb2
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import raised_by
from kofu_reference.center.calendar import as_message
from kofu_reference.center.certificates import check_signature
from kofu_reference.center.document import faults_of
from kofu_reference.center.fees import FEE_YEN, kind_of
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.guard import peer_identity

if TYPE_CHECKING:
    from kofu_reference.center.system import Center

_log = logging.getLogger("kofu.center")


class CenterService(center_pb2_grpc.CenterServiceServicer):
    """Serves kiosks. Nothing of a document outlives the call that carries it. [3.2.3]"""

    def __init__(self, center: "Center") -> None:
        self._center = center

    async def OpenSession(self, request: center_pb2.OpenSessionRequest, context: Any) -> center_pb2.OpenSessionResponse:
        """Opens a session for a registered terminal within the hours. [1.2, 1.4, 1.5, 1.7]"""
        center = self._center
        now = center.clock.now()
        if request.terminal_id not in center.terminals:
            raise Refusal(Reason.REASON_TERMINAL_NOT_REGISTERED)
        refusal = center.calendar.refusal_at(now)
        if refusal is not None:
            raise Refusal(refusal)
        session = center.sessions.open(request.terminal_id, peer_identity(context))
        return center_pb2.OpenSessionResponse(
            session_id=session.session_id,
            challenge=session.challenge,
            expires_at=_timestamp(now + timedelta(seconds=center.config.waits.session_seconds)),
        )

    async def Authenticate(
        self, request: center_pb2.AuthenticateRequest, context: Any
    ) -> center_pb2.AuthenticateResponse:
        """Path, period, signature, status, in this order. A session whose proof fails is closed. [1.8, 3.3.9]"""
        center = self._center
        session = center.sessions.find(request.session_id, peer_identity(context))
        challenge = center.sessions.take_challenge(session)
        now = center.clock.now()
        try:
            proven = center.authorities.verify(request.certificate, now)
            check_signature(proven.certificate, challenge, request.signature)
            await center.validity.check(proven, now)
        except BaseException:
            center.sessions.close(session.session_id)
            raise
        session.holder = proven.holder
        return center_pb2.AuthenticateResponse(municipality_codes=[center.config.city.municipality_code])

    async def ListOffers(self, request: center_pb2.ListOffersRequest, context: Any) -> center_pb2.ListOffersResponse:
        """The kinds that can be had now, with fees. [1.3, 1.6]"""
        center = self._center
        center.sessions.find_authenticated(request.session_id, peer_identity(context))
        self._must_serve(request.municipality_code)
        now = center.clock.now()
        return center_pb2.ListOffersResponse(
            offers=[
                center_pb2.Offer(kind=kind, fee_yen=fee_yen)
                for kind, fee_yen in FEE_YEN.items()
                if center.calendar.refusal_at(now, kind) is None
            ]
        )

    async def GetCalendar(self, request: center_pb2.GetCalendarRequest, context: Any) -> center_pb2.GetCalendarResponse:
        """The calendar that decides, at any hour and without a session. [1.4, 1.5, 1.6]"""
        self._must_serve(request.municipality_code)
        calendar = as_message(self._center.calendar, request.municipality_code)
        return center_pb2.GetCalendarResponse(calendar=calendar)

    async def Apply(self, request: center_pb2.ApplyRequest, context: Any) -> center_pb2.ApplyResponse:
        """One certificate from the city, or a refusal; in both cases the request id is used up. [2.7, 2.8, 3.1.4]"""
        center = self._center
        received_at = center.clock.now()

        # WHO ASKS
        session, holder = center.sessions.find_authenticated(request.session_id, peer_identity(context))
        await center.use_request_id(request.request_id)
        session.applied.add(request.request_id)

        # MAY THEY
        self._must_serve(request.municipality_code)
        await center.check_alarms(request.municipality_code)
        kind = kind_of(request.application)
        refusal = center.calendar.refusal_at(received_at, kind)
        if refusal is not None:
            raise Refusal(refusal)

        # WHAT IS ASKED OF WHOM
        issue = issuing_pb2.IssueRequest(
            request_id=request.request_id,
            municipality_code=request.municipality_code,
            holder=holder,
            application=request.application,
            received_at=_timestamp(received_at),
        )
        answer = await self._issued(issue)

        # WHAT IS HANDED ON
        faults = faults_of(answer.document, request.request_id, kind)
        if faults:
            raise await center.raise_alarm(request.municipality_code, request.request_id, faults)
        await center.check_alarms(request.municipality_code)
        return center_pb2.ApplyResponse(document=answer.document, fee_yen=FEE_YEN[kind] * request.copies)

    async def _issued(self, issue: issuing_pb2.IssueRequest) -> issuing_pb2.IssueResponse:
        """The site's answer. An error that it flagged for this request is flagged here too. [P.7]"""
        center = self._center
        try:
            return await center.issuing.issue(issue, center.config.waits.issuing_seconds)
        except Refusal as refusal:
            if raised_by(refusal, issue.request_id):
                raise await center.raise_alarm(
                    issue.municipality_code, issue.request_id, ["upstream.issuing"]
                ) from None
            raise

    async def ReportOutcome(
        self, request: center_pb2.ReportOutcomeRequest, context: Any
    ) -> center_pb2.ReportOutcomeResponse:
        """Notes how an application of this session ended; the same report may come again. [3.3.6]"""
        session = self._center.sessions.find(request.session_id, peer_identity(context))
        if request.request_id not in session.applied:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        if session.outcomes.setdefault(request.request_id, request) != request:
            raise Refusal(Reason.REASON_OUT_OF_ORDER)
        fields = {
            "request_id": request.request_id,
            "terminal_id": session.terminal_id,
            "outcome": center_pb2.Outcome.Name(request.outcome),
            "copies_printed": request.copies_printed,
            "charged_yen": request.charged_yen,
        }
        _log.info("outcome", extra={"fields": fields})
        return center_pb2.ReportOutcomeResponse()

    async def CloseSession(
        self, request: center_pb2.CloseSessionRequest, context: Any
    ) -> center_pb2.CloseSessionResponse:
        """Forgets the session. [3.2.3]"""
        session = self._center.sessions.find(request.session_id, peer_identity(context))
        self._center.sessions.close(session.session_id)
        return center_pb2.CloseSessionResponse()

    def _must_serve(self, municipality_code: str) -> None:
        if municipality_code != self._center.config.city.municipality_code:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)


def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp
