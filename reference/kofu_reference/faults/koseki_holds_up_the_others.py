"""The issuing server answers one request at a time, so that whoever waits for the koseki system holds up the others."""

import asyncio
from typing import Any

from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.timeout.without_the_koseki_system_the_others_are_served"


def install(system: Issuing) -> None:
    issue = system.service.Issue
    one_at_a_time = asyncio.Lock()

    async def issue_in_turn(request: IssueRequest, context: Any) -> IssueResponse:
        async with one_at_a_time:
            return await issue(request, context)

    system.service.Issue = issue_in_turn  # type: ignore[method-assign]
