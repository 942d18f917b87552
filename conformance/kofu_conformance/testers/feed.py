"""The lower tester as a city's relay before the issuing server: it feeds a city of its own. [2.6, 3.1.2]"""

import queue
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import grpc

from kofu.v1 import feed_pb2
from kofu.v1.register_pb2 import ResidentRecord
from kofu_conformance.engine import Unobserved
from kofu_conformance.testers.wire import Method, Wire

FEED = Method("kofu.v1.RecordFeedService", "Feed")
WAIT_SECONDS = 120.0
HEARTBEAT_SECONDS = 1.0
HEARD_SECONDS = 0.3
"""A heartbeat has no answer: so long it is given to be taken in."""
RESIDENTS_A_CHANGE = 50


class FeedClient:
    """Feeds residents as the first load of a city: the same records, in the same order, are the same feed."""

    def __init__(self, wire: Wire, municipality_code: str) -> None:
        self._wire = wire
        self._municipality_code = municipality_code

    @contextmanager
    def feeding(self, residents: Sequence[ResidentRecord]) -> Iterator[None]:
        """These residents are acknowledged, and the city's relay is heard of for as long as the block lasts.

        Raises `Unobserved` where the feed is not taken.
        """
        feed_id, changes = _feed_of(residents)
        hello = feed_pb2.FeedHello(municipality_code=self._municipality_code, feed_id=feed_id)
        to_send = _Outgoing(feed_pb2.FeedRequest(hello=hello), len(changes))
        stub = self._wire.channel("issuing", "relay").stream_stream(
            FEED.path,
            request_serializer=feed_pb2.FeedRequest.SerializeToString,
            response_deserializer=feed_pb2.FeedResponse.FromString,
        )
        answers = iter(stub(iter(to_send), timeout=WAIT_SECONDS))
        try:
            self._load(answers, to_send, changes)
            yield
        finally:
            to_send.end()

    def _load(
        self, answers: Iterator[feed_pb2.FeedResponse], to_send: "_Outgoing", changes: Sequence[feed_pb2.FeedChange]
    ) -> None:
        try:
            resumed = next(answers).resume.next_number
            for change in changes[resumed - 1 :]:
                to_send.put(feed_pb2.FeedRequest(change=change))
            while next(answers).acknowledgement.number < len(changes):
                pass
            to_send.put(to_send.heartbeat)
            time.sleep(HEARD_SECONDS)
        except (grpc.RpcError, StopIteration) as error:
            raise Unobserved(f"the feed of {self._municipality_code} is not taken: {error}") from None


class _Outgoing:
    """What goes out on a line: what was put, and a heartbeat every second in between, until the end."""

    def __init__(self, first: feed_pb2.FeedRequest, newest_number: int) -> None:
        self.heartbeat = feed_pb2.FeedRequest(heartbeat=feed_pb2.FeedHeartbeat(newest_number=newest_number))
        self._queue: queue.Queue[feed_pb2.FeedRequest | None] = queue.Queue()
        self._queue.put(first)
        self._opened = False

    def put(self, request: feed_pb2.FeedRequest) -> None:
        self._queue.put(request)

    def end(self) -> None:
        self._queue.put(None)

    def __iter__(self) -> Iterator[feed_pb2.FeedRequest]:
        while True:
            try:
                request = self._queue.get(timeout=HEARTBEAT_SECONDS if self._opened else None)
            except queue.Empty:
                request = self.heartbeat
            if request is None:
                return
            self._opened = self._opened or not request.HasField("hello")
            yield request


def _feed_of(residents: Sequence[ResidentRecord]) -> tuple[str, list[feed_pb2.FeedChange]]:
    """The id of the feed and its changes. Another content is another feed, and its changes are others."""
    changes = list(_changes(residents))
    content = b"".join(change.SerializeToString(deterministic=True) for change in changes)
    feed_id = uuid.uuid5(uuid.NAMESPACE_OID, content.hex())
    for change in changes:
        change.change_id = str(uuid.uuid5(feed_id, str(change.number)))
    return str(feed_id), changes


def _changes(residents: Sequence[ResidentRecord]) -> Iterator[feed_pb2.FeedChange]:
    for number, start in enumerate(range(0, len(residents), RESIDENTS_A_CHANGE), start=1):
        yield feed_pb2.FeedChange(
            number=number,
            kind=feed_pb2.RECORD_CHANGE_KIND_INITIAL_LOAD,
            residents=residents[start : start + RESIDENTS_A_CHANGE],
            committed_at={"seconds": 1_500_000_000},
        )
