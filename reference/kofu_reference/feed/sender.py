"""The sending side of the record feed: in order, again after every break, until acknowledged. [2.6]"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any, Final, Protocol

import grpc.aio

from kofu.v1.feed_pb2 import (
    FeedChange,
    FeedHeartbeat,
    FeedHello,
    FeedRequest,
    FeedResponse,
    FeedResume,
    FeedSnapshotPart,
)
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal, metrics
from kofu_reference.runtime.guard import log_unexpected
from kofu_reference.runtime.refusal import from_rpc_error

HEARTBEAT_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 0.1
_BATCH: Final = 20
_END: Final = grpc.aio.EOF  # type: ignore[attr-defined] # missing in the stubs
_log = logging.getLogger("kofu.feed")


class Source(Protocol):
    """What there is to send. Every method may be slow and is awaited."""

    async def feed_id(self) -> str | None:
        """The id of the feed; None while there is none yet."""

    async def resumed(self, resume: FeedResume) -> bool:
        """Where the receiver goes on; whether it needs a snapshot first. Raises REASON_FEED_GAP where the two don't
        agree on the feed, which is then to be opened anew."""

    def snapshot(self) -> AsyncGenerator[FeedSnapshotPart, None]:
        """All records in parts, the last one marked."""

    async def changes_from(self, number: int, most: int) -> Sequence[FeedChange]:
        """The changes from a number on, in order. Raises REASON_FEED_GAP where that one is no longer held."""

    async def newest_number(self) -> int | None:
        """The newest number given so far, 0 where there is none; None where that is not known."""

    async def acknowledged(self, number: int) -> None:
        """Everything up to this number is visible to issuance. Raises REASON_FEED_GAP where it was never sent."""


def disagreement(**metadata: str) -> Refusal:
    """What a source raises where the receiver has, or claims, what was never sent: the line is broken then."""
    return Refusal(Reason.REASON_FEED_GAP, **metadata)


class FeedSender:
    """Dials the receiver and feeds it. `feed` is the stub's method; `news()` says that there may be more to send."""

    def __init__(self, source: Source, municipality_code: str, feed: Callable[..., Any]) -> None:
        self._source = source
        self._municipality_code = municipality_code
        self._feed = feed
        self._numbers = metrics.Feed(municipality_code, metrics.SENDING)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._told = ""
        self._snapshot_wanted = False

    def start(self) -> None:
        """Feeds from now on, until `stop`."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        while self._task is not None and not self._task.done():
            # A task group whose connection breaks at this very moment swallows the cancellation.
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_RETRY_SECONDS)

    def news(self) -> None:
        self._news.set()

    async def _run(self) -> None:
        while True:
            try:
                feed_id = await self._source.feed_id()
                if feed_id is not None:
                    await self._connection(feed_id)
            except (grpc.aio.AioRpcError, Refusal) as error:
                refusal = error if isinstance(error, Refusal) else from_rpc_error(error)
                if refusal.name != self._told:
                    _log.warning("feed interrupted", extra={"fields": {"reason": refusal.name, **refusal.metadata}})
                self._told = refusal.name
            except Exception as error:
                log_unexpected("feed", error)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _connection(self, feed_id: str) -> None:
        """One connection, from hello until it breaks, or the feed is another one."""
        stream = self._feed()
        try:
            hello = FeedHello(municipality_code=self._municipality_code, feed_id=feed_id)
            await stream.write(FeedRequest(hello=hello))
            resume = await stream.read()
            if resume is _END:
                await stream.code()
            if resume is _END or not resume.HasField("resume"):
                raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE)
            self._snapshot_wanted = await self._source.resumed(resume.resume)
            self._told = ""
            async with asyncio.TaskGroup() as both:
                sending = both.create_task(self._send(stream, feed_id, resume.resume.next_number))
                reading = both.create_task(self._read_answers(stream))
                sending.add_done_callback(lambda _: reading.cancel())
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            stream.cancel()

    async def _send(self, stream: Any, feed_id: str, number: int) -> None:
        """Sends until the connection breaks. Returns where the source has begun another feed."""
        told_at = 0.0
        while await self._source.feed_id() == feed_id:
            self._news.clear()
            if self._snapshot_wanted:
                number = await self._send_snapshot(stream)
            # Asked first: what is committed in between is sent before it is told of.
            newest = await self._source.newest_number()
            try:
                changes = await self._source.changes_from(number, _BATCH)
            except Refusal as refusal:
                if refusal.reason != Reason.REASON_FEED_GAP:
                    raise
                self._snapshot_wanted = True
                continue
            for change in changes:
                await stream.write(FeedRequest(change=change))
                number = change.number + 1
            # Also while there is much to send, so that a busy feed is not taken for a silent one.
            if changes and time.monotonic() - told_at < HEARTBEAT_SECONDS:
                continue
            if newest is not None:
                self._numbers.newest(newest)
                await stream.write(FeedRequest(heartbeat=FeedHeartbeat(newest_number=newest)))
                told_at = time.monotonic()
            if not changes:
                await self._wait_for_news()

    async def _wait_for_news(self) -> None:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await self._news.wait()
        except TimeoutError:
            return

    async def _send_snapshot(self, stream: Any) -> int:
        """Sends all records, from the beginning where that is asked for meanwhile; the number that comes next."""
        while True:
            self._snapshot_wanted = False
            async with aclosing(self._source.snapshot()) as parts:
                async for part in parts:
                    if self._snapshot_wanted:
                        break
                    await stream.write(FeedRequest(snapshot_part=part))
                    if part.last:
                        _log.info("snapshot sent", extra={"fields": {"change_number": part.number, "parts": part.part}})
                        return part.number + 1

    async def _read_answers(self, stream: Any) -> None:
        while True:
            answer: FeedResponse = await stream.read()
            if answer is _END:
                await stream.code()
                raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE)
            if answer.HasField("acknowledgement"):
                await self._source.acknowledged(answer.acknowledgement.number)
                self._numbers.acknowledged(answer.acknowledgement.number)
            elif answer.HasField("snapshot_wanted"):
                self._snapshot_wanted = True
                self._news.set()
