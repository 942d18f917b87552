"""What a system counts of itself, for Prometheus. [3.2.6]

Labels are methods, reasons and fixed words: nothing of a person, and no more series than the interfaces have names.
"""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from kofu.v1.feed_pb2 import FeedRequest, FeedResponse

disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

ANSWERS: Final = Counter(
    "kofu_answers",
    "Answers by method and reason: OK, a reason of kofu.v1.Reason, or CANCELLED where the caller went away.",
    ("service", "method", "reason"),
    registry=REGISTRY,
)
ANSWER_SECONDS: Final = Histogram(
    "kofu_answer_seconds",
    "How long answers took.",
    ("service", "method"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 10),
    registry=REGISTRY,
)
IN_FLIGHT: Final = Gauge("kofu_calls_in_flight", "Calls that are being answered.", registry=REGISTRY)
WAITS_RAN_OUT: Final = Counter(
    "kofu_waits_ran_out", "Waits that ran out, by what was waited for.", ("wait",), registry=REGISTRY
)
RENDERERS: Final = Gauge("kofu_rendering_processes", "Rendering processes that take jobs.", registry=REGISTRY)
READY: Final = Gauge("kofu_ready", "1 where the system can do all that it is there for, else 0.", registry=REGISTRY)

RECEIVING: Final = "receiving"
SENDING: Final = "sending"
FEED_STREAMS: Final = Gauge("kofu_feed_streams", "Record feeds that are being received.", registry=REGISTRY)
FEED_NEWEST: Final = Gauge(
    "kofu_feed_newest_number", "Newest change of the record feed that is known of.", ("side",), registry=REGISTRY
)
FEED_ACKNOWLEDGED: Final = Gauge(
    "kofu_feed_acknowledged_number", "Newest change that is visible to issuance.", ("side",), registry=REGISTRY
)
FEED_LAG: Final = Gauge(
    "kofu_feed_lag_changes", "Changes known of that are not visible to issuance.", ("side",), registry=REGISTRY
)
FEED_HEARD: Final = Gauge(
    "kofu_feed_heard_timestamp_seconds", "When the record feed was last heard of.", registry=REGISTRY
)
_newest: dict[str, int] = {}
_acknowledged: dict[str, int] = {}


def text() -> bytes:
    """Everything in Prometheus's text format."""
    return generate_latest(REGISTRY)


def feed_newest(side: str, number: int) -> None:
    """The feed knows of changes up to this number."""
    _newest[side] = max(number, _newest.get(side, 0))
    FEED_NEWEST.labels(side).set(_newest[side])
    _set_lag(side)


def feed_acknowledged(side: str, number: int) -> None:
    """Changes up to this number are acknowledged."""
    _acknowledged[side] = max(number, _acknowledged.get(side, 0))
    FEED_ACKNOWLEDGED.labels(side).set(_acknowledged[side])
    _set_lag(side)


def _set_lag(side: str) -> None:
    FEED_LAG.labels(side).set(max(0, _newest.get(side, 0) - _acknowledged.get(side, 0)))


def feed_heard(request: object) -> None:
    """A request of the record feed has come."""
    if isinstance(request, FeedRequest):
        FEED_HEARD.set_to_current_time()
        feed_newest(RECEIVING, max(request.change.number, request.heartbeat.newest_number))


def feed_answered(response: object) -> None:
    """An answer of the record feed leaves."""
    if isinstance(response, FeedResponse) and response.HasField("acknowledgement"):
        feed_acknowledged(RECEIVING, response.acknowledgement.number)


def wait_ran_out(wait: str) -> None:
    """A wait of this system for something else ran out. `wait` is a fixed word or the name of a message."""
    WAITS_RAN_OUT.labels(wait).inc()
