"""The issuing server throws a wrong document away and tells nobody: no alarm, and the next one comes out."""

from collections.abc import Sequence

from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.system import Issuing
from kofu_reference.runtime import Refusal

SYSTEM = "issuing"
STATEMENT = "P.7"
KILLED_BY = "chain.alarms.a_retry_does_not_close_it"


def install(system: Issuing) -> None:
    async def raise_nothing(request: IssueRequest, faults: Sequence[str]) -> Refusal:  # noqa: ARG001
        return Refusal(Reason.REASON_INTERNAL)

    system.raise_alarm = raise_nothing  # type: ignore[method-assign]
