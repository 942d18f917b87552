"""A server of both bindings with a fake system behind it, and HTTP clients of any role, for tests."""

# ruff: noqa: N802 - names are those of the generated servicers

import asyncio
import base64
import json
import ssl
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from google.rpc.error_details_pb2 import ErrorInfo

from kofu.v1 import feed_pb2, feed_pb2_grpc, issuing_pb2, issuing_pb2_grpc
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig
from kofu_reference.runtime.client import Carrier, Client, Identity, open_client
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.control import TestControl as Control
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

ISSUE = "/kofu.v1.IssuingService/Issue"
HOLD = "/kofu.testing.v1.TestControlService/Hold"
SET_CLOCK = "/kofu.testing.v1.TestControlService/SetClock"
SECRET = "架空花子"
REQUEST: dict[str, Any] = {
    "requestId": "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a",
    "municipalityCode": "992011",
    "holder": {"issuerKeyId": base64.b64encode(bytes(20)).decode(), "certificateSerial": "1a"},
    "application": {"sealRegistration": {}},
    "receivedAt": "2026-10-07T10:00:00+09:00",
}
"""A request that is served."""

Result = TypeVar("Result")


class Issuing(issuing_pb2_grpc.IssuingServiceServicer):
    """Answers by the municipality code that it is asked for."""

    def __init__(self) -> None:
        self.asked: list[issuing_pb2.IssueRequest] = []
        self.remaining: float | None = None
        self.cancelled = threading.Event()
        self.entered = threading.Event()

    async def Issue(self, request: issuing_pb2.IssueRequest, context: Any) -> issuing_pb2.IssueResponse:
        self.asked.append(request)
        self.remaining = context.time_remaining()
        match request.municipality_code:
            case "000001":
                raise Refusal(Reason.REASON_UNDER_AGE, age="14")
            case "000019":
                raise ValueError(SECRET)
            case "000027":
                self.entered.set()
                try:
                    await asyncio.sleep(30)
                except asyncio.CancelledError:
                    self.cancelled.set()
                    raise
            case "000043":
                self.entered.set()
                await asyncio.sleep(0.3)
            case "000035":
                raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE)
        response = issuing_pb2.IssueResponse()
        response.document.document_id = "d"
        response.document.pdf = b"%PDF"
        return response


class Feed(feed_pb2_grpc.RecordFeedServiceServicer):
    async def Feed(self, requests: AsyncIterator[Any], context: Any) -> AsyncIterator[feed_pb2.FeedResponse]:
        async for _ in requests:
            yield feed_pb2.FeedResponse()


class Fake(System):
    name = "issuing"
    stages = ("issuing.render",)

    def bindings(self) -> list[Binding]:
        self.issuing = Issuing()
        roles = {"Issue": frozenset({"center"})}
        return [
            Binding(issuing_pb2_grpc.add_IssuingServiceServicer_to_server, self.issuing, roles),
            Binding(feed_pb2_grpc.add_RecordFeedServiceServicer_to_server, Feed(), {"Feed": frozenset({"relay"})}),
        ]

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class JsonWire:
    """The running server, on an event loop of its own."""

    def __init__(self, tls: TlsAuthority, loop: asyncio.AbstractEventLoop) -> None:
        self.tls = tls
        self._loop = loop
        self.config = SystemConfig(
            system="issuing",
            identity="issuing-1.issuing.suite.kofu.invalid",
            certificate=tls.folder / "issuing-1.pem",
            key=tls.folder / "issuing-1.key",
            authority=tls.folder / "authority.pem",
            data_folder=tls.folder,
            testing=True,
        )
        self.system = Fake(self.config, CivilClock(), Holds(Fake.stages))

        async def started() -> Server:
            control = Control(self.system, lambda: None)
            server = Server(self.config, [*self.system.bindings(), control.binding()])
            await server.start()
            return server

        self.server = self.run(started())
        self._clients: dict[str, httpx.Client] = {}

    @property
    def asked(self) -> list[issuing_pb2.IssueRequest]:
        """What has come through to the servicer."""
        return self.system.issuing.asked

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Runs something in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def tls_of(self, role: str | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.config.authority))
        if role is not None:
            context.load_cert_chain(self.tls.folder / f"{role}-1.pem", self.tls.folder / f"{role}-1.key")
        return context

    def open(self, context: ssl.SSLContext) -> httpx.Client:
        address = f"https://127.0.0.1:{self.server.json_port}"
        return httpx.Client(base_url=address, verify=context, trust_env=False, timeout=20)

    def ask(self, method: str, path: str, role: str = "center", **rest: Any) -> httpx.Response:
        if role not in self._clients:
            self._clients[role] = self.open(self.tls_of(role))
        extensions = {"sni_hostname": self.config.identity}
        return self._clients[role].request(method, path, extensions=extensions, **rest)

    def post(self, content: Any, path: str = ISSUE, role: str = "center", **headers: str) -> httpx.Response:
        """POSTs JSON, or the very bytes."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, role, content=body, headers={"content-type": "application/json", **named})

    def client(self, carrier: Carrier, role: str, identity: str | None = None) -> Client:
        """A client of that role, which expects the server's own name or another."""
        port = self.server.port if carrier is Carrier.GRPC else self.server.json_port
        peer = PeerConfig(address=f"127.0.0.1:{port}", identity=identity or self.config.identity)
        files = Identity(self.config.authority, self.tls.folder / f"{role}-1.pem", self.tls.folder / f"{role}-1.key")
        return open_client(carrier, peer, files)

    def stop(self) -> None:
        for client in self._clients.values():
            client.close()
        self.run(self.server.stop(0))


@contextmanager
def running(folder: Path) -> Iterator[JsonWire]:
    """A server at work, and a certificate for each role that comes to it."""
    tls = TlsAuthority.create(folder)
    for role in ("issuing", "center", "kiosk", "tester"):
        tls.issue(f"{role}-1.{role}.suite.kofu.invalid")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="server")
    thread.start()
    try:
        wire = JsonWire(tls, loop)
        try:
            yield wire
        finally:
            wire.stop()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def changed(**fields: Any) -> dict[str, Any]:
    """The request that is served, with other fields."""
    return {**REQUEST, **fields}


def refusal_in(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """HTTP status, reason and metadata of an error, which has to be written as Connect writes it."""
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"code", "message", "details"}
    (detail,) = body["details"]
    assert detail["type"] == "google.rpc.ErrorInfo"
    assert "=" not in detail["value"]
    info = ErrorInfo.FromString(base64.b64decode(detail["value"] + "=" * (-len(detail["value"]) % 4)))
    told = {"reason": info.reason, "domain": info.domain, "metadata": dict(info.metadata)}
    assert detail["debug"] == told
    assert (info.domain, body["message"]) == ("kofu", info.reason)
    return answer.status_code, info.reason, dict(info.metadata)
