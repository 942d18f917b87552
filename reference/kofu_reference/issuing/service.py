"""IssuingService: one certificate for one holder, judged before it is made and again before it leaves. [2.8, 3.1.4]"""

# ruff: noqa: N802 - names are those of the generated servicer

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import raised_by
from kofu_reference.issuing import koseki
from kofu_reference.issuing.area import Area
from kofu_reference.issuing.eligibility import check_applicant, check_koseki_applicant, is_koseki, kind_of
from kofu_reference.issuing.items import is_foreign, items_for
from kofu_reference.issuing.register import Standing
from kofu_reference.municipality.spoiling import spoil
from kofu_reference.municipality.whole import Asked, faults_of
from kofu_reference.paper.sheet import Items, items_field
from kofu_reference.runtime import JST, Refusal
from kofu_reference.runtime.deadline import wait_within
from kofu_spec.city import LeavingMember

if TYPE_CHECKING:
    from kofu_reference.issuing.system import Issuing


class IssuingServicer(IssuingServiceServicer):
    """Serves the center. Nothing of a document outlives the call that carries it. [3.1.4]"""

    def __init__(self, system: "Issuing") -> None:
        self._system = system

    async def Issue(self, request: IssueRequest, context: Any) -> IssueResponse:
        """One certificate, or a refusal; in both cases the request id is used up.

        Whatever has not ended when the center's wait runs out is aborted as a whole.
        """
        try:
            async with asyncio.timeout(wait_within(self._system.config.waits.issuing_seconds, context)):
                return await self._issue(request, context)
        except TimeoutError:
            raise Refusal(Reason.REASON_TIMED_OUT, stage="issuing") from None

    async def _issue(self, request: IssueRequest, context: Any) -> IssueResponse:
        system = self._system
        received_at = request.received_at.ToDatetime(tzinfo=UTC)

        # WHO ASKS
        await system.use_request_id(request.request_id)
        area = system.area_of(request.municipality_code)
        await system.check_alarms(area.municipality_code)

        # MAY THEY
        kind = kind_of(request.application)
        koseki_wanted = is_koseki(request.application)
        calendar = await area.calendar()
        calendar.check(received_at, koseki=koseki_wanted)
        standing = await system.standing_of(area, request.holder)

        # WHAT IS MADE
        if koseki_wanted:
            check_koseki_applicant(standing)
            document = await self._fetched(request, area, context)
            check_koseki_applicant(await system.standing_of(area, request.holder))
            faults = faults_of(document, Asked(request.request_id, kind))
            if faults:
                raise await system.raise_alarm(request, faults)
        else:
            document = await self._made(request, area, standing, received_at)

        # WHAT IS LET GO
        await system.check_alarms(area.municipality_code)
        return IssueResponse(document=spoil(document, system.spoils.take("issuing.answer")))

    async def _fetched(self, request: IssueRequest, area: Area, context: Any) -> Document:
        """The koseki system's document. An error that it flagged for this request is flagged here too. [P.7]"""
        try:
            wait_seconds = wait_within(self._system.config.waits.koseki_seconds, context)
            return await koseki.fetch(area.relay, request, wait_seconds)
        except Refusal as refusal:
            if raised_by(refusal, request.request_id):
                raise await self._system.raise_alarm(request, ["upstream.koseki"]) from None
            raise

    async def _made(
        self, request: IssueRequest, area: Area, standing: Standing | None, received_at: datetime
    ) -> Document:
        items = due(request, standing, received_at, area.leaving_member)
        assert standing is not None
        await area.serve()
        document = await area.maker.make(
            request_id=request.request_id,
            kind=kind_of(request.application),
            issued_on=day_in_japan(received_at),
            items=items,
            foreign=is_foreign(standing.resident),
        )
        asked = Asked(request.request_id, kind_of(request.application), items)
        await self._system.release(document, request, asked, received_at)
        return document


def due(request: IssueRequest, standing: Standing | None, received_at: datetime, leaving: LeavingMember) -> Items:
    """What the applicant may have as the register stands. Raises the refusal of what can't be had."""
    if standing is None:
        raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)
    check_applicant(standing, received_at)
    return items_for(request.application, standing, received_at, leaving)


def shows(document: Document, items: Items) -> bool:
    """Whether a document shows these items and no others. [P.1]"""
    return bool(getattr(document, items_field(document.kind)) == items)


def day_in_japan(instant: datetime) -> CivilDate:
    local = instant.astimezone(JST)
    return CivilDate(year=local.year, month=local.month, day=local.day)
