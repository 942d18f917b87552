"""The runtime on the wire: mutual TLS, roles, validation, the form of every error, the tester's control."""

# ruff: noqa: N802 - names are those of the generated servicers

import asyncio
import json
import logging
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kofu.testing.v1 import control_pb2
from kofu.testing.v1.control_pb2_grpc import TestControlServiceStub as ControlStub
from kofu.v1 import feed_pb2, feed_pb2_grpc, issuing_pb2, issuing_pb2_grpc
from kofu.v1.common_pb2 import Application, Holder, SealOptions
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig, call
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.control import TestControl as Control
from kofu_reference.runtime.log import JsonLines
from kofu_reference.runtime.ports import PortUnavailable
from kofu_reference.runtime.refusal import from_rpc_error
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

SECRET = "架空花子"


class Issuing(issuing_pb2_grpc.IssuingServiceServicer):
    def __init__(self) -> None:
        self.calls = 0

    async def Issue(self, request: issuing_pb2.IssueRequest, context: Any) -> issuing_pb2.IssueResponse:
        self.calls += 1
        match request.municipality_code:
            case "000001":
                raise Refusal(Reason.REASON_UNDER_AGE, age="14")
            case "000019":
                raise ValueError(SECRET)
            case "000027":
                await asyncio.sleep(30)
        return issuing_pb2.IssueResponse()


class Feed(feed_pb2_grpc.RecordFeedServiceServicer):
    async def Feed(
        self, requests: AsyncIterator[feed_pb2.FeedRequest], context: Any
    ) -> AsyncIterator[feed_pb2.FeedResponse]:
        async for request in requests:
            if request.HasField("hello"):
                yield feed_pb2.FeedResponse(resume=feed_pb2.FeedResume(next_number=1))
            elif request.heartbeat.newest_number == 13:
                raise Refusal(Reason.REASON_FEED_GAP, expected="1")


class Fake(System):
    name = "issuing"
    stages = ("issuing.render",)

    def bindings(self) -> list[Binding]:
        self.issuing = Issuing()
        return [
            Binding(
                issuing_pb2_grpc.add_IssuingServiceServicer_to_server, self.issuing, {"Issue": frozenset({"center"})}
            ),
            Binding(feed_pb2_grpc.add_RecordFeedServiceServicer_to_server, Feed(), {"Feed": frozenset({"relay"})}),
        ]

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    authority = TlsAuthority.create(tmp_path_factory.mktemp("pki"))
    for role in ("issuing", "center", "relay", "tester", "kiosk"):
        authority.issue(f"{role}-1.{role}.suite.kofu.invalid")
    return authority


class Wire:
    """A running server with a fake system behind it, and peers of any role."""

    def __init__(self, tls: TlsAuthority, testing: bool = True) -> None:
        self.tls = tls
        self.config = SystemConfig(
            system="issuing",
            identity="issuing-1.issuing.suite.kofu.invalid",
            certificate=tls.folder / "issuing-1.pem",
            key=tls.folder / "issuing-1.key",
            authority=tls.folder / "authority.pem",
            data_folder=tls.folder,
            testing=testing,
        )
        self.system = Fake(self.config, CivilClock(), Holds(Fake.stages))
        self.restarts = 0
        control = Control(self.system, self._restart)
        self.server = Server(self.config, [*self.system.bindings(), control.binding()])

    def _restart(self) -> None:
        self.restarts += 1

    def channel(self, role: str) -> grpc.aio.Channel:
        return open_channel(
            PeerConfig(address=f"127.0.0.1:{self.server.port}", identity=self.config.identity),
            authority=self.config.authority,
            certificate=self.tls.folder / f"{role}-1.pem",
            key=self.tls.folder / f"{role}-1.key",
        )


def over_wire(tls: TlsAuthority, test: Callable[[Wire], Awaitable[None]], testing: bool = True) -> None:
    async def run() -> None:
        wire = Wire(tls, testing)
        await wire.server.start()
        try:
            await test(wire)
        finally:
            await wire.server.stop(0)

    asyncio.run(run())


def issue_request(municipality_code: str = "992011") -> issuing_pb2.IssueRequest:
    return issuing_pb2.IssueRequest(
        request_id=str(uuid.uuid4()),
        municipality_code=municipality_code,
        holder=Holder(issuer_key_id=bytes(20), certificate_serial="1a"),
        application=Application(seal_registration=SealOptions()),
        received_at=Timestamp(seconds=1),
    )


async def refused(channel: grpc.aio.Channel, request: issuing_pb2.IssueRequest, timeout: float = 5) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await call(issuing_pb2_grpc.IssuingServiceStub(channel).Issue, request, timeout=timeout)
    return caught.value


def test_allowed_role_is_served_and_refusals_keep_reason_and_metadata(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel("center") as channel:
            stub = issuing_pb2_grpc.IssuingServiceStub(channel)
            assert await call(stub.Issue, issue_request(), timeout=5) == issuing_pb2.IssueResponse()
            refusal = await refused(channel, issue_request("000001"))
            assert (refusal.name, refusal.metadata) == ("REASON_UNDER_AGE", {"age": "14"})

    over_wire(tls, test)


@pytest.mark.parametrize("role", ["kiosk", "relay", "tester"])
def test_other_roles_are_refused_before_the_servicer(tls: TlsAuthority, role: str) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel(role) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await issuing_pb2_grpc.IssuingServiceStub(channel).Issue(issue_request())
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
        assert from_rpc_error(caught.value).reason == Reason.REASON_ROLE_NOT_ALLOWED
        assert wire.system.issuing.calls == 0

    over_wire(tls, test)


def test_invalid_request_names_field_and_rule(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        request = issue_request()
        request.holder.certificate_serial = "0X"
        async with wire.channel("center") as channel:
            refusal = await refused(channel, request)
        assert refusal.status_code == grpc.StatusCode.INVALID_ARGUMENT
        assert refusal.metadata["field"] == "holder.certificate_serial"
        assert refusal.metadata["rule"] == "string.pattern"
        assert refusal.metadata["message"]
        assert refusal.metadata["remedy"]
        assert wire.system.issuing.calls == 0

    over_wire(tls, test)


def test_list_elements_are_named_by_index(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        request = issue_request()
        request.application.residence_certificate.member_numbers.extend([1, 99])
        async with wire.channel("center") as channel:
            refusal = await refused(channel, request)
        assert refusal.metadata["field"] == "application.residence_certificate.member_numbers[1]"

    over_wire(tls, test)


def test_unreadable_bytes_are_an_invalid_request(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel("center") as channel:
            raw = channel.unary_unary("/kofu.v1.IssuingService/Issue", bytes, bytes)
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await raw(b"\xff\xff\xff")
        assert from_rpc_error(caught.value).metadata["rule"] == "protobuf"

    over_wire(tls, test)


def test_unexpected_exception_tells_and_logs_nothing_personal(
    tls: TlsAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel("center") as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await issuing_pb2_grpc.IssuingServiceStub(channel).Issue(issue_request("000019"))
        assert caught.value.code() == grpc.StatusCode.INTERNAL
        assert from_rpc_error(caught.value).reason == Reason.REASON_INTERNAL
        assert SECRET not in repr(caught.value)

    with caplog.at_level(logging.INFO):
        over_wire(tls, test)
    lines = [JsonLines("issuing").format(record) for record in caplog.records]
    assert SECRET not in "".join(lines)
    unexpected = [json.loads(line) for line in lines if json.loads(line)["event"] == "unexpected"]
    assert [line["exception"] for line in unexpected] == ["ValueError"]


def test_wait_that_runs_out_and_dead_peer_have_reasons(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel("center") as channel:
            assert (await refused(channel, issue_request("000027"), 0.1)).reason == Reason.REASON_TIMED_OUT
            await wire.server.stop(0)
            assert (await refused(channel, issue_request())).reason == Reason.REASON_UPSTREAM_UNAVAILABLE

    over_wire(tls, test)


def test_stream_checks_role_and_each_message(tls: TlsAuthority) -> None:
    hello = feed_pb2.FeedRequest(hello=feed_pb2.FeedHello(municipality_code="992011", feed_id=str(uuid.uuid4())))
    gap = feed_pb2.FeedRequest(heartbeat=feed_pb2.FeedHeartbeat(newest_number=13))

    async def ends_with(wire: Wire, role: str, *requests: feed_pb2.FeedRequest) -> tuple[int, Refusal]:
        answers = 0
        async with wire.channel(role) as channel:
            try:
                async for _ in feed_pb2_grpc.RecordFeedServiceStub(channel).Feed(iter(requests)):
                    answers += 1
            except grpc.aio.AioRpcError as error:
                return answers, from_rpc_error(error)
        raise AssertionError("the stream ended without a refusal")

    async def test(wire: Wire) -> None:
        answers, refusal = await ends_with(wire, "center", hello)
        assert (answers, refusal.name) == (0, "REASON_ROLE_NOT_ALLOWED")
        answers, refusal = await ends_with(wire, "relay", hello, feed_pb2.FeedRequest())
        assert (answers, refusal.name) == (1, "REASON_INVALID_REQUEST")
        answers, refusal = await ends_with(wire, "relay", hello, gap)
        assert (answers, refusal.name) == (1, "REASON_FEED_GAP")

    over_wire(tls, test)


@pytest.mark.parametrize("trust", ["plain", "no certificate", "foreign authority"])
def test_peers_without_a_certificate_of_the_authority_get_nothing(
    tls: TlsAuthority, tmp_path: Path, trust: str
) -> None:
    async def test(wire: Wire) -> None:
        address = f"127.0.0.1:{wire.server.port}"
        own = wire.config.authority.read_bytes()
        options = [("grpc.ssl_target_name_override", wire.config.identity)]
        if trust == "plain":
            channel = grpc.aio.insecure_channel(address)
        elif trust == "no certificate":
            channel = grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(own), options=options)
        else:
            certificate, key = TlsAuthority.create(tmp_path).issue("center-1.center.suite.kofu.invalid")
            credentials = grpc.ssl_channel_credentials(own, key.read_bytes(), certificate.read_bytes())
            channel = grpc.aio.secure_channel(address, credentials, options=options)
        async with channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await issuing_pb2_grpc.IssuingServiceStub(channel).Issue(issue_request(), timeout=5)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
        assert wire.system.issuing.calls == 0

    over_wire(tls, test)


def test_port_in_use_is_one_clear_line(tls: TlsAuthority) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        async def listen() -> None:
            wire = Wire(tls)
            Server(wire.config.model_copy(update={"port": port}), [])

        with pytest.raises(PortUnavailable, match=rf"^port: 127.0.0.1:{port} is in use.*; name a free port.*$"):
            asyncio.run(listen())


def test_health_answers_any_peer_of_the_authority(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel("kiosk") as channel:
            answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING

    over_wire(tls, test)


def test_tester_freezes_clock_and_reads_it_back(tls: TlsAuthority) -> None:
    instant = datetime(2026, 10, 7, 13, 59, 59, 999000, tzinfo=UTC)

    async def test(wire: Wire) -> None:
        frozen = Timestamp()
        frozen.FromDatetime(instant)
        async with wire.channel("tester") as channel:
            stub = ControlStub(channel)
            await call(
                stub.SetClock,
                control_pb2.SetClockRequest(mode=control_pb2.CLOCK_MODE_FROZEN, instant=frozen),
                timeout=5,
            )
            answer = await call(stub.GetClock, control_pb2.GetClockRequest(), timeout=5)
            assert (answer.mode, answer.now.ToDatetime(tzinfo=UTC)) == (control_pb2.CLOCK_MODE_FROZEN, instant)
            assert wire.system.clock.now() == instant
            with pytest.raises(Refusal) as caught:
                await call(stub.SetClock, control_pb2.SetClockRequest(mode=control_pb2.CLOCK_MODE_RUNNING), timeout=5)
            assert caught.value.metadata["field"] == "instant"

    over_wire(tls, test)


def test_tester_holds_restarts_and_describes(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel("tester") as channel:
            stub = ControlStub(channel)
            described = await call(stub.Describe, control_pb2.DescribeRequest(), timeout=5)
            assert (described.system, list(described.stages)) == ("issuing", ["issuing.render"])
            assert described.boot_id
            second = Duration()
            second.FromTimedelta(timedelta(seconds=1))
            with pytest.raises(Refusal) as caught:
                await call(stub.Hold, control_pb2.HoldRequest(stage="x", duration=second, passages=1), timeout=5)
            assert caught.value.metadata["field"] == "stage"
            with pytest.raises(Refusal) as caught:
                await call(
                    stub.Operate,
                    control_pb2.OperateRequest(terminal_id="KOFU-0001", look=control_pb2.Look()),
                    timeout=5,
                )
            assert caught.value.status_code == grpc.StatusCode.UNIMPLEMENTED
            await call(stub.Restart, control_pb2.RestartRequest(), timeout=5)
            await asyncio.sleep(0.1)
            assert wire.restarts == 1

    over_wire(tls, test)


def test_control_is_off_unless_started_for_testing(tls: TlsAuthority) -> None:
    async def test(wire: Wire) -> None:
        async with wire.channel("tester") as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await ControlStub(channel).Describe(control_pb2.DescribeRequest())
        assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
        assert from_rpc_error(caught.value).reason == Reason.REASON_TEST_CONTROL_OFF

    over_wire(tls, test, testing=False)


def test_hold_delays_just_as_many_passages_as_asked() -> None:
    async def count_delayed() -> int:
        holds = Holds(("issuing.render",))
        holds.set("issuing.render", 30, 2)
        passages = [asyncio.create_task(holds.passage("issuing.render")) for _ in range(5)]
        _, delayed = await asyncio.wait(passages, timeout=0.1)
        for passage in delayed:
            passage.cancel()
        return len(delayed)

    assert asyncio.run(count_delayed()) == 2
