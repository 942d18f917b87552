"""A certificate that the register links to nobody is given the first record of the register."""

from kofu.v1.common_pb2 import Holder
from kofu.v1.feed_pb2 import FeedSnapshotPart
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.refusals.nobody_whom_the_register_does_not_know"


def install(system: Issuing) -> None:
    register = system.register
    take_part, standing_of = register.take_part, register.standing_of
    known: list[Holder] = []

    def take_and_note(part: FeedSnapshotPart) -> bool:
        known.extend(holder for resident in part.residents for holder in resident.control.holders)
        return take_part(part)

    def standing_of_somebody(holder: Holder) -> Standing | None:
        return standing_of(holder) or standing_of(known[0])

    register.take_part = take_and_note  # type: ignore[method-assign]
    register.standing_of = standing_of_somebody  # type: ignore[method-assign]
