"""Changes a second that the core makes durable with their place in the feed, beside bare SQLite commits of a record.

A bare commit is one transaction that writes one record, on the same disk, in the same mode. The feed's commit writes
the record, its links, the outbox and the feed's state. Beside it: how many a second pass over mutual TLS by the relay
to a register, each of the three making it durable.
"""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kofu.testing.v1.control_pb2 import ClockMode
from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest
from kofu.v1.feed_pb2_grpc import add_RecordFeedServiceServicer_to_server
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import Registers
from kofu_reference.core.system import Core
from kofu_reference.issuing.feed import FeedReceiver
from kofu_reference.issuing.register import Register
from kofu_reference.relay.system import Relay
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig
from kofu_reference.runtime.config import CityConfig, PeerConfig
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.server import Server
from kofu_reference.runtime.writer import Writer
from kofu_reference.storage import SqliteDatabase
from kofu_spec.city import make_city
from kofu_spec.pki.tls import TlsAuthority

ROUNDS = 3
COMMITS = 300
IN_A_TURN = 10
FED = 600
AREA = "992011"
NOW = datetime(2026, 10, 7, 1, tzinfo=UTC)
RESIDENT = next(one.resident for one in make_city(1, 1).citizens if one.resident is not None)
KEY = RESIDENT.control.resident_key
ROLES = ("core", "relay", "issuing", "koseki")


def named(number: int) -> FileChangeRequest:
    return FileChangeRequest(
        municipality_code=AREA, change_name=ChangeName(resident_key=KEY, name=f"架空\u3000{number:06d}")
    )


def seconds_of(times: int, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(times):
        act()
    return time.perf_counter() - began


def in_turn(folder: Path) -> tuple[float, float]:
    """Bare commits and changes filed a second, some of each in turn, so that the disk is as busy for both."""
    record = RESIDENT.SerializeToString()
    bare = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    numbers = iter(range(10**6))
    with closing(bare), closing(Registers(SqliteDatabase(folder / "filed.sqlite3"))) as registers:
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE record (key TEXT PRIMARY KEY, record BLOB) STRICT, WITHOUT ROWID")
        with registers.transaction():
            registers.load([RESIDENT], [])
        office = ChangeOffice(registers)

        def commit() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", (KEY, record))
            bare.execute("COMMIT")

        turns = COMMITS // IN_A_TURN
        alone = with_feed = 0.0
        for _ in range(turns):
            alone += seconds_of(IN_A_TURN, commit)
            with_feed += seconds_of(IN_A_TURN, lambda: office.file(named(next(numbers)), NOW))
        return COMMITS / alone, COMMITS / with_feed


class Receiving(System):
    """Of the issuing server what the feed comes to."""

    name = "issuing"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.register = Register(SqliteDatabase(config.data_folder / "register.sqlite3"))
        self.thread = Writer("register")

    def bindings(self) -> list[Binding]:
        receiver = FeedReceiver(AREA, self.register, self.thread)
        return [Binding(add_RecordFeedServiceServicer_to_server, receiver, {"Feed": frozenset({"relay"})})]

    async def start(self) -> None: ...

    async def stop(self) -> None:
        await self.thread.run(self.register.close)
        self.thread.close()


class CityHall:
    """Core, relay and receiving end in this process, over real mutual TLS."""

    def __init__(self, folder: Path, ports: ReservedPorts) -> None:
        self._folder = folder
        self._ports = ports
        self._authority = TlsAuthority.create(folder / "pki")
        self._running: list[tuple[System, Server]] = []
        for role in ROLES:
            self._authority.issue(_identity(role))

    async def start(self, kind: type[System]) -> System:
        pki = self._authority.folder
        config = SystemConfig(
            system=kind.name,
            identity=_identity(kind.name),
            port=self._ports[kind.name],
            certificate=pki / f"{kind.name}-1.pem",
            key=pki / f"{kind.name}-1.key",
            authority=pki / "authority.pem",
            data_folder=self._folder / kind.name,
            peers={
                role: PeerConfig(address=f"127.0.0.1:{self._ports[role]}", identity=_identity(role)) for role in ROLES
            },
            city=CityConfig(residents=1),
        )
        clock = CivilClock()
        clock.set(ClockMode.CLOCK_MODE_FROZEN, NOW)
        system = kind(config, clock, Holds())
        server = Server(config, system.bindings())
        await system.start()
        await server.start()
        self._running.append((system, server))
        return system

    async def stop(self) -> None:
        for system, server in reversed(self._running):
            await server.stop(0)
            await system.stop()


async def passed(folder: Path, ports: ReservedPorts) -> float:
    """Changes a second from the core's outbox to the register, acknowledged."""
    hall = CityHall(folder, ports)
    core = await hall.start(Core)
    assert isinstance(core, Core)
    await hall.start(Relay)
    await hall.start(Receiving)
    await acknowledged(core, 1)
    for number in range(FED):
        await core.file(named(number))
    held = await core._thread.run(core.registers.acknowledged_number)
    began = time.perf_counter()
    await acknowledged(core, FED + 1)
    rate = (FED + 1 - held) / (time.perf_counter() - began)
    await hall.stop()
    return rate


async def acknowledged(core: Core, number: int) -> None:
    while not await core.is_acknowledged(number):
        await asyncio.sleep(0.005)


def _identity(role: str) -> str:
    return f"{role}-1.{role}.{AREA}.kofu.invalid"


def main() -> None:
    ratios = list[float]()
    print(f"{COMMITS} durable commits each, {IN_A_TURN} in turn, {ROUNDS} rounds")
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder:
            alone, with_feed = in_turn(Path(folder))
        ratios.append(with_feed / alone)
        print(f"bare commits {alone:6.0f}/s   changes filed {with_feed:6.0f}/s   ratio {ratios[-1]:.2f}")
    print(f"ratio {min(ratios):.2f} to {max(ratios):.2f}, median {statistics.median(ratios):.2f}")
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder, ReservedPorts("127.0.0.1", ROLES) as ports:
        print(f"core to relay to register, each durable: {asyncio.run(passed(Path(folder), ports)):6.0f} changes/s")


if __name__ == "__main__":
    main()
