"""The receiving end of the record feed: a change is acknowledged when every issuance can see it. [2.6]"""

# ruff: noqa: N802 - names are those of the generated servicer

import logging
from collections.abc import AsyncIterator
from typing import Any

from kofu.v1.feed_pb2 import FeedAcknowledgement, FeedRequest, FeedResponse
from kofu.v1.feed_pb2_grpc import RecordFeedServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.register import Register
from kofu_reference.runtime import Refusal, metrics
from kofu_reference.runtime.writer import Writer

_log = logging.getLogger("kofu.issuing")


class FeedReceiver(RecordFeedServiceServicer):
    """Applies what the relay sends to the register, in the thread that issuance reads it in."""

    def __init__(self, municipality_code: str, register: Register, writer: Writer) -> None:
        self._municipality_code = municipality_code
        self._register = register
        self._writer = writer
        self._lines = 0
        self._numbers = metrics.Feed(municipality_code, metrics.RECEIVING)

    async def Feed(self, requests: AsyncIterator[FeedRequest], context: Any) -> AsyncIterator[FeedResponse]:
        """Hello first, then changes, heartbeats or a snapshot. A relay that dialled again speaks on the newer line."""
        opened, line = False, 0
        async for request in requests:
            kind = request.WhichOneof("message")
            if (kind == "hello") is opened or (opened and line != self._lines):
                raise Refusal(Reason.REASON_OUT_OF_ORDER)
            self._numbers.heard()
            if request.HasField("hello"):
                if request.hello.municipality_code != self._municipality_code:
                    raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
                self._lines += 1
                opened, line = True, self._lines
                resume = await self._writer.run(self._register.open_feed, request.hello.feed_id)
                self._numbers.resumed(resume.next_number)
                self._numbers.acknowledged(resume.next_number - 1)
                yield FeedResponse(resume=resume)
                if resume.next_number > 1:
                    # What was applied on an earlier line, whose acknowledgement may have been lost with it.
                    yield _acknowledged(resume.next_number - 1)
            elif request.HasField("change"):
                self._numbers.newest(request.change.number)
                await self._writer.run(self._register.apply, request.change)
                self._numbers.acknowledged(request.change.number)
                yield _acknowledged(request.change.number)
            elif request.HasField("snapshot_part"):
                if await self._writer.run(self._register.take_part, request.snapshot_part):
                    _log.info("snapshot applied", extra={"fields": {"change_number": request.snapshot_part.number}})
                    self._numbers.acknowledged(request.snapshot_part.number)
                    yield _acknowledged(request.snapshot_part.number)
            else:
                self._numbers.newest(request.heartbeat.newest_number)
                await self._writer.run(self._register.note_newest, request.heartbeat.newest_number)


def _acknowledged(number: int) -> FeedResponse:
    return FeedResponse(acknowledgement=FeedAcknowledgement(number=number))
