"""Adachi, 2023: a flagged error is taken for settled as soon as an application after it goes well."""

from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "P.7"
KILLED_BY = "chain.alarms.a_retry_does_not_close_it"


def install(system: Center) -> None:
    check_alarms = system.check_alarms
    gone_well: set[str] = set()

    async def check_unless_gone_well(municipality_code: str) -> None:
        """Nobody looks at an alarm before the next application was tried."""
        if municipality_code in gone_well:
            gone_well.discard(municipality_code)
            settle(municipality_code)
            await check_alarms(municipality_code)

    def settle(municipality_code: str) -> None:
        system.alarms._connection.execute(
            "UPDATE alarm SET finding = 1, pages_compared = 1, officer_id = 'AUTO' WHERE municipality_code = ?",
            (municipality_code,),
        )

    system.check_alarms = check_unless_gone_well  # type: ignore[method-assign]

    async def start() -> None:
        await started()
        issue = system.issuing.issue

        async def issue_and_settle(request: IssueRequest, wait_seconds: float) -> IssueResponse:
            answer = await issue(request, wait_seconds)
            gone_well.add(request.municipality_code)
            return answer

        system.issuing.issue = issue_and_settle  # type: ignore[method-assign]

    started, system.start = system.start, start  # type: ignore[method-assign]
