"""Pieces of the chain for tests: the city, core and relay behind real mutual TLS, and a receiving end to hold back."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

import grpc.aio

from kofu.testing.v1.control_pb2 import ClockMode
from kofu.v1.counter_pb2_grpc import CounterServiceStub
from kofu.v1.feed_pb2 import FeedChange, FeedRequest, FeedResponse
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub, add_RecordFeedServiceServicer_to_server
from kofu.v1.koseki_pb2 import IssueKosekiRequest, IssueKosekiResponse
from kofu.v1.koseki_pb2_grpc import (
    KosekiServiceServicer,
    KosekiServiceStub,
    add_KosekiServiceServicer_to_server,
)
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.core.system import Core
from kofu_reference.issuing.feed import FeedReceiver
from kofu_reference.issuing.register import Register
from kofu_reference.relay.system import Relay
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import CityConfig, PeerConfig, WaitsConfig
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.server import Server
from kofu_reference.runtime.writer import Writer
from kofu_spec.city import make_city
from kofu_spec.pki.tls import TlsAuthority

MUNICIPALITY: Final = "992011"
CITY: Final = make_city(1, 1, MUNICIPALITY)
"""The smallest city there is: one set of planted families."""
RESIDENTS: Final = {citizen.key: citizen.resident for citizen in CITY.citizens if citizen.resident is not None}
LOAD_CHANGES: Final = -(-len(RESIDENTS) // 50)
"""The changes in which it is loaded, fifty residents each."""
TAXES: Final = {(t.resident_key, t.tax_year): t for t in (citizen.tax for citizen in CITY.citizens) if t is not None}
EVENING: Final = datetime(2026, 10, 7, 15, 30, tzinfo=UTC)
"""Half past midnight of 8 October in Japan."""
ROLES: Final = ("core", "relay", "issuing", "koseki", "counter", "office")
UNSEEN_SECONDS: Final = 10
"""After this, what was waited for counts as never to come."""

Kind = TypeVar("Kind", bound=System)


def key_of(family: str, place: int = 0) -> str:
    """The key of a citizen planted under a label."""
    return CITY.family(family)[place].key


def resident_of(key: str) -> ResidentRecord:
    """A copy of the record with which the city begins."""
    record = ResidentRecord()
    record.CopyFrom(RESIDENTS[key])
    return record


def replayed(
    changes: Iterable[FeedChange],
) -> tuple[dict[str, ResidentRecord], dict[tuple[str, int], TaxRecord]]:
    """What the changes of a feed come to, from nothing: residents by key, taxes by key and year."""
    residents: dict[str, ResidentRecord] = {}
    taxes: dict[tuple[str, int], TaxRecord] = {}
    for change in changes:
        residents.update({resident.control.resident_key: resident for resident in change.residents})
        taxes.update({(tax.resident_key, tax.tax_year): tax for tax in change.taxes})
    return residents, taxes


def recorded(path: Path) -> tuple[dict[str, ResidentRecord], dict[tuple[str, int], TaxRecord]]:
    """The residents and taxes in a register's file, of the core or of the issuing server."""
    with closing(sqlite3.connect(path)) as connection:
        residents = [ResidentRecord.FromString(row[0]) for row in connection.execute("SELECT record FROM resident")]
        taxes = [TaxRecord.FromString(row[0]) for row in connection.execute("SELECT record FROM tax")]
    return replayed([FeedChange(residents=residents, taxes=taxes)])


def everything_in(path: Path) -> list[str]:
    """All that a database holds: records, outbox and the rest."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


async def until(seen: Callable[[], bool | Awaitable[bool]]) -> None:
    """Waits for something to be so."""
    async with asyncio.timeout(UNSEEN_SECONDS):
        while not (answer if isinstance(answer := seen(), bool) else await answer):
            await asyncio.sleep(0.01)


class Gate:
    """Lets requests of a feed through up to a change number, and says at which one it holds."""

    def __init__(self) -> None:
        self.open_to: float = float("inf")
        self.holds_at: int | None = None
        self.newest_told: list[int] = []

    async def passing(self, requests: AsyncIterator[FeedRequest]) -> AsyncIterator[FeedRequest]:
        async for request in requests:
            while request.HasField("change") and request.change.number > self.open_to:
                self.holds_at = request.change.number
                await asyncio.sleep(0.005)
            if request.HasField("heartbeat"):
                self.newest_told.append(request.heartbeat.newest_number)
            yield request


class HeldReceiver(FeedReceiver):
    """The issuing server's receiver behind a gate."""

    gate: Gate

    async def Feed(self, requests: AsyncIterator[FeedRequest], context: Any) -> AsyncIterator[FeedResponse]:  # noqa: N802
        async for answer in super().Feed(self.gate.passing(requests), context):
            yield answer


class IssuingEnd(System):
    """Of the issuing server what the feed comes to. Its register notes every number that it applies."""

    name: ClassVar[str] = "issuing"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.path = config.data_folder / "register.sqlite3"
        self.register = Register(self.path)
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(
                "CREATE TABLE IF NOT EXISTS note (number);"
                "CREATE TRIGGER IF NOT EXISTS noted AFTER UPDATE OF applied ON feed"
                " BEGIN INSERT INTO note VALUES (new.applied); END;"
            )
        self._thread = Writer("register")
        self.gate = Gate()

    def bindings(self) -> list[Binding]:
        receiver = HeldReceiver(MUNICIPALITY, self.register, self._thread)
        receiver.gate = self.gate
        return [Binding(add_RecordFeedServiceServicer_to_server, receiver, {"Feed": frozenset({"relay"})})]

    async def start(self) -> None: ...

    async def stop(self) -> None:
        await self._thread.run(self.register.close)
        self._thread.close()

    def applied(self) -> list[int]:
        """The numbers applied so far, in the order in which they were."""
        with closing(sqlite3.connect(self.path)) as connection:
            return [number for (number,) in connection.execute("SELECT number FROM note ORDER BY rowid")]

    async def is_current(self) -> bool:
        return await self._thread.run(self.register.is_current)


class KosekiEnd(System, KosekiServiceServicer):
    """A koseki system that notes what it is asked, and answers as it is told."""

    name: ClassVar[str] = "koseki"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        self.asked: list[IssueKosekiRequest] = []
        self.seconds_given: list[float] = []
        self.answer: IssueKosekiResponse | Exception | None = None
        """None: it never answers."""

    async def IssueKoseki(self, request: IssueKosekiRequest, context: Any) -> IssueKosekiResponse:  # noqa: N802
        self.asked.append(request)
        self.seconds_given.append(context.time_remaining())
        if self.answer is None:
            await asyncio.Event().wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        assert self.answer is not None
        return self.answer

    def bindings(self) -> list[Binding]:
        return [Binding(add_KosekiServiceServicer_to_server, self, {"IssueKoseki": frozenset({"relay"})})]

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Chain:
    """The city's side of the chain: systems that are started, stopped and started anew on the same data folders."""

    waits = WaitsConfig()

    def __init__(self, folder: Path, tls: TlsAuthority, ports: ReservedPorts) -> None:
        self._folder = folder
        self._tls = tls
        self._ports = ports
        self._running: dict[str, tuple[System, Server]] = {}

    def config(self, name: str) -> SystemConfig:
        return SystemConfig(
            system=name,
            identity=_identity(name),
            port=self._ports[name],
            certificate=self._tls.folder / f"{name}-1.pem",
            key=self._tls.folder / f"{name}-1.key",
            authority=self._tls.folder / "authority.pem",
            data_folder=self._folder / name,
            peers={peer: self._peer(peer) for peer in ("core", "relay", "issuing", "koseki")},
            city=CityConfig(residents=1, municipality_code=MUNICIPALITY),
            waits=self.waits,
        )

    def make(self, kind: type[Kind]) -> Kind:
        """A system on its data folder, not yet started."""
        clock = CivilClock()
        clock.set(ClockMode.CLOCK_MODE_FROZEN, EVENING)
        return kind(self.config(kind.name), clock, Holds())

    async def start(self, kind: type[System], open_to: float = float("inf")) -> None:
        """Starts a system; the issuing end takes changes up to the number `open_to`."""
        system = self.make(kind)
        if isinstance(system, IssuingEnd):
            system.gate.open_to = open_to
        server = Server(system.config, system.bindings())
        await system.start()
        await server.start()
        self._running[kind.name] = system, server

    async def stop(self, kind: type[System]) -> None:
        system, server = self._running.pop(kind.name)
        await server.stop(0)
        await system.stop()

    async def stop_all(self) -> None:
        for system, _ in list(self._running.values()):
            await self.stop(type(system))

    @property
    def core(self) -> Core:
        return self._system(Core)

    @property
    def relay(self) -> Relay:
        return self._system(Relay)

    @property
    def issuing(self) -> IssuingEnd:
        return self._system(IssuingEnd)

    @property
    def koseki(self) -> KosekiEnd:
        return self._system(KosekiEnd)

    def _system(self, kind: type[Kind]) -> Kind:
        system, _ = self._running[kind.name]
        assert isinstance(system, kind)
        return system

    def line(self, role: str, to: str) -> grpc.aio.Channel:
        """A line to a system, as a peer of some role."""
        return open_channel(
            self._peer(to),
            authority=self._tls.folder / "authority.pem",
            certificate=self._tls.folder / f"{role}-1.pem",
            key=self._tls.folder / f"{role}-1.key",
        )

    @asynccontextmanager
    async def counter(self, role: str = "counter") -> AsyncIterator[Any]:
        async with self.line(role, "core") as line:
            yield CounterServiceStub(line)

    @asynccontextmanager
    async def koseki_by_relay(self, role: str = "issuing") -> AsyncIterator[Any]:
        async with self.line(role, "relay") as line:
            yield KosekiServiceStub(line)

    @asynccontextmanager
    async def feeding(self, role: str, to: str) -> AsyncIterator[Any]:
        """A feed into a system, written and read by hand."""
        async with self.line(role, to) as line:
            stub: Any = RecordFeedServiceStub(line)
            yield stub.Feed()

    def _peer(self, name: str) -> PeerConfig:
        return PeerConfig(address=f"127.0.0.1:{self._ports[name]}", identity=_identity(name))


Story = Callable[[Chain], Awaitable[None]]
"""What happens in one chain."""


def make_authority(folder: Path) -> TlsAuthority:
    """A TLS authority with a certificate for every role."""
    authority = TlsAuthority.create(folder)
    for role in ROLES:
        authority.issue(_identity(role))
    return authority


def in_chain(folder: Path, tls: TlsAuthority, story: Story, kind: type[Chain] = Chain) -> None:
    """Runs a story in a chain in which nothing is started yet; ends whatever it started."""

    async def run(ports: ReservedPorts) -> None:
        chain = kind(folder, tls, ports)
        try:
            await story(chain)
        finally:
            await chain.stop_all()

    with ReservedPorts("127.0.0.1", ROLES) as ports:
        asyncio.run(run(ports))


def _identity(name: str) -> str:
    return f"{name}-1.{name}.{MUNICIPALITY}.kofu.invalid"
