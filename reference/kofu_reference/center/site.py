"""The issuing sites of the municipalities, and the servers of each, as the center asks them. [2.7]"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from typing import TYPE_CHECKING

import grpc
import grpc.aio

from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu_reference.center.bulkhead import Bulkhead
from kofu_reference.runtime import call
from kofu_reference.runtime.config import PeerConfig

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
        """The next server in turn. One that is connected comes before one whose address does not even answer."""
        turn = next(self._turns)
        order = [(turn + step) % len(self._lines) for step in range(len(self._lines))]
        states = {at: self._lines[at].get_state(try_to_connect=True) for at in order}
        connected = (at for at in order if states[at] is grpc.ChannelConnectivity.READY)
        reachable = (at for at in order if states[at] is not grpc.ChannelConnectivity.TRANSIENT_FAILURE)
        return next(connected, next(reachable, order[0]))

    async def close(self, grace_seconds: float | None = None) -> None:
        for line in self._lines:
            await line.close(grace_seconds)


class IssuingSites:
    """Each municipality's site behind a bulkhead of its own. Lines are opened at the first request.

    `servers_of` tells the servers of a municipality as they now are, `open_line` a connection to one of them; at most
    `at_once` requests are under way to one municipality.
    """

    def __init__(
        self,
        servers_of: Callable[[str], tuple[PeerConfig, ...]],
        open_line: Callable[[PeerConfig], grpc.aio.Channel],
        at_once: int,
    ) -> None:
        self._servers_of = servers_of
        self._open_line = open_line
        self._at_once = at_once
        self._sites: dict[str, tuple[tuple[PeerConfig, ...], IssuingSite, Bulkhead]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def issue(self, request: IssueRequest, wait_seconds: float) -> IssueResponse:
        """The answer of the municipality that the request names, waited for at most so long. Raises the refusal."""
        site, bulkhead = self._site_of(request.municipality_code, wait_seconds)
        with bulkhead.place():
            return await site.issue(request, wait_seconds)

    @property
    def open_lines(self) -> int:
        """How many connections there are, to the servers of all municipalities together."""
        return sum(len(servers) for servers, _, _ in self._sites.values())

    def _site_of(self, code: str, wait_seconds: float) -> tuple[IssuingSite, Bulkhead]:
        """The site at the servers that the municipality has now; of one that moved, the old lines are closed."""
        servers = self._servers_of(code)
        known = self._sites.get(code)
        if known is None or known[0] != servers:
            made = (servers, IssuingSite([self._open_line(server) for server in servers]), Bulkhead(self._at_once))
            self._sites[code] = made
            if known is not None:
                closing = asyncio.create_task(known[1].close(wait_seconds))
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)
            known = made
        return known[1], known[2]

    async def close(self) -> None:
        for closing in self._closing:
            closing.cancel()
        for _, site, _ in self._sites.values():
            await site.close()
