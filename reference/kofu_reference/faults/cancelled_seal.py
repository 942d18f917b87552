"""Niigata, Saitama, Kumamoto, 2020 to 2023: a seal's cancellation never reaches the issuing server."""

from kofu.v1.feed_pb2 import FeedChange, RecordChangeKind
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.6"
KILLED_BY = "chain.freshness.cancelled_seal_gives_none"


def install(system: Issuing) -> None:
    apply = system.register.apply

    def apply_all_but_cancellations(change: FeedChange) -> None:
        if change.kind == RecordChangeKind.RECORD_CHANGE_KIND_SEAL_CANCELLED:
            change.ClearField("residents")
        apply(change)

    system.register.apply = apply_all_but_cancellations  # type: ignore[method-assign]
