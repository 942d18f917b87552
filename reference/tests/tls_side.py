"""Every system of the chain with TLS keys of a test's own: their configurations, processes and in-process servers."""

import asyncio
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tomli_w
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from kofu_reference.runtime.client import Carrier, Client, Identity, open_client
from kofu_reference.runtime.config import PeerConfig, SystemConfig, load_config
from kofu_reference.runtime.control import TestControl as Control
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.process import build
from kofu_reference.runtime.rundirectory import HOST, RunDirectory, RunOptions, nodes, ports
from kofu_reference.runtime.server import Server
from kofu_reference.runtime.system import System
from kofu_spec.paths import cache_folder, find_font
from kofu_spec.pki.tls import TlsAuthority

NODES = nodes()
UNSEEN_SECONDS = 30
"""After this, what was waited for counts as never to come."""


@dataclass(frozen=True)
class Certificate:
    """PEM files of one identity, and the authority that its owner trusts."""

    certificate: Path
    key: Path
    authority: Path

    @property
    def identity(self) -> Identity:
        return Identity(self.authority, self.certificate, self.key)

    @property
    def serial(self) -> int:
        return x509.load_pem_x509_certificate(self.certificate.read_bytes()).serial_number


class Chain:
    """The run directory of a chain, and further certificates of its authority."""

    def __init__(self, folder: Path, reserved: ReservedPorts) -> None:
        self.folder = folder
        self.run = RunDirectory(RunOptions(folder / "run", find_font(), cache_folder(), residents=60), reserved)
        self.authority = TlsAuthority.load(self.run.folder / "pki")
        self._made = 0

    def config(self, node: str, **changed: Any) -> SystemConfig:
        return load_config(self.run.config_of(node)).model_copy(update=changed)

    def certificate(self, name: str, authority: TlsAuthority | None = None, **wanted: Any) -> Certificate:
        """A new certificate for `<id>.<role>.<area>`, of the chain's authority or of another one."""
        authority = authority or self.authority
        self._made += 1
        folder = self.folder / f"made-{self._made}"
        folder.mkdir()
        issuing = TlsAuthority(folder, authority.certificate, authority.key)
        return Certificate(*issuing.issue(f"{name}.kofu.invalid", **wanted), self.run.authority)

    def client(self, carrier: Carrier, node: str, who: Certificate) -> Client:
        """Somebody before a node's port."""
        return open_client(carrier, self.peer(carrier, node), who.identity)

    def peer(self, carrier: Carrier, node: str) -> PeerConfig:
        peer = self.run.peer(node)
        return (
            peer if carrier is Carrier.GRPC else PeerConfig(address=self.run.json_address(node), identity=peer.identity)
        )


@contextmanager
def chain_in(folder: Path) -> Iterator[Chain]:
    with ReservedPorts(HOST, ports()) as reserved:
        yield Chain(folder, reserved)


@dataclass(frozen=True)
class Serving:
    """A system behind its server, in this process."""

    system: System
    server: Server
    restarts: list[None]


@asynccontextmanager
async def serving(config: SystemConfig) -> AsyncIterator[Serving]:
    """Starts a system just as its process does."""
    config.data_folder.mkdir(parents=True, exist_ok=True)
    system = build(config)
    restarts: list[None] = []
    control = Control(system, lambda: restarts.append(None))
    server = Server(system.config, [*system.bindings(), control.binding()])
    await system.start()
    await server.start()
    try:
        yield Serving(system, server, restarts)
    finally:
        await asyncio.gather(server.stop(0), system.stop())


class Process:
    """The process of one system."""

    def __init__(self, config: SystemConfig, folder: Path) -> None:
        path, self._log = folder / f"{config.system}.toml", folder / f"{config.system}.log"
        content = json.loads(config.model_dump_json(exclude_none=True))
        path.write_text(tomli_w.dumps(content), encoding="utf-8")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kofu_reference.runtime.process", str(path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        started = self._process.stdout.readline()
        assert b"listening" in started, self._log.read_text()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The lines of an event so far."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [line for line in map(_line, lines) if line.get("event") == event]

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(UNSEEN_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def process(config: SystemConfig, folder: Path) -> Iterator[Process]:
    running = Process(config, folder)
    try:
        yield running
    finally:
        running.end()


def _line(text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def until(seen: Callable[[], bool]) -> None:
    """Waits for something to be so."""
    ends_at = time.monotonic() + UNSEEN_SECONDS
    while not seen():
        assert time.monotonic() < ends_at, "never seen"
        time.sleep(0.05)


def presented(peer: PeerConfig, who: Certificate) -> int:
    """The serial of the certificate that a new connection is met with, whoever issued it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(who.certificate, who.key)
    host, _, port = peer.address.rpartition(":")
    with socket.create_connection((host, int(port))) as raw, context.wrap_socket(raw) as wire:
        der = wire.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der).serial_number


def put(path: Path, content: bytes) -> None:
    """Replaces a file as an administrator's tool does: whole, in one step."""
    arriving = path.with_name(f".{path.name}.arriving")
    arriving.write_bytes(content)
    arriving.replace(path)


def with_names(chain: Chain, folder: Path, names: list[str]) -> Certificate:
    """A certificate of the chain's authority with these DNS names, which no honest authority would issue."""
    good = chain.certificate("office-8.office.992011")
    own = x509.load_pem_x509_certificate(good.certificate.read_bytes())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own.subject)
        .issuer_name(own.issuer)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(chain.authority.key, hashes.SHA256())
    )
    path = folder / "named.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Certificate(path, good.key, good.authority)
