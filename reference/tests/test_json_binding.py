"""HTTP/JSON on the wire: mutual TLS, roles, strict input, the form of every answer. [3.2.5, 3.2.6]"""

import json
import logging
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from reference.tests.json_wire import (
    HOLD,
    ISSUE,
    REQUEST,
    SECRET,
    SET_CLOCK,
    JsonWire,
    changed,
    refusal_in,
    running,
)

from kofu.testing.v1.control_pb2 import ClockMode
from kofu_reference.runtime.log import JsonLines
from kofu_reference.runtime.ports import PortUnavailable
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

LIMIT = 16 * 1024 * 1024


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonWire]:
    with running(tmp_path_factory.mktemp("pki")) as wire:
        yield wire


def invalid(answer: httpx.Response, status: int, rule: str, field: str = "") -> dict[str, str]:
    """Checks that the answer refuses the request for this rule and field; the metadata."""
    got_status, reason, metadata = refusal_in(answer)
    assert (got_status, reason) == (status, "REASON_INVALID_REQUEST")
    assert (metadata["rule"], metadata["field"]) == (rule, field)
    assert metadata["message"]
    assert metadata["remedy"]
    assert answer.json()["code"] == "invalid_argument"
    return metadata


def test_answer_is_proto3_json(wire: JsonWire) -> None:
    answer = wire.post(REQUEST)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {"document": {"documentId": "d", "pdf": "JVBERg=="}}
    asked = wire.asked[-1]
    assert asked.holder.issuer_key_id == bytes(20)
    assert asked.application.HasField("seal_registration")
    assert asked.received_at.ToDatetime(tzinfo=UTC) == datetime(2026, 10, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "status", "named", "reason", "metadata"),
    [
        ("000001", 400, "failed_precondition", "REASON_UNDER_AGE", {"age": "14"}),
        ("000019", 500, "internal", "REASON_INTERNAL", {}),
        ("000035", 503, "unavailable", "REASON_UPSTREAM_UNAVAILABLE", {}),
    ],
)
def test_refusal_is_written_as_connect_writes_errors(
    wire: JsonWire, code: str, status: int, named: str, reason: str, metadata: dict[str, str]
) -> None:
    answer = wire.post(changed(municipalityCode=code))
    assert refusal_in(answer) == (status, reason, metadata)
    assert answer.json()["code"] == named


def test_method_that_is_off_is_not_implemented(wire: JsonWire) -> None:
    look = {"terminalId": "KOFU-0001", "look": {}}
    answer = wire.post(look, "/kofu.testing.v1.TestControlService/Operate", "tester")
    assert refusal_in(answer)[:2] == (501, "REASON_TEST_CONTROL_OFF")


@pytest.mark.parametrize("content", [REQUEST, b"nonsense"])
def test_other_role_is_refused_whatever_it_sends(wire: JsonWire, content: Any) -> None:
    before = len(wire.asked)
    answer = wire.post(content, role="kiosk")
    assert refusal_in(answer) == (403, "REASON_ROLE_NOT_ALLOWED", {"role": "kiosk"})
    assert answer.json()["code"] == "permission_denied"
    assert len(wire.asked) == before


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("trust", ["plain", "no certificate", "foreign authority", "old TLS"])
def test_peers_without_a_certificate_of_the_authority_get_nothing(wire: JsonWire, tmp_path: Path, trust: str) -> None:
    context = wire.tls_of(None)
    if trust == "foreign authority":
        context.load_cert_chain(*TlsAuthority.create(tmp_path).issue("center-1.center.suite.kofu.invalid"))
    if trust == "old TLS":
        context = wire.tls_of("center")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("DEFAULT@SECLEVEL=0")
    before = len(wire.asked)
    scheme = "http" if trust == "plain" else "https"
    address = f"{scheme}://127.0.0.1:{wire.server.json_port}{ISSUE}"
    extensions = {"sni_hostname": wire.config.identity}
    with wire.open(context) as client, pytest.raises(httpx.TransportError):
        client.post(address, json=REQUEST, extensions=extensions)
    assert len(wire.asked) == before


@pytest.mark.parametrize("path", ["/", "/kofu.v1.IssuingService", f"{ISSUE}/", "/kofu.v1.RecordFeedService/Feed"])
def test_path_of_no_unary_method_is_not_found(wire: JsonWire, path: str) -> None:
    invalid(wire.post(REQUEST, path), 404, "http.path")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_methods_are_called_by_post_alone(wire: JsonWire, method: str) -> None:
    answer = wire.ask(method, ISSUE)
    invalid(answer, 405, "http.method")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "content_type",
    ["application/proto", "text/json", "application/jsonp", "application/json; charset=shift_jis", "application/json,"],
)
def test_other_content_types_are_refused(wire: JsonWire, content_type: str) -> None:
    answer = wire.post(REQUEST, content_type=content_type)
    invalid(answer, 415, "http.content_type")
    assert answer.headers["accept-post"] == "application/json"


def test_missing_content_type_is_refused(wire: JsonWire) -> None:
    invalid(wire.ask("POST", ISSUE, content=b"{}"), 415, "http.content_type")


def test_compressed_body_is_refused(wire: JsonWire) -> None:
    invalid(wire.post(REQUEST, content_encoding="gzip"), 415, "http.content_encoding")


def test_charset_and_protocol_version_may_be_stated(wire: JsonWire) -> None:
    stated = wire.post(REQUEST, content_type='Application/JSON; charset="UTF-8"', connect_protocol_version="1")
    assert stated.status_code == 200
    for other in ("2", "", "1, 1"):
        invalid(wire.post(REQUEST, connect_protocol_version=other), 400, "http.connect_protocol_version")


@pytest.mark.parametrize("chunked", [False, True])
def test_body_over_the_limit_is_too_large(wire: JsonWire, chunked: bool) -> None:
    body = b" " * (LIMIT + 1)
    content = iter([body[: LIMIT // 2]] * 3) if chunked else body
    answer = wire.ask("POST", ISSUE, content=content, headers={"content-type": "application/json"})
    invalid(answer, 413, "http.body")
    assert wire.post(REQUEST).status_code == 200


def test_body_of_just_the_limit_is_read(wire: JsonWire) -> None:
    body = json.dumps(REQUEST).encode()
    assert wire.post(body + b" " * (LIMIT - len(body))).status_code == 200


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "json"),
        (b"nonsense", "json"),
        (json.dumps(REQUEST).encode()[:-1], "json"),
        (json.dumps(REQUEST).encode() + b"{}", "json"),
        (b'{"municipalityCode": "992011",}', "json"),
        (b"\xef\xbb\xbf{}", "json"),
        (b'{"passages": NaN}', "json"),
        (b'{"passages": -Infinity}', "json"),
        (b'{"passages": ' + b"9" * 5000 + b"}", "json"),
        (b'{"passages": 1e999}', "json.number"),
        (b'{"municipalityCode": "\xff"}', "json.utf8"),
        ("{}".encode("utf-16"), "json.utf8"),
        (b'{"municipalityCode": "992011", "municipalityCode": "992011"}', "json.duplicate_key"),
        (b'{"unknown": [{"a": {"b": 1, "b": 2}}]}', "json.duplicate_key"),
        (b"[]", "json.object"),
        (b'""', "json.object"),
        (b"null", "json.object"),
        (b"[" * 65, "json.depth"),
        (b"[" * 1_000_000, "json.depth"),
        (b'{"a":' * 100_000, "json.depth"),
        (b'{"a":"\\"","b":' * 70, "json.depth"),
    ],
)
def test_what_is_no_json_object_is_refused(wire: JsonWire, body: bytes, rule: str) -> None:
    before = len(wire.asked)
    invalid(wire.post(body), 400, rule)
    assert len(wire.asked) == before


@pytest.mark.parametrize(
    ("fields", "rule", "field"),
    [
        ({"surname": 1}, "json.unknown_field", ""),
        ({"holder": {**REQUEST["holder"], "pin": 1}}, "json.unknown_field", "holder"),
        ({"[kofu.v1.extension]": 1}, "json.unknown_field", ""),
        ({"request_id": REQUEST["requestId"]}, "json.field_name", "request_id"),
        ({"holder": {"issuer_key_id": ""}}, "json.field_name", "holder.issuer_key_id"),
        ({"holder": ""}, "json.object", "holder"),
        ({"holder": []}, "json.object", "holder"),
        ({"municipalityCode": 992011}, "json.string", "municipality_code"),
        ({"municipalityCode": "\ud800"}, "json.string", "municipality_code"),
        ({"holder": {"issuerKeyId": "AA*="}}, "json.base64", "holder.issuer_key_id"),
        ({"holder": {"issuerKeyId": "AAAAA"}}, "json.base64", "holder.issuer_key_id"),
        ({"holder": {"issuerKeyId": "AA="}}, "json.base64", "holder.issuer_key_id"),
        ({"holder": {"issuerKeyId": "AAAA=="}}, "json.base64", "holder.issuer_key_id"),
        ({"holder": {"issuerKeyId": "AAA"}}, "json.base64", "holder.issuer_key_id"),
        ({"holder": {"issuerKeyId": "-_AA"}}, "json.base64", "holder.issuer_key_id"),
        ({"holder": {"issuerKeyId": "AAB="}}, "json.base64", "holder.issuer_key_id"),
        ({"holder": None}, "json.null", "holder"),
        ({"application": {"sealRegistration": None}}, "json.null", "application.seal_registration"),
        ({"application": {"sealRegistration": {}, "taxAssessment": {}}}, "json.oneof", "application.tax_assessment"),
        (
            {"application": {"residenceCertificate": {"wholeHousehold": "true"}}},
            "json.bool",
            "application.residence_certificate.whole_household",
        ),
        (
            {"application": {"residenceCertificate": {"memberNumbers": 1}}},
            "json.array",
            "application.residence_certificate.member_numbers",
        ),
        (
            {"application": {"residenceCertificate": {"memberNumbers": [1, None]}}},
            "json.integer",
            "application.residence_certificate.member_numbers[1]",
        ),
        ({"receivedAt": "2026-10-07"}, "json.timestamp", "received_at"),
        ({"receivedAt": "2026-13-07T10:00:00Z"}, "json.timestamp", "received_at"),
        ({"receivedAt": {"seconds": 1}}, "json.timestamp", "received_at"),
        ({"receivedAt": "２026-10-07T10:00:00Z"}, "json.timestamp", "received_at"),
    ],
)
def test_what_does_not_fit_the_message_is_refused(
    wire: JsonWire, fields: dict[str, Any], rule: str, field: str
) -> None:
    before = len(wire.asked)
    invalid(wire.post(changed(**fields)), 400, rule, field)
    assert len(wire.asked) == before


@pytest.mark.parametrize("passages", [True, 1.5, 2**31, -(2**31) - 1, "1", "", []])
def test_whole_numbers_are_in_range(wire: JsonWire, passages: Any) -> None:
    hold = {"stage": "issuing.render", "duration": "1s", "passages": passages}
    invalid(wire.post(hold, HOLD, "tester"), 400, "json.integer", "passages")


@pytest.mark.parametrize("passages", [0, -0, 0.0])
def test_whole_numbers_may_be_written_with_a_fraction_of_zero(wire: JsonWire, passages: Any) -> None:
    hold = {"stage": "issuing.render", "duration": "0.5s", "passages": passages}
    assert wire.post(hold, HOLD, "tester").json() == {}


@pytest.mark.parametrize("duration", ["1", 1, "1 s", "01s", "1.0000000001s", "315576000000.1s", "315576000001s", "s"])
def test_durations_are_seconds(wire: JsonWire, duration: Any) -> None:
    hold = {"stage": "issuing.render", "duration": duration, "passages": 1}
    invalid(wire.post(hold, HOLD, "tester"), 400, "json.duration", "duration")


def test_enums_are_names(wire: JsonWire) -> None:
    answer = wire.post({"mode": "CLOCK_MODE_FROZEN", "instant": "2026-10-07T10:00:00.5+09:00"}, SET_CLOCK, "tester")
    assert answer.json() == {"now": "2026-10-07T01:00:00.500Z"}
    assert wire.system.clock.mode == ClockMode.CLOCK_MODE_FROZEN


@pytest.mark.parametrize(
    ("mode", "rule"),
    [
        *((mode, "json.enum") for mode in ("FROZEN", "3", 3, 3.0, 3.5, True, 2**31, [])),
        (99, "enum.defined_only"),
        ("CLOCK_MODE_UNSPECIFIED", "enum.not_in"),
    ],
)
def test_other_enum_values_are_refused(wire: JsonWire, mode: Any, rule: str) -> None:
    invalid(wire.post({"mode": mode}, SET_CLOCK, "tester"), 400, rule, "mode")


def test_refusal_of_a_name_tells_the_right_one(wire: JsonWire) -> None:
    assert invalid(wire.post({"request_id": ""}), 400, "json.field_name", "request_id")["remedy"] == "write requestId"
    remedy = invalid(wire.post({"holder": {"x": 1}}), 400, "json.unknown_field", "holder")["remedy"]
    assert "issuerKeyId, certificateSerial" in remedy


def test_rules_of_the_proto_hold(wire: JsonWire) -> None:
    holder = {**REQUEST["holder"], "certificateSerial": "0X"}
    invalid(wire.post(changed(holder=holder)), 400, "string.pattern", "holder.certificate_serial")
    without = {name: value for name, value in REQUEST.items() if name != "holder"}
    invalid(wire.post(without), 400, "required", "holder")


def test_field_is_named_as_in_the_proto_and_by_its_json_path(wire: JsonWire) -> None:
    members = {"application": {"residenceCertificate": {"memberNumbers": [1, "2"]}}}
    metadata = invalid(
        wire.post(changed(**members)), 400, "json.integer", "application.residence_certificate.member_numbers[1]"
    )
    assert metadata["json_path"] == "application.residenceCertificate.memberNumbers[1]"


def test_nothing_of_a_body_is_logged_or_sent_back(wire: JsonWire, caplog: pytest.LogCaptureFixture) -> None:
    bodies: list[Any] = [
        changed(municipalityCode="000019"),
        changed(municipalityCode=SECRET),
        changed(holder={SECRET: SECRET}),
        {SECRET: 1},
        changed(receivedAt=SECRET),
        SECRET.encode(),
        SECRET.encode("euc-jp"),
    ]
    with caplog.at_level(logging.DEBUG):
        answers = [wire.post(body) for body in bodies]
    assert all(SECRET not in answer.text and "\\u67b6" not in answer.text for answer in answers)
    lines = [JsonLines("issuing").format(record) for record in caplog.records if record.name.startswith(("kofu", "uv"))]
    assert [json.loads(line)["exception"] for line in lines if "exception" in line] == ["ValueError"]
    assert SECRET not in "".join(lines)


def test_time_out_is_the_servicers_deadline(wire: JsonWire) -> None:
    assert wire.post(REQUEST).status_code == 200
    assert wire.system.issuing.remaining is None
    assert wire.post(REQUEST, connect_timeout_ms="60000").status_code == 200
    assert wire.system.issuing.remaining is not None
    assert 0 < wire.system.issuing.remaining <= 60


def test_time_out_that_passes_ends_the_call(wire: JsonWire) -> None:
    wire.system.issuing.cancelled.clear()
    answer = wire.post(changed(municipalityCode="000027"), connect_timeout_ms="50")
    assert refusal_in(answer) == (504, "REASON_TIMED_OUT", {})
    assert wire.system.issuing.cancelled.wait(5)


@pytest.mark.parametrize("timeout", ["soon", "-1", "1.5", "12345678901", ""])
def test_time_out_is_milliseconds(wire: JsonWire, timeout: str) -> None:
    invalid(wire.post(REQUEST, connect_timeout_ms=timeout), 400, "http.connect_timeout_ms")


def talk(wire: JsonWire, *sent: bytes) -> bytes:
    """Speaks to the port in bytes, and hears until it closes."""
    plain = socket.create_connection(("127.0.0.1", wire.server.json_port), timeout=10)
    with wire.tls_of("center").wrap_socket(plain, server_hostname=wire.config.identity) as line:
        for part in sent:
            line.sendall(part)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_body_that_is_announced_too_large_is_not_waited_for(wire: JsonWire) -> None:
    head = f"POST {ISSUE} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n"
    heard = talk(wire, head.encode() + f"content-length: {LIMIT + 1}\r\n\r\n".encode())
    assert heard.startswith(b"HTTP/1.1 413 ")


def test_what_is_no_http_gets_the_same_form_of_error(wire: JsonWire) -> None:
    head, _, body = talk(wire, b"nonsense\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["details"][0]["debug"]["metadata"]["rule"] == "http"


def test_broken_chunk_gets_the_same_form_of_error(wire: JsonWire) -> None:
    head = f"POST {ISSUE} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    heard = talk(wire, head.encode(), b"zz\r\n")
    assert heard.startswith(b"HTTP/1.1 400 ")
    assert b'"http"' in heard


def test_caller_that_goes_away_ends_its_call(wire: JsonWire) -> None:
    issuing = wire.system.issuing
    issuing.cancelled.clear()
    request, extensions = changed(municipalityCode="000027"), {"sni_hostname": wire.config.identity}
    with wire.open(wire.tls_of("center")) as client, pytest.raises(httpx.ReadTimeout):
        client.post(ISSUE, json=request, timeout=0.3, extensions=extensions)
    assert issuing.cancelled.wait(5)


def test_port_in_use_is_one_clear_line(wire: JsonWire) -> None:
    taken = wire.server.json_port
    config = wire.config.model_copy(update={"json_port": taken})

    async def listen() -> None:
        Server(config, [])

    with pytest.raises(PortUnavailable, match=rf"^json_port: 127.0.0.1:{taken} is in use.*; name a free port.*$"):
        wire.run(listen())


@pytest.mark.parametrize(("code", "grace_seconds", "status"), [("000027", 0, 503), ("000043", 20, 200)])
def test_stop_lets_calls_end_within_the_grace(tmp_path: Path, code: str, grace_seconds: float, status: int) -> None:
    with running(tmp_path) as wire, ThreadPoolExecutor() as threads:
        asking = threads.submit(wire.post, changed(municipalityCode=code))
        assert wire.system.issuing.entered.wait(5)
        wire.run(wire.server.stop(grace_seconds))
        assert asking.result().status_code == status
        with pytest.raises(httpx.ConnectError):
            wire.post(REQUEST)
