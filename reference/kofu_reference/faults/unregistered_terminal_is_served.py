"""A terminal that nobody registered is served as the one that was served last."""

from typing import Any

from kofu.v1.center_pb2 import OpenSessionRequest, OpenSessionResponse
from kofu.v1.reason_pb2 import Reason
from kofu_reference.center.system import Center
from kofu_reference.runtime import Refusal

SYSTEM = "center"
STATEMENT = "1.7"
KILLED_BY = "chain.terminals.only_registered_terminals_are_served"


def install(system: Center) -> None:
    open_session = system.service.OpenSession
    served: list[str] = []

    async def open_for_anybody(request: OpenSessionRequest, context: Any) -> OpenSessionResponse:
        try:
            opened = await open_session(request, context)
        except Refusal as refusal:
            if refusal.reason != Reason.REASON_TERMINAL_NOT_REGISTERED or not served:
                raise
            return await open_session(OpenSessionRequest(terminal_id=served[-1]), context)
        served.append(request.terminal_id)
        return opened

    system.service.OpenSession = open_for_anybody  # type: ignore[method-assign]
