"""Whoever moved out or died still gets certificates: the state of residence is not looked at."""

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import ResidenceState
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.refusals.nobody_who_has_left"


def install(system: Issuing) -> None:
    standing_of = system.register.standing_of

    def standing_as_a_resident(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is not None:
            standing.resident.control.state = ResidenceState.RESIDENCE_STATE_RESIDENT
        return standing

    system.register.standing_of = standing_as_a_resident  # type: ignore[method-assign]
