"""The center offers a seventh kind of certificate."""

from typing import Any, cast

from kofu.v1.center_pb2 import ListOffersRequest, ListOffersResponse
from kofu.v1.common_pb2 import CertificateKind
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.3"
KILLED_BY = "chain.refusals.no_seventh_kind"


def install(system: Center) -> None:
    list_offers = system.service.ListOffers

    async def offer_one_more(request: ListOffersRequest, context: Any) -> ListOffersResponse:
        response = await list_offers(request, context)
        response.offers.add(kind=cast("CertificateKind", 7), fee_yen=300)
        return response

    system.service.ListOffers = offer_one_more  # type: ignore[method-assign]
