"""Certificates a second of an issuing site over mutual TLS, beside what renders the same pages in one process.

The servers of the site are asked in turn, as the center does. Beside the rates stands the processor time that the
servers themselves took for a certificate, renderers left out: unlike a rate it tells something on a busy machine too.

`python bench/bench_issuing.py 1000 600000` does so in cities of these sizes, one after the other; the second takes
minutes to start. What a certificate costs is to stay the same.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import cycle
from pathlib import Path

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate, Holder, ResidenceOptions
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu_reference.issuing.items import residence_items
from kofu_reference.issuing.register import Standing
from kofu_reference.paper import Renderer
from kofu_reference.runtime.announcing import JsonAnnouncer
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import WaitsConfig
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.rundirectory import BASE_INSTANT, HOST, PORTS, RunDirectory, RunOptions
from kofu_reference.runtime.supervisor import Supervisor
from kofu_spec.city import Citizen, LeavingMember, make_city
from kofu_spec.paths import cache_folder, find_font
from kofu_spec.pki.jpki import ISSUER_KEY_ID

ROUNDS = 3
CERTIFICATES = 120
AT_ONCE = 64
PATIENT = WaitsConfig(render_seconds=120, koseki_seconds=120, issuing_seconds=120, center_seconds=120)
"""The waits of the chain: 64 at once on a busy machine take longer than a citizen would wait."""
ISSUED_ON = CivilDate(year=2026, month=10, day=7)
APPLICATION = Application(residence_certificate=ResidenceOptions())


class Quiet(JsonAnnouncer):
    """Says nothing."""

    def starting(self) -> None: ...

    def listening(self, system: str) -> None: ...


def servers(chain: RunDirectory) -> list[str]:
    """The servers of the issuing site."""
    return [node for node in chain.nodes if node.partition("-")[0] == "issuing"]


def pid_of(chain: RunDirectory, node: str) -> int:
    """The process of a server, told by the configuration that it was started with."""
    config = str(chain.config_of(node)).encode()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if config in path.read_bytes().split(b"\0"):
                return int(path.parent.name)
        except OSError:
            continue
    raise LookupError(node)


def processor_seconds(pids: list[int]) -> float:
    """What these processes have used of the processor so far, without the processes that they started."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def applicants() -> list[Citizen]:
    able = [one for one in make_city().family("plain") if one.card and one.resident and "child" not in one.labels]
    return (able * CERTIFICATES)[:CERTIFICATES]


async def at_once(jobs: list[Callable[[], Awaitable[object]]]) -> tuple[float, list[float]]:
    """Runs jobs, AT_ONCE at a time: how many a second, and each one's seconds."""
    waiting, seconds = iter(jobs), list[float]()

    async def worker() -> None:
        for job in waiting:
            began = time.perf_counter()
            await job()
            seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(jobs) / (time.perf_counter() - began), seconds


async def rendered(renderer: Renderer, citizens: list[Citizen]) -> tuple[float, list[float]]:
    """The renderer alone, in this process with as many workers as the server has."""

    def job(citizen: Citizen) -> Callable[[], Awaitable[object]]:
        assert citizen.resident is not None
        standing = Standing(citizen.resident, (citizen.resident,), ())
        items = residence_items(standing, APPLICATION.residence_certificate, LeavingMember.SHOWN)
        return lambda: renderer.document(
            document_id=str(uuid.uuid4()),
            request_id=str(uuid.uuid4()),
            kind=CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE,
            issued_on=ISSUED_ON,
            items=items,
            subject_handle="0" * 32,
        )

    return await at_once([job(citizen) for citizen in citizens])


async def issued(chain: RunDirectory, citizens: list[Citizen]) -> tuple[float, list[float]]:
    """The issuing server, asked as the center asks."""
    center = chain.suite["center"]
    async with AsyncExitStack() as open_lines:
        turns: Iterator[Callable[[IssueRequest], Awaitable[IssueResponse]]] = cycle(
            [
                IssuingServiceStub(
                    await open_lines.enter_async_context(
                        open_channel(
                            chain.peer(node), authority=chain.authority, certificate=center.certificate, key=center.key
                        )
                    )
                ).Issue
                for node in servers(chain)
            ]
        )

        def job(citizen: Citizen) -> Callable[[], Awaitable[object]]:
            assert citizen.card is not None
            request = IssueRequest(
                request_id=str(uuid.uuid4()),
                municipality_code=chain.options.municipality_code,
                holder=Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=citizen.card.serial),
                application=APPLICATION,
            )
            request.received_at.FromDatetime(datetime.fromisoformat(BASE_INSTANT))
            issue = next(turns)
            return lambda: issue(request)

        return await at_once([job(citizen) for citizen in citizens])


async def compare(chain: RunDirectory, costs: list[float]) -> int:
    """Prints the rounds; adds the median of what the servers took for a certificate, in seconds, to `costs`."""
    citizens, pids = applicants(), [pid_of(chain, node) for node in servers(chain)]
    renderer = Renderer(find_font(), 2)
    await renderer.start()
    ratios, server_seconds, cost = list[float](), list[float](), list[float]()
    print(
        f"{CERTIFICATES} residence certificates, {AT_ONCE} at a time, {os.cpu_count()} cores, {ROUNDS} rounds in turn"
    )
    for _ in range(ROUNDS):
        alone, _ = await rendered(renderer, citizens)
        before = processor_seconds(pids)
        served, seconds = await issued(chain, citizens)
        taken = (processor_seconds(pids) - before) / CERTIFICATES
        server_seconds += seconds
        cost.append(taken)
        ratios.append(served / alone)
        print(
            f"renderer alone {alone:6.1f}/s   issuing site {served:6.1f}/s   ratio {served / alone:.2f}"
            f"   servers {taken * 1000:.1f} ms of processor each"
        )
    await renderer.stop()
    costs.append(statistics.median(cost))
    p50, p99 = statistics.median(server_seconds), statistics.quantiles(server_seconds, n=100)[98]
    print(
        f"ratio {min(ratios):.2f} to {max(ratios):.2f}; issuing server p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
    )
    return 0


def main(sizes: list[int]) -> None:
    costs = list[float]()
    for size in sizes:
        measure(size, costs)
    for size, cost in zip(sizes, costs, strict=True):
        if len(sizes) > 1:
            print(f"{size:7} residents: {cost * 1000:.1f} ms for a certificate, ratio {cost / costs[0]:.2f}")


def measure(size: int, costs: list[float]) -> None:
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder, ReservedPorts(HOST, PORTS) as ports:
        options = RunOptions(
            Path(folder),
            find_font(),
            cache_folder(),
            city_size=size,
            clock=datetime.fromisoformat(BASE_INSTANT),
            waits=PATIENT,
        )
        chain = RunDirectory(options, ports)
        asyncio.run(Supervisor(chain, Quiet()).run(lambda: compare(chain, costs)))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [0])
