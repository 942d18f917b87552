"""The inquiry site: open to citizens over HTTPS, closed to them where testers and peers come in. [3.2.4c, 3.2.5]"""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from reference.tests.json_wire import refusal_in

from kofu.v1.inquiry_pb2 import ReadBackRequest
from kofu_reference.inquiry.system import Inquiry
from kofu_reference.runtime import CivilClock, Holds, Refusal, SystemConfig
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.client import Carrier, Identity, open_client
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.control import TestControl as Control
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

IDENTITY = "inquiry-1.inquiry.jlis.kofu.invalid"
READ_BACK = "/kofu.v1.InquiryService/ReadBack"
DESCRIBE = "/kofu.testing.v1.TestControlService/Describe"
PNG = b"\x89PNG\r\n\x1a\n"
QUESTION = {"scan": base64.b64encode(PNG).decode(), "sheetSerial": "KOFU-0001"}


class Site:
    """The running site."""

    def __init__(self, tls: TlsAuthority) -> None:
        self.tls = tls
        self.config = SystemConfig(
            system="inquiry",
            identity=IDENTITY,
            certificate=tls.folder / "inquiry-1.pem",
            key=tls.folder / "inquiry-1.key",
            authority=tls.folder / "authority.pem",
            data_folder=tls.folder,
            testing=True,
        )
        self.system = Inquiry(self.config, CivilClock(), Holds())
        self.server = Server(self.config, [*self.system.bindings(), Control(self.system, lambda: None).binding()])

    def identity(self, role: str) -> Identity:
        folder = self.tls.folder
        return Identity(self.config.authority, folder / f"{role}-1.pem", folder / f"{role}-1.key")

    async def post(self, path: str, content: Any, *, role: str | None = None, scheme: str = "https") -> httpx.Response:
        """Asks as a citizen, without a certificate, unless a role is named."""
        context = ssl.create_default_context(cafile=str(self.config.authority))
        if role is not None:
            context.load_cert_chain(self.identity(role).certificate, self.identity(role).key)
        return await self.send(path, content, context, scheme)

    async def send(self, path: str, content: Any, context: ssl.SSLContext, scheme: str = "https") -> httpx.Response:
        address = f"{scheme}://127.0.0.1:{self.server.json_port}"
        async with httpx.AsyncClient(base_url=address, verify=context, trust_env=False) as client:
            return await client.post(path, json=content, extensions={"sni_hostname": IDENTITY})

    async def call(self, carrier: Carrier, role: str, service: str, method: str, request: Message) -> Any:
        port = self.server.port if carrier is Carrier.GRPC else self.server.json_port
        peer = PeerConfig(address=f"127.0.0.1:{port}", identity=IDENTITY)
        async with open_client(carrier, peer, self.identity(role)) as client:
            return await client.call(service, method, request, timeout=20)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    tls = TlsAuthority.create(tmp_path_factory.mktemp("pki"))
    for role in ("inquiry", "tester", "kiosk"):
        tls.issue(f"{role}-1.{role}.jlis.kofu.invalid")
    return tls


@asynccontextmanager
async def site(tls: TlsAuthority) -> AsyncIterator[Site]:
    running = Site(tls)
    await running.system.start()
    await running.server.start()
    try:
        yield running
    finally:
        await running.server.stop(0)
        await running.system.stop()


def asked(tls: TlsAuthority, path: str, content: Any, **rest: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with site(tls) as running:
            return await running.post(path, content, **rest)

    return asyncio.run(ask())


def test_citizen_without_a_certificate_is_told_that_there_is_no_such_sheet(tls: TlsAuthority) -> None:
    answer = asked(tls, READ_BACK, QUESTION)
    assert refusal_in(answer) == (400, "REASON_RECORD_NOT_FOUND", {"field": "sheet_serial"})


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"scan": base64.b64encode(b"GIF89a").decode()}, "scan", "scan.picture"),
        ({"scan": None}, "scan", "json.null"),
        ({"sheetSerial": ""}, "sheet_serial", "string.min_len"),
        ({"sheetSerial": "a\tb"}, "sheet_serial", "text.no_control_characters"),
    ],
)
def test_question_that_breaks_a_rule_is_refused_by_field(
    tls: TlsAuthority, change: dict[str, Any], field: str, rule: str
) -> None:
    status, reason, metadata = refusal_in(asked(tls, READ_BACK, QUESTION | change))
    assert (status, reason) == (400, "REASON_INVALID_REQUEST")
    assert (metadata["field"], metadata["rule"]) == (field, rule)


def test_citizen_may_not_control_the_system(tls: TlsAuthority) -> None:
    assert refusal_in(asked(tls, DESCRIBE, {})) == (403, "REASON_ROLE_NOT_ALLOWED", {"role": ""})
    assert asked(tls, DESCRIBE, {}, role="tester").json()["system"] == "inquiry"


@pytest.mark.parametrize("way", ["plain", "foreign authority"])
def test_nobody_comes_without_tls_or_with_a_foreign_certificate(tls: TlsAuthority, tmp_path: Path, way: str) -> None:
    context = ssl.create_default_context(cafile=str(tls.folder / "authority.pem"))
    if way == "foreign authority":
        context.load_cert_chain(*TlsAuthority.create(tmp_path).issue("tester-1.tester.suite.kofu.invalid"))

    async def ask() -> None:
        async with site(tls) as running:
            with pytest.raises(httpx.TransportError):
                await running.send(READ_BACK, QUESTION, context, "http" if way == "plain" else "https")

    asyncio.run(ask())


@pytest.mark.parametrize("carrier", Carrier)
def test_both_bindings_answer_a_peer_alike(tls: TlsAuthority, carrier: Carrier) -> None:
    async def ask() -> None:
        async with site(tls) as running:
            question = ReadBackRequest(scan=PNG, sheet_serial="KOFU-0001")
            await running.call(carrier, "kiosk", "kofu.v1.InquiryService", "ReadBack", question)

    with pytest.raises(Refusal) as refused:
        asyncio.run(ask())
    assert (refused.value.name, refused.value.metadata) == ("REASON_RECORD_NOT_FOUND", {"field": "sheet_serial"})


def test_grpc_is_for_peers_with_a_certificate_and_has_health_and_reflection(tls: TlsAuthority) -> None:
    async def ask() -> tuple[int, list[str], grpc.StatusCode]:
        async with site(tls) as running:
            peer = PeerConfig(address=f"127.0.0.1:{running.server.port}", identity=IDENTITY)
            kiosk = running.identity("kiosk")
            async with open_channel(
                peer, authority=kiosk.authority, certificate=kiosk.certificate, key=kiosk.key
            ) as line:
                health: Any = health_pb2_grpc.HealthStub(line)
                healthy = await health.Check(health_pb2.HealthCheckRequest())
                reflection: Any = reflection_pb2_grpc.ServerReflectionStub(line)
                wish = reflection_pb2.ServerReflectionRequest(list_services="")
                listed = [answer async for answer in reflection.ServerReflectionInfo(iter([wish]))]
            no_certificate = grpc.ssl_channel_credentials(kiosk.authority.read_bytes())
            options = (("grpc.ssl_target_name_override", IDENTITY),)
            async with grpc.aio.secure_channel(peer.address, no_certificate, options=options) as stranger:
                stub: Any = health_pb2_grpc.HealthStub(stranger)
                with pytest.raises(grpc.aio.AioRpcError) as refused:
                    await stub.Check(health_pb2.HealthCheckRequest())
            services = [service.name for service in listed[0].list_services_response.service]
            return healthy.status, services, refused.value.code()

    status, services, code = asyncio.run(ask())
    assert status == health_pb2.HealthCheckResponse.SERVING
    assert "kofu.v1.InquiryService" in services
    assert code is grpc.StatusCode.UNAVAILABLE
