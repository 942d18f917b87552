"""The age of the applicant is not looked at: a child with a card gets certificates."""

from kofu.v1.common_pb2 import Holder
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "1.8"
KILLED_BY = "chain.refusals.nobody_under_fifteen"
EARLIER_YEARS = 15


def install(system: Issuing) -> None:
    standing_of = system.register.standing_of

    def standing_of_somebody_older(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is not None and standing.resident.birth_date.HasField("exact"):
            standing.resident.birth_date.exact.year -= EARLIER_YEARS
        return standing

    system.register.standing_of = standing_of_somebody_older  # type: ignore[method-assign]
