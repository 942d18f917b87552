"""Who may call what: every method of every system, every role, over both bindings. [3.1.2, 3.2.5, 3.3.12]

The methods are those that the servers show by reflection; who may call them stands in the table of systems in
docs/architecture.md. A new service is covered, and fails here until that table says whose it is.
"""

import asyncio
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grpc
import grpc.aio
import httpx
import pytest
from google.protobuf import descriptor_pool
from grpc_health.v1 import health
from grpc_reflection.v1alpha import reflection, reflection_pb2, reflection_pb2_grpc
from reference.tests import tls_side
from reference.tests.json_wire import refusal_in
from reference.tests.tls_side import NODES, Certificate, Chain

from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.client import Carrier
from kofu_reference.runtime.refusal import from_rpc_error

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"
CONTROL = "kofu.testing.v1.TestControlService"
FOR_EVERY_PEER = {health.SERVICE_NAME, reflection.SERVICE_NAME}
UNREADABLE = b"\xff\xff\xff"
"""No message of any method: judged at all, it would be REASON_INVALID_REQUEST."""
ROLE, INVALID = "REASON_ROLE_NOT_ALLOWED", "REASON_INVALID_REQUEST"
OF_ANY_CITY = {"center", "kiosk", "inquiry", "jpki"}
"""Systems that stand before more than one city; the others take peers of their own city alone."""
PER_REQUEST = {"AlarmService", "IssuingService", "RecordFeedService@issuing"}
"""Services that belong to several cities: the request says to which, or it is the one center that asks."""


@dataclass(frozen=True)
class Row:
    """What the table says of one system."""

    role: str
    services: Mapping[str, tuple[frozenset[str], frozenset[str] | None]]
    """By service: the methods served, empty for all, and the roles that may call; None for anybody."""

    def roles(self, service: str, method: str) -> frozenset[str] | None:
        if service == CONTROL:
            return frozenset({"tester"})
        methods, roles = self.services.get(service.rpartition(".")[2], (frozenset({"none"}), frozenset()))
        return roles if not methods or method in methods else frozenset()


@cache
def table() -> dict[str, Row]:
    rows = {}
    for line in ARCHITECTURE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and re.fullmatch("`[a-z]+`", cells[1]):
            served = re.findall(r"(\w+Service)((?:[.,] ?\w+)*) \((`(\w+)`|anybody)", cells[2])
            rows[cells[0]] = Row(
                cells[1].strip("`"),
                {
                    name: (frozenset(re.findall(r"\w+", methods)), frozenset({role}) if role else None)
                    for name, methods, _, role in served
                },
            )
    return rows


ROLES = sorted({row.role for row in table().values()} | {"office", "maintenance", "tester"})


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with tls_side.chain_in(tmp_path_factory.mktemp("chain")) as chain:
        yield chain


@pytest.fixture(scope="module")
def peers(chain: Chain) -> dict[tuple[str, str], Certificate]:
    """A good certificate for each role: of the city, of a neighbour, and of the testers."""
    return {
        (role, area): chain.certificate(f"{role}-7.{role}.{area}")
        for role in ROLES
        for area in ("992011", "992020", "suite")
    }


@dataclass(frozen=True)
class Door:
    """One method of a server, asked by a peer over each binding."""

    service: str
    method: str
    streams: bool

    async def over_grpc(self, channel: grpc.aio.Channel) -> str:
        path = f"/{self.service}/{self.method}"
        try:
            if self.streams:
                stream = channel.stream_stream(path, request_serializer=bytes, response_deserializer=bytes)
                async for _ in stream(iter([UNREADABLE]), timeout=20):
                    pass
            else:
                await channel.unary_unary(path, request_serializer=bytes, response_deserializer=bytes)(
                    UNREADABLE, timeout=20
                )
        except grpc.aio.AioRpcError as error:
            return from_rpc_error(error).name
        return "answered"

    async def over_json(self, client: httpx.AsyncClient, identity: str) -> str:
        answer = await client.post(
            f"/{self.service}/{self.method}",
            content=UNREADABLE,
            headers={"content-type": "application/json"},
            extensions={"sni_hostname": identity},
        )
        return refusal_in(answer)[1] if answer.status_code != httpx.codes.OK else "answered"


async def doors(channel: grpc.aio.Channel) -> list[Door]:
    """What the server shows by reflection, without what every peer may ask."""
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    answer = await anext(aiter(stub.ServerReflectionInfo(iter([asked]))))
    names = {service.name for service in answer.list_services_response.service} - FOR_EVERY_PEER
    described = [descriptor_pool.Default().FindServiceByName(name) for name in sorted(names)]
    return [Door(one.full_name, method.name, method.client_streaming) for one in described for method in one.methods]


class Before:
    """A peer before a running system."""

    def __init__(self, chain: Chain, node: str, who: Certificate) -> None:
        self._peer = chain.peer(Carrier.GRPC, node)
        self.channel = open_channel(self._peer, authority=who.authority, certificate=who.certificate, key=who.key)
        address = chain.peer(Carrier.JSON, node).address
        tls = ssl.create_default_context(cafile=str(who.authority))
        tls.load_cert_chain(who.certificate, who.key)
        self.http = httpx.AsyncClient(base_url=f"https://{address}", verify=tls, trust_env=False, timeout=20)

    async def told(self, door: Door) -> set[str]:
        if door.streams:
            return {await door.over_grpc(self.channel)}
        both = door.over_grpc(self.channel), door.over_json(self.http, self._peer.identity)
        return set(await asyncio.gather(*both))

    async def close(self) -> None:
        await self.channel.close(None)
        await self.http.aclose()


def expected(node: str, door: Door, role: str, area: str, *, testing: bool) -> str:
    system = node.partition("-")[0]
    roles = table()[system].roles(door.service, door.method)
    if roles is None:
        return INVALID
    if role not in roles:
        return ROLE
    service = door.service.rpartition(".")[2]
    several = system in OF_ANY_CITY or service in PER_REQUEST or f"{service}@{system}" in PER_REQUEST
    if door.service == CONTROL or several or area == "992011" or (area == "suite" and testing):
        return INVALID
    return ROLE


async def wrongly_told(
    chain: Chain, node: str, who: Mapping[tuple[str, str], Certificate], *, testing: bool
) -> dict[tuple[str, ...], set[str]]:
    """By role, area and method: what was told that should not have been."""
    wrong = {}
    shown: list[Door] = []
    for (role, area), certificate in who.items():
        before = Before(chain, node, certificate)
        shown = shown or await doors(before.channel)
        for door in shown:
            told = await before.told(door)
            if told != {expected(node, door, role, area, testing=testing)}:
                wrong[role, area, door.service, door.method] = told
        await before.close()
    assert CONTROL in {door.service for door in shown}
    return wrong


def let_in(node: str) -> set[str]:
    services = table()[node.partition("-")[0]].services.values()
    return {"tester"}.union(*(roles for _, roles in services if roles is not None))


@pytest.mark.parametrize("node", NODES)
def test_a_method_judges_requests_of_its_own_roles_alone(
    chain: Chain, peers: dict[tuple[str, str], Certificate], node: str
) -> None:
    who = {(role, area): peers[role, area] for role, area in peers if area == "992011" or role in let_in(node)}

    async def run() -> None:
        async with tls_side.serving(chain.config(node)):
            assert await wrongly_told(chain, node, who, testing=True) == {}

    asyncio.run(run())


@pytest.mark.parametrize("node", NODES)
def test_peers_of_the_testers_are_strangers_where_the_system_is_not_started_for_testing(
    chain: Chain, peers: dict[tuple[str, str], Certificate], node: str
) -> None:
    who = {(role, area): peers[role, area] for role, area in peers if role in let_in(node)}

    async def run() -> None:
        async with tls_side.serving(chain.config(node, testing=False)):
            assert await wrongly_told(chain, node, who, testing=False) == {}

    asyncio.run(run())


def test_the_table_knows_every_service_of_the_interfaces() -> None:
    named = {service for row in table().values() for service in row.services}
    assert set(table()) == {node.partition("-")[0] for node in NODES}
    assert len(named) == 8
    assert table()["core"].roles("kofu.v1.CounterService", "UnblockPin") == frozenset()
    assert table()["relay"].roles("kofu.v1.KosekiService", "IssueKoseki") == {"issuing"}


@pytest.mark.parametrize("names", [("kiosk-1.kiosk.shop", "center-1.center.jlis"), ("center",), ("a.center.b.c",)])
def test_a_certificate_of_several_names_or_of_another_form_has_no_role(
    chain: Chain, names: tuple[str, ...], tmp_path: Path
) -> None:
    who = tls_side.with_names(chain, tmp_path, [f"{name}.kofu.invalid" for name in names])

    async def run() -> None:
        async with tls_side.serving(chain.config("counter")):
            before = Before(chain, "counter", who)
            told = [await before.told(door) for door in await doors(before.channel)]
            await before.close()
            assert told
            assert all(one == {ROLE} for one in told)

    asyncio.run(run())
