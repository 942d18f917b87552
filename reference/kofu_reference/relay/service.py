"""The two services of the relay: it receives the core's feed, and passes koseki requests on unchanged. [2.6, 2.9]"""

# ruff: noqa: N802 - names are those of the generated servicers

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from kofu.v1.feed_pb2 import FeedAcknowledgement, FeedRequest, FeedResponse, FeedSnapshotWanted
from kofu.v1.feed_pb2_grpc import RecordFeedServiceServicer
from kofu.v1.koseki_pb2 import IssueKosekiRequest, IssueKosekiResponse
from kofu.v1.koseki_pb2_grpc import KosekiServiceServicer
from kofu.v1.reason_pb2 import Reason
from kofu_reference.relay.pending import Pending
from kofu_reference.runtime import Refusal, call, metrics

if TYPE_CHECKING:
    # Known to type checkers only: the generated module has one stub class for both kinds of channel.
    from kofu.v1.koseki_pb2_grpc import KosekiServiceAsyncStub


class FeedRelay(RecordFeedServiceServicer):
    """Takes changes from the core, and hands back the acknowledgements that the issuing server gives."""

    def __init__(self, municipality_code: str, pending: Pending) -> None:
        self._municipality_code = municipality_code
        self._pending = pending
        self._lines = 0
        self._numbers = metrics.Feed(municipality_code, metrics.RECEIVING)

    async def Feed(self, requests: AsyncIterator[FeedRequest], context: Any) -> AsyncIterator[FeedResponse]:
        """Hello first, then changes and heartbeats; acknowledgements, and the wish for a snapshot, as they come."""
        first = await anext(aiter(requests), None)
        if first is None or not first.HasField("hello"):
            raise Refusal(Reason.REASON_OUT_OF_ORDER)
        if first.hello.municipality_code != self._municipality_code:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
        self._lines += 1
        line = self._lines
        resume = await self._pending.open_feed(first.hello.feed_id)
        self._numbers.resumed(resume.next_number)
        wanted = self._pending.snapshots_wanted
        yield FeedResponse(resume=resume)
        answers: asyncio.Queue[FeedResponse] = asyncio.Queue()
        taking = asyncio.create_task(self._take(requests, line))
        telling: list[asyncio.Task[Any]] = [
            asyncio.create_task(self._tell_acknowledged(answers)),
            asyncio.create_task(self._tell_wanted(answers, wanted)),
        ]
        try:
            while not taking.done():
                answer = asyncio.create_task(answers.get())
                telling.append(answer)
                await asyncio.wait({taking, answer}, return_when=asyncio.FIRST_COMPLETED)
                telling.remove(answer)
                if answer.done():
                    yield answer.result()
                else:
                    answer.cancel()
            taking.result()
        finally:
            for task in (taking, *telling):
                task.cancel()

    async def _tell_acknowledged(self, answers: "asyncio.Queue[FeedResponse]") -> None:
        number = 0
        while True:
            number = await self._pending.acknowledged_beyond(number)
            self._numbers.acknowledged(number)
            answers.put_nowait(FeedResponse(acknowledgement=FeedAcknowledgement(number=number)))

    async def _tell_wanted(self, answers: "asyncio.Queue[FeedResponse]", times: int) -> None:
        while True:
            times = await self._pending.snapshot_wanted_beyond(times)
            answers.put_nowait(FeedResponse(snapshot_wanted=FeedSnapshotWanted()))

    async def _take(self, requests: AsyncIterator[FeedRequest], line: int) -> None:
        async for request in requests:
            # A core that dialled again speaks on the newer line alone.
            if request.HasField("hello") or line != self._lines:
                raise Refusal(Reason.REASON_OUT_OF_ORDER)
            self._numbers.heard()
            if request.HasField("change"):
                self._numbers.newest(request.change.number)
                await self._pending.add(request.change)
            elif request.HasField("snapshot_part"):
                await self._pending.pass_on(request.snapshot_part)
            else:
                self._numbers.newest(request.heartbeat.newest_number)
                self._pending.note_newest(request.heartbeat.newest_number)


class KosekiRelay(KosekiServiceServicer):
    """The way into the city for koseki requests. Reads nothing in them and keeps nothing. [2.9]"""

    def __init__(self, koseki: "KosekiServiceAsyncStub", wait_seconds: float) -> None:
        self._koseki = koseki
        self._wait_seconds = wait_seconds

    async def IssueKoseki(self, request: IssueKosekiRequest, context: Any) -> IssueKosekiResponse:
        """The koseki system's own answer, waited for no longer than the caller waits."""
        remaining = context.time_remaining()
        wait = self._wait_seconds if remaining is None else min(self._wait_seconds, remaining)
        return await call(self._koseki.IssueKoseki, request, timeout=wait)
