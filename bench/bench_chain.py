"""Whole sessions a second through the chain over mutual TLS, beside as many bare unary calls over the same hops.

A session is OpenSession, Authenticate, ListOffers, Apply, ReportOutcome, CloseSession: six calls to the center, one of
which asks the JPKI and one the issuing server. Beside it stand eight health checks to the same processes: the bare
cost of these hops. After it, what the center holds in memory, and a hundred cities of which one is dead and one slow:
what of that the others notice. `--minutes` says how long the sick ones stay.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from pathlib import Path

import tables
import tomli_w
from bench_issuing import PATIENT, Quiet, pid_of, processor_seconds
from cities import CITIES, StubCity, is_of
from grpc_health.v1 import health_pb2, health_pb2_grpc
from kiosks import Kiosk, Mixed, SigningCard, at_once, cards_of, percentile, resident_bytes

from kofu_reference.runtime import Refusal
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import WaitsConfig
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.rundirectory import BASE_INSTANT, HOST, PORTS, RunDirectory, RunOptions
from kofu_reference.runtime.supervisor import Supervisor
from kofu_spec.city import City, make_city
from kofu_spec.paths import cache_folder, find_font
from kofu_spec.pki import jpki

LEVELS = {1: 40, 16: 160, 256: 256}
"""Sessions in flight, and how many of them are measured."""
ROUNDS = 2
HOPS = ("center",) * 6 + ("jpki", "issuing")
OPEN_SESSIONS = 10_000


# The whole chain


async def compare(chain: RunDirectory) -> int:
    city = make_city()
    cards = cycle(cards_of(city, chain.folder / "cards"))
    code = chain.options.municipality_code
    print(f"residence certificates over the whole chain, {os.cpu_count()} cores, {ROUNDS} rounds in turn")
    async with Kiosk(chain, PATIENT.center_seconds) as kiosk, _bare_hops(chain) as over_the_hops:
        await kiosk.session(next(cards), code)
        for in_flight, sessions in LEVELS.items():
            for _ in range(ROUNDS):
                bare, bare_seconds = await at_once([over_the_hops] * sessions, in_flight)
                jobs = [_session(kiosk, next(cards), code) for _ in range(sessions)]
                whole, seconds = await at_once(jobs, in_flight)
                print(
                    f"{in_flight:3} in flight   sessions {whole:6.1f}/s p50 {percentile(seconds, 50):6.0f} ms"
                    f" p99 {percentile(seconds, 99):6.0f} ms   {len(HOPS)} bare calls {bare:6.1f}/s"
                    f" p50 {percentile(bare_seconds, 50):6.1f} ms p99 {percentile(bare_seconds, 99):6.1f} ms"
                    f"   ratio {whole / bare:.3f}"
                )
        await _memory_of_open_sessions(kiosk, pid_of(chain, "center"))
    return 0


def _session(kiosk: Kiosk, card: SigningCard, code: str) -> Callable[[], Awaitable[object]]:
    return lambda: kiosk.session(card, code)


@asynccontextmanager
async def _bare_hops(chain: RunDirectory) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    own = chain.suite["kiosk"]
    async with AsyncExitStack() as lines:
        stubs = {}
        for system in set(HOPS):
            line = open_channel(chain.peer(system), authority=chain.authority, certificate=own.certificate, key=own.key)
            stubs[system] = health_pb2_grpc.HealthStub(await lines.enter_async_context(line))

        async def over_the_hops() -> None:
            for system in HOPS:
                await stubs[system].Check(health_pb2.HealthCheckRequest())

        await over_the_hops()
        yield over_the_hops


async def _memory_of_open_sessions(kiosk: Kiosk, pid: int) -> None:
    async def opened(count: int) -> int:
        """What the center has grown by."""
        before = resident_bytes(pid)
        await at_once([kiosk.open_session] * count, 64)
        return resident_bytes(pid) - before

    await opened(OPEN_SESSIONS // 10)
    grown = await opened(OPEN_SESSIONS)
    print(f"memory of the center: {grown / OPEN_SESSIONS:.0f} bytes for an open session, of {OPEN_SESSIONS} opened")


# A hundred cities


@dataclass
class Phase:
    """What became of the sessions of a phase."""

    healthy_seconds: list[float] = field(default_factory=list)
    sick_seconds: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    mixes: int = 0
    wrong_charges: int = 0

    def told(self, name: str, seconds: float, center_seconds: float) -> str:
        """A line; `center_seconds` of the processor are what the center took."""
        each = center_seconds / (len(self.healthy_seconds) + len(self.sick_seconds))
        healthy, sick = self.healthy_seconds, self.sick_seconds
        sick_told = f"   sick cities {len(sick)}, p50 {percentile(sick, 50):5.0f} ms" if sick else ""
        refused = ", ".join(f"{reason} {count}" for reason, count in sorted(self.refusals.items())) or "none"
        return (
            f"{name:13} healthy cities {len(healthy):6} sessions, {len(healthy) / seconds:5.1f}/s"
            f" p50 {percentile(healthy, 50):5.0f} ms p99 {percentile(healthy, 99):5.0f} ms{sick_told}"
            f"   center {each * 1000:.1f} ms of processor each"
            f"   mixes {self.mixes}, wrong charges {self.wrong_charges}, refused: {refused}"
        )


class Traffic:
    """Citizens who come at a steady rate, whether or not those before them are done."""

    def __init__(self, kiosk: Kiosk, cards: list[SigningCard], rate: float) -> None:
        self._kiosk = kiosk
        self._cards = cycle(cards)
        self._rate = rate
        self._next_city = _in_any_order()

    async def to_each_healthy_city(self) -> None:
        """One session each: it opens the center's line to that city."""
        cities = [city for city in map(StubCity, range(CITIES)) if not city.is_sick]
        jobs = [_session(self._kiosk, next(self._cards), city.code) for city in cities]
        await at_once(jobs, 4)

    async def run(self, seconds: float, *, with_the_sick: bool) -> Phase:
        """The same citizens at the same moments in both cases; those of the sick cities stay at home in one."""
        phase, began = Phase(), time.perf_counter()
        async with asyncio.TaskGroup() as sessions:
            for arrival in range(int(seconds * self._rate)):
                due = began + arrival / self._rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                city = next(self._next_city)
                if with_the_sick or not city.is_sick:
                    sessions.create_task(self._session(phase, city, next(self._cards), due))
        return phase

    async def _session(self, phase: Phase, city: StubCity, card: SigningCard, due: float) -> None:
        """Counts from when the citizen came, not from when there was time for them."""
        copies = 1 + city.number % 3
        try:
            answer = await self._kiosk.session(card, city.code, copies)
            phase.mixes += not is_of(answer.document, city, card.serial)
            phase.wrong_charges += answer.fee_yen != city.fee_yen * copies
        except Mixed:
            phase.mixes += 1
        except Refusal as refusal:
            phase.refusals[f"{'sick' if city.is_sick else 'HEALTHY'} {refusal.name.removeprefix('REASON_')}"] += 1
        of_the_city = phase.sick_seconds if city.is_sick else phase.healthy_seconds
        of_the_city.append(time.perf_counter() - due)


def _in_any_order() -> Iterator[StubCity]:
    """Every city equally often."""
    order = random.Random(1)
    while True:
        yield from map(StubCity, order.sample(range(CITIES), CITIES))


async def a_hundred_cities(chain: RunDirectory, city: City, minutes: float, rate: float) -> int:
    """Healthy cities alone, then all, then the healthy ones alone again, for as long in sum as with the sick ones.

    Exit status 1 for a mix or a wrong charge.
    """
    jpki.write_card_box(city, chain.folder / "cards", cache_folder())
    calm_seconds = minutes * 60 / 2
    async with AsyncExitStack() as running:
        lines = await running.enter_async_context(_cities(chain))
        (chain.folder / "municipalities.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        _tell_center(chain, municipalities=str(chain.folder / "municipalities.jsonl"))
        for node in ("jpki", "center"):
            await running.enter_async_context(_process(chain, node))
        kiosk = await running.enter_async_context(Kiosk(chain, WaitsConfig().center_seconds))
        traffic = Traffic(kiosk, cards_of(city, chain.folder / "cards"), rate)
        print(f"{CITIES} cities, {rate:.0f} sessions a second; one is dead and one slow for {minutes:g} minutes")
        pid = pid_of(chain, "center")
        at_start = resident_bytes(pid)
        await traffic.to_each_healthy_city()
        before = resident_bytes(pid)
        print(f"memory of the center: {at_start / 1e6:.0f} MB, with {CITIES - 2} lines open {before / 1e6:.0f} MB")
        phases = []
        for name, seconds, sick in (
            ("without them", calm_seconds, False),
            ("with them", minutes * 60, True),
            ("without again", calm_seconds, False),
        ):
            used = processor_seconds([pid])
            phases.append(await traffic.run(seconds, with_the_sick=sick))
            print(phases[-1].told(name, seconds, processor_seconds([pid]) - used))
            print(f"{'':13} the center has grown by {(resident_bytes(pid) - before) / 1e6:.1f} MB", flush=True)
        calm = phases[0].healthy_seconds + phases[2].healthy_seconds
        ratio = percentile(phases[1].healthy_seconds, 99) / percentile(calm, 99)
        print(f"p99 of the healthy cities with the sick ones / without: {ratio:.2f}")
    return int(any(phase.mixes or phase.wrong_charges for phase in phases))


def _tell_center(chain: RunDirectory, **told: object) -> None:
    """Sets what the center is to serve, and how much at once, before it starts."""
    config = tomllib.loads(chain.config_of("center").read_text(encoding="utf-8"))
    config["center"] |= told
    chain.config_of("center").write_text(tomli_w.dumps(config), encoding="utf-8")


@asynccontextmanager
async def _cities(chain: RunDirectory) -> AsyncIterator[list[str]]:
    """The cities at work in a process of their own; their lines of the center's table."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("cities.py")),
        str(chain.authority.parent),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    lines = []
    while line := (await process.stdout.readline()).decode().strip():
        lines.append(line)
    try:
        yield lines
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def _process(chain: RunDirectory, node: str) -> AsyncIterator[None]:
    """One real system of the chain, alone."""
    with chain.log_of(node).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kofu_reference.runtime.process",
            str(chain.config_of(node)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    assert process.stdin is not None
    await process.stdout.readline()
    try:
        yield
    finally:
        process.stdin.close()
        await process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=0.3, help="how long one city is dead and one slow")
    parser.add_argument("--rate", type=float, default=20, help="sessions a second to the hundred cities")
    parser.add_argument("--only-cities", action="store_true", help="leave the whole chain out")
    asked = parser.parse_args()
    print(f"a session with a holder and an application: {tables.of_authenticated_sessions(20_000)} bytes")
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder:
        tables.at_full_size(Path(folder))
    base, font = datetime.fromisoformat(BASE_INSTANT), find_font()
    if not asked.only_cities:
        with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder, ReservedPorts(HOST, PORTS) as ports:
            options = RunOptions(Path(folder), font, cache_folder(), clock=base, waits=PATIENT)
            chain = RunDirectory(options, ports)
            _tell_center(chain, sessions_a_terminal=2 * OPEN_SESSIONS)
            asyncio.run(Supervisor(chain, Quiet()).run(lambda: compare(chain)))
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder, ReservedPorts(HOST, PORTS) as ports:
        chain = RunDirectory(RunOptions(Path(folder), font, cache_folder(), clock=base), ports)
        sys.exit(asyncio.run(a_hundred_cities(chain, make_city(), asked.minutes, asked.rate)))


if __name__ == "__main__":
    main()
