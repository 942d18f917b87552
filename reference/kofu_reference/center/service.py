"""CenterService: from the kiosk's session to the document, step by step. [2.7, 2.8]"""

# ruff: noqa: N802 - names are those of the generated servicer

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.protobuf.timestamp_pb2 import Timestamp

from kofu.v1 import center_pb2, center_pb2_grpc, issuing_pb2
from kofu.v1.common_pb2 import Holder
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import raised_by
from kofu_reference.center.calendar import as_message
from kofu_reference.center.certificates import AuthenticationCertificate, check_signature
from kofu_reference.center.document import faults_of
from kofu_reference.center.fees import kind_of
from kofu_reference.center.municipalities import Municipality
from kofu_reference.center.sessions import Session
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.deadline import wait_within
from kofu_reference.runtime.guard import SUITE_AREA, peer_area, peer_identity

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
        (await center.terminals.current()).check(request.terminal_id, self._operator(context))
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
        session = await self._session(request.session_id, context)
        challenge = center.sessions.take_challenge(session)
        now = center.clock.now()
        try:
            proven = center.authorities.verify(request.certificate, now)
            check_signature(proven.certificate, challenge, request.signature)
            await self._must_be_valid(proven, now, context)
        except BaseException:
            center.sessions.close(session.session_id)
            raise
        session.holder = proven.holder
        served = await center.municipalities.current()
        return center_pb2.AuthenticateResponse(municipality_codes=served.codes, names=served.names)

    async def ListOffers(self, request: center_pb2.ListOffersRequest, context: Any) -> center_pb2.ListOffersResponse:
        """The kinds that can be had now, with fees. [1.3, 1.6]"""
        center = self._center
        await self._authenticated(request.session_id, context)
        municipality = await self._must_serve(request.municipality_code)
        now, calendar = center.clock.now(), center.calendar_of(municipality)
        return center_pb2.ListOffersResponse(
            offers=[
                center_pb2.Offer(kind=kind, fee_yen=fee_yen)
                for kind, fee_yen in municipality.fees_yen.items()
                if calendar.refusal_at(now, kind) is None
            ]
        )

    async def GetCalendar(self, request: center_pb2.GetCalendarRequest, context: Any) -> center_pb2.GetCalendarResponse:
        """The calendar that decides, at any hour and without a session. [1.4, 1.5, 1.6]"""
        municipality = await self._must_serve(request.municipality_code)
        calendar = as_message(self._center.calendar_of(municipality), request.municipality_code)
        return center_pb2.GetCalendarResponse(calendar=calendar)

    async def Apply(self, request: center_pb2.ApplyRequest, context: Any) -> center_pb2.ApplyResponse:
        """One certificate from the city, or a refusal; in both cases the request id is used up. [2.7, 2.8, 3.1.4]"""
        center = self._center
        received_at = center.clock.now()

        # WHO ASKS
        session, holder = await self._authenticated(request.session_id, context)
        await center.use_request_id(request.request_id)
        session.applied.add(request.request_id)

        # MAY THEY
        municipality = await self._must_serve(request.municipality_code)
        await center.check_alarms(request.municipality_code)
        kind = kind_of(request.application)
        fee_yen = municipality.fee_of(kind)
        refusal = center.calendar_of(municipality).refusal_at(received_at, kind)
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
        answer = await self._issued(issue, context)

        # WHAT IS HANDED ON
        faults = faults_of(answer.document, request.request_id, kind)
        if faults:
            raise await center.raise_alarm(request.municipality_code, request.request_id, faults)
        await center.check_alarms(request.municipality_code)
        await self._must_be_registered_still(session)
        return center_pb2.ApplyResponse(document=answer.document, fee_yen=fee_yen * request.copies)

    async def _issued(self, issue: issuing_pb2.IssueRequest, context: Any) -> issuing_pb2.IssueResponse:
        """The site's answer. An error that it flagged for this request is flagged here too. [P.7]"""
        center = self._center
        try:
            return await center.issuing.issue(issue, wait_within(center.config.waits.issuing_seconds, context))
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
        session = await self._session(request.session_id, context)
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

    async def _session(self, session_id: str, context: Any) -> Session:
        """The open session of that id and kiosk, at a terminal that is registered still. [1.7]"""
        session = self._center.sessions.find(session_id, peer_identity(context))
        await self._must_be_registered_still(session)
        return session

    async def _authenticated(self, session_id: str, context: Any) -> tuple[Session, Holder]:
        """The same, and its holder."""
        session = await self._session(session_id, context)
        return self._center.sessions.find_authenticated(session.session_id, session.peer)

    async def _must_be_registered_still(self, session: Session) -> None:
        """Closes the session of a terminal that was taken off the register, and says so. [1.7]"""
        register = await self._center.terminals.current()
        if not register.is_registered(session.terminal_id):
            self._center.sessions.close(session.session_id)
            raise Refusal(Reason.REASON_SESSION_NOT_OPEN)

    async def _must_be_valid(self, proven: AuthenticationCertificate, now: datetime, context: Any) -> None:
        """Asks the JPKI, no longer than the kiosk waits."""
        try:
            async with asyncio.timeout(wait_within(self._center.config.waits.center_seconds, context)):
                await self._center.validity.check(proven, now)
        except TimeoutError:
            raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE) from None

    def _operator(self, context: Any) -> str | None:
        """Whose kiosk calls; None for a tester, who counts only where the center was started for testing."""
        area = peer_area(context)
        return None if self._center.config.testing and area == SUITE_AREA else area

    async def _must_serve(self, municipality_code: str) -> Municipality:
        return (await self._center.municipalities.current()).must_serve(municipality_code)


def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp
