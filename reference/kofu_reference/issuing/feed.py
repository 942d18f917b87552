"""The receiving end of the record feed: a change is acknowledged when every issuance can see it. [2.6]"""

# ruff: noqa: N802 - names are those of the generated servicer

from collections.abc import AsyncIterator
from typing import Any

from kofu.v1.feed_pb2 import FeedAcknowledgement, FeedRequest, FeedResponse, FeedResume
from kofu.v1.feed_pb2_grpc import RecordFeedServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.register import Register
from kofu_reference.runtime import Refusal, metrics
from kofu_reference.runtime.writer import Writer


class FeedReceiver(RecordFeedServiceServicer):
    """Applies what the relay sends to the register, in the thread that issuance reads it in."""

    def __init__(self, municipality_code: str, register: Register, writer: Writer) -> None:
        self._municipality_code = municipality_code
        self._register = register
        self._writer = writer
        self._numbers = metrics.Feed(municipality_code, metrics.RECEIVING)

    async def Feed(self, requests: AsyncIterator[FeedRequest], context: Any) -> AsyncIterator[FeedResponse]:
        """Hello first, then changes and heartbeats."""
        opened = False
        async for request in requests:
            kind = request.WhichOneof("message")
            if (kind == "hello") is opened:
                raise Refusal(Reason.REASON_OUT_OF_ORDER)
            if request.HasField("hello"):
                if request.hello.municipality_code != self._municipality_code:
                    raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
                number = await self._writer.run(self._register.open_feed, request.hello.feed_id)
                opened = True
                self._numbers.resumed(number)
                self._numbers.acknowledged(number - 1)
                yield FeedResponse(resume=FeedResume(next_number=number))
                if number > 1:
                    # What was applied on an earlier line, whose acknowledgement may have been lost with it.
                    yield FeedResponse(acknowledgement=FeedAcknowledgement(number=number - 1))
            elif request.HasField("change"):
                self._numbers.heard()
                self._numbers.newest(request.change.number)
                await self._writer.run(self._register.apply, request.change)
                self._numbers.acknowledged(request.change.number)
                yield FeedResponse(acknowledgement=FeedAcknowledgement(number=request.change.number))
            else:
                self._numbers.heard()
                self._numbers.newest(request.heartbeat.newest_number)
                await self._writer.run(self._register.note_newest, request.heartbeat.newest_number)
