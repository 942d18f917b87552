"""Whether a system can do what it is there for. That it lives is another question. [2.6]"""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kofu_reference.runtime import metrics
from kofu_reference.runtime.channel import channel
from kofu_reference.runtime.system import System

NEEDED_PEERS: Final[Mapping[str, tuple[str, ...]]] = {
    "relay": ("issuing", "koseki"),
    "center": ("issuing",),
    "kiosk": ("center",),
    "counter": ("core",),
}
"""Peers without which a system can do nothing for those who call it. The core takes changes in without the relay, and
the issuing server issues without it as long as its records are up to date."""

_ANSWER_SECONDS: Final = 1.0
_EVERY_SECONDS: Final = 1.0
_NOBODY_THERE: Final = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_log = logging.getLogger("kofu.readiness")


class Readiness:
    """Looks every second what is missing; `told` hears each time whether the system is ready."""

    def __init__(self, system: System, told: Callable[[bool], Awaitable[None]]) -> None:
        self._system = system
        self._told = told
        self._lines = {
            needed: [channel(system.config, peer) for peer in system.config.peers if peer.partition("-")[0] == needed]
            for needed in NEEDED_PEERS.get(system.name, ())
        }
        self._task: asyncio.Task[None] | None = None
        self._ending = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch())

    def ends(self) -> None:
        """The system takes no more calls."""
        self._ending = True

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        for line in itertools.chain.from_iterable(self._lines.values()):
            await line.close(None)

    async def missing(self) -> list[str]:
        """What is missing now, in fixed words; empty where the system is ready."""
        if self._ending:
            return ["system: ends"]
        reached = asyncio.gather(*(self._any_reached(lines) for lines in self._lines.values()))
        own = await self._own()
        there = zip(self._lines, await reached, strict=True)
        return [*own, *(f"{peer}: not reachable" for peer, is_there in there if not is_there)]

    async def _own(self) -> Sequence[str]:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self._system.missing()
        except TimeoutError:
            return ["system: does not say in time"]

    async def _any_reached(self, lines: Sequence[grpc.aio.Channel]) -> bool:
        """One server of a site is enough. A peer that is not configured is not missed."""
        return not lines or any(await asyncio.gather(*(self._reached(line) for line in lines)))

    async def _reached(self, line: grpc.aio.Channel) -> bool:
        """Whether a peer answers at all: one that offers no health check does so too."""
        check = health_pb2_grpc.HealthStub(line).Check
        try:
            await check(health_pb2.HealthCheckRequest(), timeout=_ANSWER_SECONDS)
        except grpc.aio.AioRpcError as error:
            return error.code() not in _NOBODY_THERE
        return True

    async def _watch(self) -> None:
        before: list[str] | None = None
        while True:
            missing = await self.missing()
            metrics.READY.set(not missing)
            metrics.RENDERERS.set(len(self._system.rendering_processes()))
            if missing != before:
                _log.info("not ready" if missing else "ready", extra={"fields": {"missing": missing}})
            await self._told(not missing)
            before = missing
            await asyncio.sleep(_EVERY_SECONDS)
