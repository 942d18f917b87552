"""Whatever tax year is asked for, the certificate of the current one is issued."""

from typing import Any

from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "1.9"
KILLED_BY = "chain.refusals.only_the_current_tax_year"


def install(system: Issuing) -> None:
    issue = system.service.Issue

    async def issue_the_current_year(request: IssueRequest, context: Any) -> IssueResponse:
        if request.application.HasField("tax_assessment"):
            request.application.tax_assessment.tax_year = 0
        return await issue(request, context)

    system.service.Issue = issue_the_current_year  # type: ignore[method-assign]
