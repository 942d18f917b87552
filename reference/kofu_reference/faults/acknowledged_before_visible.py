"""A change is acknowledged when it has arrived, and becomes visible to issuance only some seconds later."""

import time

from kofu.v1.common_pb2 import Holder
from kofu.v1.feed_pb2 import FeedChange
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.6"
KILLED_BY = "chain.freshness.acknowledged_change_shows"
LATE_SECONDS = 5.0


def install(system: Issuing) -> None:
    register = system.register
    apply, standing_of, note_newest = register.apply, register.standing_of, register.note_newest
    waiting: list[tuple[float, FeedChange]] = []

    def apply_later(change: FeedChange) -> None:
        waiting.append((time.monotonic() + LATE_SECONDS, change))

    def pretend_none_waits(number: int) -> None:
        note_newest(number - len(waiting))

    def standing_after_waiting(holder: Holder) -> Standing | None:
        while waiting and waiting[0][0] <= time.monotonic():
            apply(waiting.pop(0)[1])
        return standing_of(holder)

    register.apply = apply_later  # type: ignore[method-assign]
    register.note_newest = pretend_none_waits  # type: ignore[method-assign]
    register.standing_of = standing_after_waiting  # type: ignore[method-assign]
