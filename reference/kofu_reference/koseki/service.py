"""KosekiService: the koseki system makes its own certificates. [2.9]"""

# ruff: noqa: N802 - names are those of the generated servicer

import asyncio
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate
from kofu.v1.koseki_pb2 import IssueKosekiRequest, IssueKosekiResponse
from kofu.v1.koseki_pb2_grpc import KosekiServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.koseki.items import items_for
from kofu_reference.municipality.age import is_of_age
from kofu_reference.runtime import JST, Refusal

if TYPE_CHECKING:
    from kofu_reference.koseki.system import Koseki

_KIND_OF: Final = {
    "koseki_all_matters": CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS,
    "koseki_individual_matters": CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS,
}


def kind_of(application: Application) -> CertificateKind:
    """The kind of a valid request, one of the two koseki kinds."""
    return _KIND_OF[application.WhichOneof("certificate") or ""]


class KosekiServicer(KosekiServiceServicer):
    """Serves the relay. Nothing of a document outlives the call that carries it."""

    def __init__(self, system: "Koseki") -> None:
        self._system = system

    async def IssueKoseki(self, request: IssueKosekiRequest, context: Any) -> IssueKosekiResponse:
        """One koseki certificate, or a refusal; in both cases the request id is used up.

        Whatever has not ended when the issuing server's wait runs out is aborted as a whole.
        """
        try:
            async with asyncio.timeout(self._system.config.waits.koseki_seconds):
                return await self._issue(request)
        except TimeoutError:
            raise Refusal(Reason.REASON_TIMED_OUT, stage="koseki") from None

    async def _issue(self, request: IssueKosekiRequest) -> IssueKosekiResponse:
        system = self._system
        received_at = request.received_at.ToDatetime(tzinfo=UTC)
        today = received_at.astimezone(JST).date()

        # WHO ASKS
        await system.use_request_id(request.request_id)
        if request.municipality_code != system.config.city.municipality_code:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)

        # MAY THEY
        system.calendar.check(received_at, koseki=True)
        entry = await system.entry_of(request.holder)
        if entry is None:
            raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)
        if not is_of_age(entry.member.birth_date, today):
            raise Refusal(Reason.REASON_UNDER_AGE)

        # WHAT IS MADE
        items = items_for(request.application, entry)
        document = await system.maker.make(
            request_id=request.request_id,
            kind=kind_of(request.application),
            issued_on=CivilDate(year=today.year, month=today.month, day=today.day),
            items=items,
            foreign=False,
        )
        await system.release(document, request, items)
        return IssueKosekiResponse(document=document)
