"""The servers of a city's issuing site, as the center asks them. [2.7]"""

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

import grpc
import grpc.aio

from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu_reference.runtime import call

if TYPE_CHECKING:
    # Known to type checkers only: the generated module has one stub class for both kinds of channel.
    from kofu.v1.issuing_pb2_grpc import IssuingServiceAsyncStub


class IssuingSite:
    """Asks one server after the other in turn; one that can't be reached is passed over. A request goes to one alone:
    what was sent is never sent again."""

    def __init__(self, lines: Sequence[grpc.aio.Channel]) -> None:
        self._lines = tuple(lines)
        self._stubs: tuple[IssuingServiceAsyncStub, ...] = tuple(IssuingServiceStub(line) for line in lines)
        self._turns = count()

    async def issue(self, request: IssueRequest, wait_seconds: float) -> IssueResponse:
        """One server's answer, waited for at most so long. Raises the refusal."""
        return await call(self._stubs[self._next()].Issue, request, timeout=wait_seconds)

    def _next(self) -> int:
        turn = next(self._turns)
        order = [(turn + step) % len(self._lines) for step in range(len(self._lines))]
        reachable = (at for at in order if self._is_reachable(self._lines[at]))
        return next(reachable, order[0])

    @staticmethod
    def _is_reachable(line: grpc.aio.Channel) -> bool:
        state = line.get_state(try_to_connect=True)
        return state is not grpc.ChannelConnectivity.TRANSIENT_FAILURE

    async def close(self) -> None:
        for line in self._lines:
            await line.close(None)
