"""IssuingService: one certificate for one holder, judged before it is made and again before it leaves. [2.8, 3.1.4]"""

# ruff: noqa: N802 - names are those of the generated servicer

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing import koseki
from kofu_reference.issuing.eligibility import check_applicant, check_koseki_applicant, is_koseki, kind_of
from kofu_reference.issuing.items import is_foreign, items_for
from kofu_reference.issuing.register import Standing
from kofu_reference.municipality.whole import answers
from kofu_reference.paper.sheet import Items, items_field
from kofu_reference.runtime import JST, Refusal

if TYPE_CHECKING:
    from kofu_reference.issuing.system import Issuing


class IssuingServicer(IssuingServiceServicer):
    """Serves the center. Nothing of a document outlives the call that carries it. [3.1.4]"""

    def __init__(self, system: "Issuing") -> None:
        self._system = system

    async def Issue(self, request: IssueRequest, context: Any) -> IssueResponse:
        """One certificate, or a refusal; in both cases the request id is used up."""
        system = self._system
        received_at = request.received_at.ToDatetime(tzinfo=UTC)

        # WHO ASKS
        await system.use_request_id(request.request_id)
        if request.municipality_code != system.config.city.municipality_code:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)

        # MAY THEY
        kind = kind_of(request.application)
        koseki_wanted = is_koseki(request.application)
        calendar = await system.city_calendar()
        calendar.check(received_at, koseki=koseki_wanted)
        standing = await system.standing_of(request.holder)

        # WHAT IS MADE
        if koseki_wanted:
            check_koseki_applicant(standing)
            document = await koseki.fetch(system.relay, request, system.config.waits.koseki_seconds)
            check_koseki_applicant(await system.standing_of(request.holder))
            if not answers(document, request.request_id, kind):
                raise Refusal(Reason.REASON_INTERNAL)
        else:
            document = await self._made(request, standing, received_at)
        return IssueResponse(document=document)

    async def _made(self, request: IssueRequest, standing: Standing | None, received_at: datetime) -> Document:
        items = due(request, standing, received_at)
        assert standing is not None
        document = await self._system.maker.make(
            request_id=request.request_id,
            kind=kind_of(request.application),
            issued_on=day_in_japan(received_at),
            items=items,
            foreign=is_foreign(standing.resident),
        )
        await self._system.release(document, request, received_at)
        return document


def due(request: IssueRequest, standing: Standing | None, received_at: datetime) -> Items:
    """What the applicant may have as the register stands. Raises the refusal of what can't be had."""
    if standing is None:
        raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)
    check_applicant(standing, received_at)
    return items_for(request.application, standing, received_at)


def shows(document: Document, items: Items) -> bool:
    """Whether a document shows these items and no others. [P.1]"""
    return bool(getattr(document, items_field(document.kind)) == items)


def day_in_japan(instant: datetime) -> CivilDate:
    local = instant.astimezone(JST)
    return CivilDate(year=local.year, month=local.month, day=local.day)
