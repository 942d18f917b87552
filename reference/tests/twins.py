"""Twins: the same system twice, one asked over gRPC alone, the other over HTTP/JSON alone. Requests for them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st
from reference.tests.city_side import AREA, CITY, NOW, fill

from kofu.testing.v1.control_pb2 import ClockMode
from kofu.v1.center_pb2 import OpenSessionRequest
from kofu_reference.center.system import Center
from kofu_reference.core.system import Core
from kofu_reference.issuing.system import Issuing
from kofu_reference.runtime import CivilClock, Holds, Refusal, System, SystemConfig
from kofu_reference.runtime.client import Carrier, Client, Identity, open_client
from kofu_reference.runtime.config import CityConfig, PeerConfig, WaitsConfig
from kofu_reference.runtime.control import TestControl as Control
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.server import Server
from kofu_spec.paths import cache_folder, find_font
from kofu_spec.pki import jpki
from kofu_spec.pki.tls import TlsAuthority

ROLES = ("core", "issuing", "center", "counter", "kiosk", "relay", "tester")
OWN_SESSION = "0e0e0e0e-0e0e-4e0e-8e0e-0e0e0e0e0e0e"
"""Stands in requests for the session that is open at the twin that is asked."""
VOLATILE = ("session_id", "challenge", "boot_id", "document_id", "pdf", "subject_handle", "digest", "data_folders")
"""Fields that are new in every answer."""


@dataclass(frozen=True)
class Told:
    """An answer without what is new in each, or a refusal."""

    message: Message | None = None
    reason: str = ""
    metadata: tuple[tuple[str, str], ...] = ()


class Twin:
    """A core system, an issuing server and a center, asked by one carrier."""

    def __init__(self, carrier: Carrier, folder: Path, tls: TlsAuthority, nobody: int) -> None:
        self._carrier = carrier
        self._folder = folder
        self._tls = tls
        self._nobody = nobody
        self._running: dict[str, tuple[System, Server]] = {}
        self._clients: dict[tuple[str, str], Client] = {}
        self._session = ""

    async def start(self) -> None:
        for kind in (Core, Issuing, Center):
            clock = CivilClock()
            clock.set(ClockMode.CLOCK_MODE_FROZEN, NOW)
            system = kind(self._config(kind.name), clock, Holds(kind.stages))
            server = Server(system.config, [*system.bindings(), Control(system, lambda: None).binding()])
            await system.start()
            await server.start()
            if isinstance(system, Issuing):
                fill(system.register, CITY)
            self._running[kind.name] = system, server

    async def stop(self) -> None:
        await asyncio.gather(*(client.close() for client in self._clients.values()))
        for system, server in self._running.values():
            await server.stop(0)
            await system.stop()

    async def open_session(self) -> None:
        opening = OpenSessionRequest(terminal_id="KOFU-0001")
        answer: Any = await self._client("center", "kiosk").call(
            "kofu.v1.CenterService", "OpenSession", opening, timeout=20
        )
        self._session = answer.session_id

    async def ask(self, system: str, role: str, service: str, method: str, request: Message) -> Told:
        asked: Any = type(request)()
        asked.CopyFrom(request)
        if getattr(asked, "session_id", "") == OWN_SESSION:
            asked.session_id = self._session
        try:
            answer = await self._client(system, role).call(service, method, asked, timeout=20)
        except Refusal as refusal:
            return Told(None, refusal.name, tuple(sorted(refusal.metadata.items())))
        _without_volatile(answer)
        if (
            self._running[system][0].clock.mode != ClockMode.CLOCK_MODE_FROZEN
            and "now" in answer.DESCRIPTOR.fields_by_name
        ):
            answer.ClearField("now")
        return Told(answer)

    def _client(self, system: str, role: str) -> Client:
        if (system, role) not in self._clients:
            _, server = self._running[system]
            port = server.port if self._carrier is Carrier.GRPC else server.json_port
            folder = self._tls.folder
            identity = Identity(folder / "authority.pem", folder / f"{role}-1.pem", folder / f"{role}-1.key")
            self._clients[system, role] = open_client(self._carrier, _peer(system, port), identity)
        return self._clients[system, role]

    def _config(self, name: str) -> SystemConfig:
        data = self._folder / name
        data.mkdir(parents=True)
        return SystemConfig(
            system=name,
            identity=_identity(name),
            certificate=self._tls.folder / f"{name}-1.pem",
            key=self._tls.folder / f"{name}-1.key",
            authority=self._tls.folder / "authority.pem",
            data_folder=data,
            peers={peer: _peer(peer, self._nobody) for peer in ("relay", "issuing")},
            city=CityConfig(residents=1),
            font=find_font(),
            renderers=1,
            ocsp_url=f"http://127.0.0.1:{self._nobody}/",
            jpki_authorities=(self._tls.folder / "jpki" / "authority.pem",),
            testing=True,
            waits=WaitsConfig(render_seconds=20),
            feed_silence_seconds=86_400,
        )


class Twins:
    """Both twins, on an event loop of their own."""

    def __init__(self, runner: asyncio.Runner, by_grpc: Twin, by_json: Twin) -> None:
        self._runner = runner
        self._both = (by_grpc, by_json)

    def open_sessions(self) -> None:
        for twin in self._both:
            self._runner.run(twin.open_session())

    def ask(self, system: str, role: str, service: str, method: str, request: Message) -> tuple[Told, Told]:
        """What is told over gRPC, and what over HTTP/JSON."""

        async def both() -> list[Told]:
            return await asyncio.gather(*(twin.ask(system, role, service, method, request) for twin in self._both))

        by_grpc, by_json = self._runner.run(both())
        return by_grpc, by_json


@contextmanager
def twins(folder: Path) -> Iterator[Twins]:
    """Twins at work; the peers that they would call are not there."""
    tls = TlsAuthority.create(folder / "pki")
    for role in ROLES:
        tls.issue(_identity(role))
    (folder / "pki" / "jpki").mkdir()
    jpki.write_authority(folder / "pki" / "jpki", cache_folder())
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner())
        nobody = stack.enter_context(ReservedPorts("127.0.0.1", ["nobody"]))["nobody"]
        both = [Twin(carrier, folder / carrier, tls, nobody) for carrier in (Carrier.GRPC, Carrier.JSON)]
        for twin in both:
            stack.callback(lambda twin=twin: runner.run(twin.stop()))
            runner.run(twin.start())
        yield Twins(runner, *both)


def varied(valid: Message) -> st.SearchStrategy[Message]:
    """A valid request, mostly with one to three of its fields otherwise: absent, of another value, or any value."""

    @st.composite
    def make(draw: st.DrawFn) -> Message:
        request = type(valid)()
        request.CopyFrom(valid)
        for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
            _vary(draw, request)
        return request

    return make()


def _vary(draw: st.DrawFn, message: Any) -> None:
    if not message.DESCRIPTOR.fields:
        return
    field = draw(st.sampled_from(list(message.DESCRIPTOR.fields)))
    if field.message_type is not None and draw(st.integers(0, 3)):
        if field.is_repeated:
            _vary(draw, getattr(message, field.name).add())
        elif field.message_type.full_name in _WELL_KNOWN:
            _WELL_KNOWN[field.message_type.full_name](draw, getattr(message, field.name))
        else:
            getattr(message, field.name).SetInParent()
            _vary(draw, getattr(message, field.name))
        return
    message.ClearField(field.name)
    if field.message_type is not None or draw(st.integers(0, 3)) == 0:
        return
    if field.is_repeated:
        getattr(message, field.name).extend(draw(st.lists(_value(field), max_size=3)))
    else:
        setattr(message, field.name, draw(_value(field)))


def _value(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    known = _KNOWN.get(field.name)
    some = _BY_CPP_TYPE[field.cpp_type] if field.type != FieldDescriptor.TYPE_BYTES else st.binary(max_size=120)
    return some if known is None else st.sampled_from(known) | some


def _any_instant(draw: st.DrawFn, message: Any) -> None:
    message.FromDatetime(draw(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))))  # noqa: DTZ001
    message.nanos = draw(st.sampled_from([0, 1, 500_000_000, 999_999_999]))


def _any_duration(draw: st.DrawFn, message: Any) -> None:
    message.seconds = draw(st.integers(-10, 10))
    # Seconds and nanoseconds of opposite signs can't be said in JSON.
    message.nanos = draw(st.sampled_from([0, 1, 999_999_999])) * (-1 if message.seconds < 0 else 1)


_WELL_KNOWN: dict[str, Callable[[st.DrawFn, Any], None]] = {
    "google.protobuf.Timestamp": _any_instant,
    "google.protobuf.Duration": _any_duration,
}
_KNOWN: dict[str, list[Any]] = {
    "municipality_code": [AREA, "992012", "99201", "９９２０１１"],
    "session_id": [OWN_SESSION, "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", ""],
    "terminal_id": ["KOFU-0001", "KOFU-0099", "kofu"],
    "number": [0, 1, 2, 2**63, 2**64 - 1],
    "certificate": [bytes(99), bytes(100), bytes(8193)],
    "signature": [bytes(63), bytes(64), bytes(1025)],
    "issuer_key_id": [bytes(19), bytes(20), bytes(21)],
}
_BY_CPP_TYPE: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.CPPTYPE_STRING: st.text(max_size=8),
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_ENUM: st.integers(-1, 12),
    FieldDescriptor.CPPTYPE_INT32: st.integers(-1, 31) | st.sampled_from([-(2**31), 2**31 - 1]),
    FieldDescriptor.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-1, 31) | st.sampled_from([-(2**63), 2**53 + 1, 2**63 - 1]),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 5) | st.sampled_from([2**53 + 1, 2**64 - 1]),
}


def _without_volatile(message: Message) -> None:
    for field, value in message.ListFields():
        if field.name in VOLATILE:
            message.ClearField(field.name)
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for part in value if field.is_repeated else [value]:
                _without_volatile(part)


def _identity(role: str) -> str:
    return f"{role}-1.{role}.{AREA}.kofu.invalid"


def _peer(role: str, port: int) -> PeerConfig:
    return PeerConfig(address=f"127.0.0.1:{port}", identity=_identity(role))
