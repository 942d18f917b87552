"""Certificates a second of the issuing server over mutual TLS, beside what renders the same pages in one process."""

import asyncio
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate, Holder, ResidenceOptions
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu_reference.issuing.items import residence_items
from kofu_reference.issuing.register import Standing
from kofu_reference.paper import Renderer
from kofu_reference.runtime.announcing import JsonAnnouncer
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.rundirectory import BASE_INSTANT, HOST, PORTS, RunDirectory, RunOptions
from kofu_reference.runtime.supervisor import Supervisor
from kofu_spec.city import Citizen, make_city
from kofu_spec.paths import cache_folder, find_font
from kofu_spec.pki.jpki import ISSUER_KEY_ID

ROUNDS = 3
CERTIFICATES = 120
AT_ONCE = 8
ISSUED_ON = CivilDate(year=2026, month=10, day=7)
APPLICATION = Application(residence_certificate=ResidenceOptions())


class Quiet(JsonAnnouncer):
    """Says nothing."""

    def starting(self) -> None: ...

    def listening(self, system: str) -> None: ...


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
        items = residence_items(standing, APPLICATION.residence_certificate)
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
    line = open_channel(
        chain.peer("issuing"), authority=chain.authority, certificate=center.certificate, key=center.key
    )
    async with line:
        issue: Callable[[IssueRequest], Awaitable[IssueResponse]] = IssuingServiceStub(line).Issue

        def job(citizen: Citizen) -> Callable[[], Awaitable[object]]:
            assert citizen.card is not None
            request = IssueRequest(
                request_id=str(uuid.uuid4()),
                municipality_code=chain.options.municipality_code,
                holder=Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=citizen.card.serial),
                application=APPLICATION,
            )
            request.received_at.FromDatetime(datetime.fromisoformat(BASE_INSTANT))
            return lambda: issue(request)

        return await at_once([job(citizen) for citizen in citizens])


async def compare(chain: RunDirectory) -> int:
    citizens = applicants()
    renderer = Renderer(find_font(), 2)
    await renderer.start()
    ratios, server_seconds = list[float](), list[float]()
    print(
        f"{CERTIFICATES} residence certificates, {AT_ONCE} at a time, {os.cpu_count()} cores, {ROUNDS} rounds in turn"
    )
    for _ in range(ROUNDS):
        alone, _ = await rendered(renderer, citizens)
        served, seconds = await issued(chain, citizens)
        server_seconds += seconds
        ratios.append(served / alone)
        print(f"renderer alone {alone:6.1f}/s   issuing server {served:6.1f}/s   ratio {served / alone:.2f}")
    await renderer.stop()
    p50, p99 = statistics.median(server_seconds), statistics.quantiles(server_seconds, n=100)[98]
    print(
        f"ratio {min(ratios):.2f} to {max(ratios):.2f}; issuing server p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
    )
    return 0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder, ReservedPorts(HOST, PORTS) as ports:
        options = RunOptions(Path(folder), find_font(), cache_folder(), clock=datetime.fromisoformat(BASE_INSTANT))
        chain = RunDirectory(options, ports)
        asyncio.run(Supervisor(chain, Quiet()).run(lambda: compare(chain)))


if __name__ == "__main__":
    main()
