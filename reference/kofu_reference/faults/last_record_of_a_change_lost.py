"""Of a change that concerns several people the issuing server writes all records but the last."""

from kofu.v1.feed_pb2 import FeedChange, RecordChangeKind
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.6"
KILLED_BY = "chain.filings.a_filing_shows_on_every_record"


def install(system: Issuing) -> None:
    apply = system.register.apply

    def apply_all_but_the_last(change: FeedChange) -> None:
        if change.kind != RecordChangeKind.RECORD_CHANGE_KIND_INITIAL_LOAD and len(change.residents) > 1:
            del change.residents[-1]
        apply(change)

    system.register.apply = apply_all_but_the_last  # type: ignore[method-assign]
