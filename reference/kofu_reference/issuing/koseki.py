"""Koseki certificates: the request goes to the koseki system by the relay, its answer is handed on. [2.9]"""

from typing import TYPE_CHECKING

from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu_reference.runtime import call

if TYPE_CHECKING:
    # Known to type checkers only: the generated module has one stub class for both kinds of channel.
    from kofu.v1.koseki_pb2_grpc import KosekiServiceAsyncStub


async def fetch(relay: "KosekiServiceAsyncStub", request: IssueRequest, wait_seconds: float) -> Document:
    """The koseki system's document, unchanged. Nothing of it is kept, not even for the same request."""
    asked = IssueKosekiRequest(
        request_id=request.request_id,
        municipality_code=request.municipality_code,
        holder=request.holder,
        application=request.application,
        received_at=request.received_at,
    )
    return (await call(relay.IssueKoseki, asked, timeout=wait_seconds)).document
