"""Systems of a run directory as processes of their own, started, asked, ended and killed by a test."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from urllib.error import HTTPError

import grpc

from kofu.testing.v1 import control_pb2
from kofu.testing.v1.control_pb2_grpc import TestControlServiceStub
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.refusal import Refusal, from_rpc_error
from kofu_reference.runtime.rundirectory import HOST, RunDirectory, RunOptions, ports
from kofu_spec.paths import cache_folder, find_font

PATIENCE_SECONDS: Final = 60.0
"""After this, what was waited for counts as never to come."""


class Running:
    """A run directory whose systems run when the test says so."""

    def __init__(self, chain: RunDirectory) -> None:
        self.chain = chain
        self.scratch = chain.folder / "scratch"
        self.scratch.mkdir()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lines: dict[tuple[str, str], grpc.Channel] = {}

    def start(self, name: str, under: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Starts a system, perhaps under another command; it may end before it listens."""
        # Scratch files would go where they are looked for.
        environment = {**os.environ, "TMPDIR": str(self.scratch)}
        with self.chain.log_of(name).open("ab") as log:
            process = self._processes[name] = subprocess.Popen(
                [*under, sys.executable, "-m", "kofu_reference.runtime.process", str(self.chain.config_of(name))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        assert process.stdout is not None
        while line := process.stdout.readline():
            if b'"listening"' in line:
                break
        return process

    def process(self, name: str) -> subprocess.Popen[bytes]:
        return self._processes[name]

    def end(self, name: str, by: signal.Signals = signal.SIGTERM) -> int:
        """Asks a system to end, and waits until it has; its exit status."""
        self._processes[name].send_signal(by)
        return self.ended(name)

    def ended(self, name: str) -> int:
        process = self._processes[name]
        status = process.wait(PATIENCE_SECONDS)
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()
        del self._processes[name]
        return status

    def signal(self, name: str, by: signal.Signals) -> None:
        self._processes[name].send_signal(by)

    def end_all(self) -> None:
        for line in self._lines.values():
            line.close()
        for name, process in list(self._processes.items()):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            self.ended(name)

    def line(self, role: str, to: str) -> grpc.Channel:
        """A line to a system, as the suite's peer of some role."""
        if (role, to) not in self._lines:
            peer, tls = self.chain.peer(to), self.chain.suite[role]
            credentials = grpc.ssl_channel_credentials(
                self.chain.authority.read_bytes(), tls.key.read_bytes(), tls.certificate.read_bytes()
            )
            options = [
                ("grpc.ssl_target_name_override", peer.identity),
                ("grpc.initial_reconnect_backoff_ms", 50),
                ("grpc.max_reconnect_backoff_ms", 100),
                ("grpc.max_receive_message_length", 16 << 20),
            ]
            self._lines[role, to] = grpc.secure_channel(peer.address, credentials, options=options)
        return self._lines[role, to]

    def hold(self, system: str, stage: str, seconds: int) -> None:
        """The next passage of a stage takes so long."""
        request = control_pb2.HoldRequest(stage=stage, passages=1)
        request.duration.seconds = seconds
        asked(TestControlServiceStub(self.line("tester", system)).Hold, request)

    def operations(self, system: str, path: str) -> tuple[int, str]:
        """Status and body of a page for those who run the system."""
        try:
            with urllib.request.urlopen(f"http://{self.chain.operations_address(system)}{path}") as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def log_lines(self, system: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.chain.log_of(system).read_text("utf-8").splitlines()]


def asked(method: Any, request: Any, timeout: float = 20.0) -> Any:
    """The answer of a call. Raises Refusal."""
    try:
        return method(request, timeout=timeout, wait_for_ready=True)
    except grpc.RpcError as error:
        raise from_rpc_error(error) from None  # type: ignore[arg-type] # a sync error has the same methods


def until(seen: Callable[[], object]) -> None:
    """Waits for something to be so."""
    ends_at = monotonic() + PATIENCE_SECONDS
    while not seen():
        if monotonic() > ends_at:
            raise AssertionError(f"did not come to be within {PATIENCE_SECONDS:.0f} s")
        sleep(0.02)


def reason_of(asking: Callable[[], object]) -> str:
    """The reason that a call is refused with; empty where it is answered."""
    try:
        asking()
    except Refusal as refusal:
        return refusal.name
    return ""


@contextmanager
def running(folder: Path, servers: int = 1, **options: Any) -> Iterator[Running]:
    """A run directory in which nothing runs yet, of an issuing site of one server; what the test started is ended."""
    with ExitStack() as stack:
        reserved = stack.enter_context(ReservedPorts(HOST, ports(servers)))
        wish = RunOptions(folder, find_font(), cache_folder(), servers=servers, **options)
        made = Running(RunDirectory(wish, reserved))
        stack.callback(made.end_all)
        yield made
