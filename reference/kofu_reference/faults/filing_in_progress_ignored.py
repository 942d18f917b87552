"""The koseki system issues from a register while a filing of one of its members is being processed."""

from kofu.v1.common_pb2 import Holder
from kofu_reference.koseki.register import Entry
from kofu_reference.koseki.system import Koseki

SYSTEM = "koseki"
STATEMENT = "2.9"
KILLED_BY = "chain.refusals.no_koseki_that_is_not_theirs"


def install(system: Koseki) -> None:
    entry_of = system.registers.entry_of

    def entry_as_if_recorded(holder: Holder) -> Entry | None:
        entry = entry_of(holder)
        if entry is not None:
            entry.koseki.filing_in_progress = False
        return entry

    system.registers.entry_of = entry_as_if_recorded  # type: ignore[method-assign]
