"""Runs every system of the chain as a process of its own, and leaves none behind."""

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from kofu.v1 import counter_pb2
from kofu.v1.common_pb2 import Application, Holder, ResidenceOptions
from kofu.v1.counter_pb2_grpc import CounterServiceStub
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import ending
from kofu_reference.runtime.channel import call, open_channel
from kofu_reference.runtime.clock import JST
from kofu_reference.runtime.process import START_AGAIN, WRONG_CONFIGURATION
from kofu_reference.runtime.refusal import Refusal
from kofu_reference.runtime.rundirectory import RunDirectory, system_of
from kofu_spec.city import make_city
from kofu_spec.pki import jpki

_READY_WITHIN_SECONDS: Final = 60.0
_READY_MORE_FOR_A_RESIDENT_SECONDS: Final = 0.002
_END_BEYOND_GRACE_SECONDS: Final = 5.0
_ENDING: Final = (("kiosk", "counter", "inquiry"), ("center",), ("issuing",), ("relay", "koseki", "core", "jpki"))
"""Who asks ends before who is asked, so that what is under way can still be answered."""
_NOT_YET: Final = (Reason.REASON_RECORDS_NOT_CURRENT, Reason.REASON_TIMED_OUT, Reason.REASON_UPSTREAM_UNAVAILABLE)
_POLL_SECONDS: Final = 0.03
_OPEN_AT: Final = datetime(2026, 10, 7, 10, tzinfo=JST)
"""A Wednesday in every kind's hours."""


class ChainFailed(Exception):
    """The chain could not start or went on without one of its systems; one line. `exit_status` is 2 or 3."""

    def __init__(self, line: str, exit_status: int) -> None:
        self.exit_status = exit_status
        super().__init__(line)


class Progress(Protocol):
    """Told how the start goes on. `system` is one of the chain's nodes."""

    def listening(self, system: str) -> None: ...

    def restarted(self, system: str) -> None: ...


@dataclass
class _Child:
    name: str
    process: asyncio.subprocess.Process


class Supervisor:
    """The processes of one run directory."""

    def __init__(self, run: RunDirectory, progress: Progress) -> None:
        self._run = run
        self._progress = progress
        self._children: dict[str, _Child] = {}
        self._ending = False

    async def run(self, when_ready: Callable[[], Awaitable[int | None]]) -> int:
        """Starts everything, calls `when_ready` once the chain serves, and goes on until the process is to end.

        It is to end when a signal asks for it, when standard input is a pipe and closes, or when `when_ready` gives
        an exit status; that is returned. When `when_ready` raises, or a system ends by itself (ChainFailed),
        everything is ended and the exception goes on.
        """
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        ending.watch_signals(ended)
        ending.watch_standard_input(ended)
        work = asyncio.create_task(self._start_and_watch(when_ready, ended))
        waiting: list[asyncio.Future[Any]] = [work, ended]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            return await ended
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            work.cancel()
            await asyncio.wait([work])
            await self._end_all()

    async def _start_and_watch(
        self, when_ready: Callable[[], Awaitable[int | None]], ended: "asyncio.Future[int]"
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            cards = tasks.create_task(asyncio.to_thread(self._write_cards))
            listening = [asyncio.Event() for _ in self._run.nodes]
            for name, event in zip(self._run.nodes, listening, strict=True):
                tasks.create_task(self._keep_running(name, event))
            try:
                async with asyncio.timeout(self._ready_within_seconds):
                    await asyncio.gather(cards, *(event.wait() for event in listening))
                    await self._initial_feed_acknowledged()
                    await asyncio.gather(*map(self._records_current, self._issuing_servers()))
            except TimeoutError:
                line = f"ready: the chain did not become ready in {self._ready_within_seconds:.0f} s; see {self._logs}"
                raise ChainFailed(line, 3) from None
            self._run.write_profile()
            status = await when_ready()
            if status is not None:
                ending.end(ended, status)

    @property
    def _ready_within_seconds(self) -> float:
        """A great city takes its time."""
        return _READY_WITHIN_SECONDS + self._run.options.city_size * _READY_MORE_FOR_A_RESIDENT_SECONDS

    @property
    def _logs(self) -> str:
        return str(self._run.folder / "log")

    def _write_cards(self) -> None:
        options = self._run.options
        city = make_city(options.seed, options.residents, options.municipality_code)
        jpki.write_card_box(city, self._run.folder / "cards", options.cache)

    async def _keep_running(self, name: str, listening: asyncio.Event) -> None:
        """Runs one system, and runs it again for as long as it asks for that."""
        while not self._ending:
            child = await self._start(name)
            if await _says_that_it_listens(child):
                tell = self._progress.restarted if listening.is_set() else self._progress.listening
                tell(name)
                listening.set()
            status = await child.process.wait()
            if status != START_AGAIN and not self._ending:
                raise self._failure(name, status)

    async def _start(self, name: str) -> _Child:
        with self._run.log_of(name).open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "kofu_reference.runtime.process",
                str(self._run.config_of(name)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                # Ctrl-C in a terminal reaches the supervisor alone, which then ends the others in order.
                start_new_session=True,
            )
        child = self._children[name] = _Child(name, process)
        return child

    def _failure(self, name: str, status: int) -> ChainFailed:
        log = self._run.log_of(name)
        last = (log.read_text(encoding="utf-8", errors="replace").splitlines() or [""])[-1]
        if status == WRONG_CONFIGURATION and last.startswith("kofu: "):
            return ChainFailed(f"{name}: {last.removeprefix('kofu: ')}", WRONG_CONFIGURATION)
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        return ChainFailed(f"{name}: the system {how}; see {log}", 3)

    async def _initial_feed_acknowledged(self) -> None:
        """Waits until every change that the core loaded at its start is acknowledged. [2.6]"""
        office = self._run.suite["office"]
        line = open_channel(
            self._run.peer("counter"), authority=self._run.authority, certificate=office.certificate, key=office.key
        )
        async with line:
            get_change = CounterServiceStub(line).GetChange
            number = 1
            while True:
                request = counter_pb2.GetChangeRequest(
                    municipality_code=self._run.options.municipality_code, number=number
                )
                try:
                    answer = await call(get_change, request, timeout=5)
                except Refusal as refusal:
                    if refusal.reason == Reason.REASON_RECORD_NOT_FOUND and number > 1:
                        return
                    await asyncio.sleep(_POLL_SECONDS)
                    continue
                if answer.acknowledged:
                    number += 1
                else:
                    await asyncio.sleep(_POLL_SECONDS)

    def _issuing_servers(self) -> list[str]:
        return [node for node in self._run.nodes if node.partition("-")[0] == "issuing"]

    async def _records_current(self, server: str) -> None:
        """Waits until an issuing server knows its records to be current: it says who is not in them. [2.6]"""
        center = self._run.suite["center"]
        line = open_channel(
            self._run.peer(server), authority=self._run.authority, certificate=center.certificate, key=center.key
        )
        request = IssueRequest(
            municipality_code=self._run.options.municipality_code,
            holder=Holder(issuer_key_id=jpki.ISSUER_KEY_ID, certificate_serial="f" * 16),
            application=Application(residence_certificate=ResidenceOptions()),
        )
        request.received_at.FromDatetime(_OPEN_AT)
        async with line:
            issue = IssuingServiceStub(line).Issue
            while True:
                request.request_id = str(uuid.uuid4())
                try:
                    await call(issue, request, timeout=5)
                except Refusal as refusal:
                    if refusal.reason in _NOT_YET:
                        await asyncio.sleep(_POLL_SECONDS)
                        continue
                return

    async def _end_all(self) -> None:
        """Closes every child's standard input, which ends it; whoever does not end in time is killed."""
        self._ending = True
        grace_seconds = self._run.options.operations.grace_seconds
        deadline = time.monotonic() + grace_seconds + _END_BEYOND_GRACE_SECONDS
        for systems in _ENDING:
            nodes = [node for node in self._children if system_of(node) in systems]
            await self._end([self._children[node].process for node in nodes], deadline)

    async def _end(self, processes: Sequence[asyncio.subprocess.Process], deadline: float) -> None:
        for process in processes:
            if process.stdin is not None:
                process.stdin.close()
        for process in processes:
            try:
                await asyncio.wait_for(process.wait(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                process.kill()
                await process.wait()


async def _says_that_it_listens(child: _Child) -> bool:
    """Reads the child's standard output until it says that it listens; False where it ends before."""
    assert child.process.stdout is not None
    while line := await child.process.stdout.readline():
        try:
            if json.loads(line).get("event") == "listening":
                return True
        except ValueError:
            continue
    return False
