"""Which area a feed belongs to, and who may open it. [2.6, 3.1.2]"""

# ruff: noqa: N802 - names are those of the generated servicer

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from kofu.v1.feed_pb2 import FeedRequest, FeedResponse
from kofu.v1.feed_pb2_grpc import RecordFeedServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.area import Area
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.guard import peer_identity

SUITE_AREA: Final = "suite"
"""Area in the certificates of testers; they count only where the system was started for testing."""


class FeedDoor(RecordFeedServiceServicer):
    """Hands a feed to the area that its hello names, where it comes from that city's own relay."""

    def __init__(self, areas: Mapping[str, Area], *, testing: bool) -> None:
        self._areas = areas
        self._testing = testing

    async def Feed(self, requests: AsyncIterator[FeedRequest], context: Any) -> AsyncIterator[FeedResponse]:
        """Hello first; everything after it is the area's."""
        first = await anext(aiter(requests), None)
        if first is None or not first.HasField("hello"):
            raise Refusal(Reason.REASON_OUT_OF_ORDER)
        code = first.hello.municipality_code
        area = self._areas.get(code)
        if area is None:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
        if not self._may_feed(peer_identity(context), code):
            raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED, role="relay", area="another city's")
        async for response in area.feed.Feed(_again(first, requests), context):
            yield response

    def _may_feed(self, identity: str, municipality_code: str) -> bool:
        labels = identity.split(".")
        peer_area = labels[2] if len(labels) == 5 else ""
        return peer_area == municipality_code or (self._testing and peer_area == SUITE_AREA)


async def _again(first: FeedRequest, rest: AsyncIterator[FeedRequest]) -> AsyncIterator[FeedRequest]:
    yield first
    async for request in rest:
        yield request
