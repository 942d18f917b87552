"""Only the applicant's own blocks are looked at: the whole household shows a member under support measures."""

from dataclasses import replace

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.refusals.a_blocked_member_blocks_the_household"


def install(system: Issuing) -> None:
    standing_of = system.register.standing_of

    def standing_of_others_unblocked(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is None:
            return None
        own = standing.resident.control.resident_key
        household = tuple(
            member if member.control.resident_key == own else _unblocked(member) for member in standing.household
        )
        return replace(standing, household=household)

    system.register.standing_of = standing_of_others_unblocked  # type: ignore[method-assign]


def _unblocked(member: ResidentRecord) -> ResidentRecord:
    member.control.ClearField("blocks")
    return member
