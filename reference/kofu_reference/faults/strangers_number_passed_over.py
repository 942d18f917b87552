"""A number that is nobody's in the household is passed over, and the rest is issued as if it had been right."""

from typing import Any

from kofu.v1.common_pb2 import ResidenceOptions
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.refusals.nobody_outside_the_household_or_register"


def install(system: Issuing) -> None:
    issue = system.service.Issue

    async def issue_what_is_there(request: IssueRequest, context: Any) -> IssueResponse:
        standing = await system.standing_of(system.own, request.holder)
        options = getattr(request.application, request.application.WhichOneof("certificate") or "")
        if standing is not None and isinstance(options, ResidenceOptions):
            there = {member.control.member_number for member in standing.household}
            known = [number for number in options.member_numbers if number in there]
            options.ClearField("member_numbers")
            options.member_numbers.extend(known)
        return await issue(request, context)

    system.service.Issue = issue_what_is_there  # type: ignore[method-assign]
