"""Who has notified moving out is taken for gone: the household's certificate shows those who stay alone."""

from dataclasses import replace

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import ResidenceState
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.6"
KILLED_BY = "chain.refusals.a_leaving_member_is_as_the_city_has_chosen"


def install(system: Issuing) -> None:
    standing_of = system.register.standing_of

    def standing_of_those_who_stay(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is None:
            return None
        leaving = ResidenceState.RESIDENCE_STATE_LEAVING
        staying = tuple(member for member in standing.household if member.control.state != leaving)
        return replace(standing, household=staying)

    system.register.standing_of = standing_of_those_who_stay  # type: ignore[method-assign]
