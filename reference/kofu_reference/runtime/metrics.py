"""What a system counts of itself, for Prometheus. [3.2.6]

Labels are methods, reasons, cities served and fixed words: nothing of a person, and no more series than the interfaces
have names and the configuration cities.
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
_FEED: Final = ("municipality", "side")
FEED_STREAMS: Final = Gauge("kofu_feed_streams", "Record feeds that are being received.", registry=REGISTRY)
FEED_NEWEST: Final = Gauge(
    "kofu_feed_newest_number", "Newest change of the record feed that is known of.", _FEED, registry=REGISTRY
)
FEED_ACKNOWLEDGED: Final = Gauge(
    "kofu_feed_acknowledged_number", "Newest change that is visible to issuance.", _FEED, registry=REGISTRY
)
FEED_LAG: Final = Gauge(
    "kofu_feed_lag_changes", "Changes known of that are not visible to issuance.", _FEED, registry=REGISTRY
)
FEED_HEARD: Final = Gauge(
    "kofu_feed_heard_timestamp_seconds",
    "When the record feed was last heard of.",
    ("municipality",),
    registry=REGISTRY,
)


def text() -> bytes:
    """Everything in Prometheus's text format."""
    return generate_latest(REGISTRY)


class Feed:
    """The numbers of one city's record feed, on one side of it."""

    def __init__(self, municipality_code: str, side: str) -> None:
        self._municipality_code = municipality_code
        self._labels = (municipality_code, side)
        self._newest = self._acknowledged = 0

    def resumed(self, next_number: int) -> None:
        """The feed goes on from a number; what was claimed on an earlier line no longer counts."""
        self._newest = 0
        self.newest(next_number - 1)
        self.heard()

    def newest(self, number: int) -> None:
        """Changes are known of up to this number."""
        self._newest = max(number, self._newest)
        FEED_NEWEST.labels(*self._labels).set(self._newest)
        self._set_lag()

    def acknowledged(self, number: int) -> None:
        """Changes are visible to issuance up to this number."""
        self._acknowledged = max(number, self._acknowledged)
        FEED_ACKNOWLEDGED.labels(*self._labels).set(self._acknowledged)
        self._set_lag()

    def heard(self) -> None:
        """The other side has sent something."""
        FEED_HEARD.labels(self._municipality_code).set_to_current_time()

    def _set_lag(self) -> None:
        FEED_LAG.labels(*self._labels).set(max(0, self._newest - self._acknowledged))


def wait_ran_out(wait: str) -> None:
    """A wait of this system for something else ran out. `wait` is a fixed word or the name of a message."""
    WAITS_RAN_OUT.labels(wait).inc()
