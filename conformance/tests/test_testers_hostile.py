"""What the suite sends as hostile input is wrong in the way that its name says, whatever is drawn. [3.2.6]"""

import base64
import json

import protovalidate
import pytest
from google.protobuf import descriptor_pool, json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import ErrorInfo
from hypothesis import given, settings

from kofu.v1 import alarm_pb2, center_pb2, counter_pb2, feed_pb2, inquiry_pb2, issuing_pb2, koseki_pb2, maintenance_pb2
from kofu_conformance.suites.chain.hostile import HOSTILITIES
from kofu_conformance.testers import hostile
from kofu_conformance.testers.answer import Refusal
from kofu_conformance.testers.callers import CALLER
from kofu_conformance.testers.filling import Filling, requests
from kofu_conformance.testers.hostile import Attack, Hostility
from kofu_conformance.testers.json_door import _refusal

FILES = (alarm_pb2, center_pb2, counter_pb2, feed_pb2, inquiry_pb2, issuing_pb2, koseki_pb2, maintenance_pb2)
KINDS: tuple[type[Message], ...] = (
    center_pb2.OpenSessionRequest,
    center_pb2.ReportOutcomeRequest,
    counter_pb2.FileChangeRequest,
    issuing_pb2.IssueRequest,
)
SOME_ID = "00000000-0000-4000-8000-000000000000"


def filled(kind: type[Message]) -> list[Message]:
    names: dict[str, str | bytes | int] = {"terminal_id": "KOFU-0001", "session_id": SOME_ID, "request_id": SOME_ID}
    return list(requests(kind, Filling("test", names, "nobody", b"nobody")))


def first_text(kind: type[Message]) -> str:
    return next(field.name for field in kind.DESCRIPTOR.fields if field.type == FieldDescriptor.TYPE_STRING)


def faulty(message: Message) -> dict[str, str]:
    """The fields that break a rule, with the rule."""
    found = protovalidate.collect_violations(message)
    return {".".join(step.field_name for step in one.proto.field.elements): one.proto.rule_id for one in found}


@pytest.mark.parametrize("kind", KINDS)
@given(hostility=HOSTILITIES)
@settings(max_examples=20, deadline=None)
def test_by_protobuf_nothing_can_be_read_or_it_breaks_a_rule(kind: type[Message], hostility: Hostility) -> None:
    attacks = list(hostile.in_protobuf(filled(kind), hostility))
    assert len({attack.name for attack in attacks}) == len(attacks) >= 5
    for attack in attacks:
        if attack.name == "a text far too long":
            assert first_text(kind) in faulty(kind.FromString(attack.octets))
        elif attack.name == "a number that the enum lacks":
            assert "enum.defined_only" in faulty(kind.FromString(attack.octets)).values()
        else:
            with pytest.raises(DecodeError):
                kind.FromString(attack.octets)


@pytest.mark.parametrize("kind", KINDS)
@given(hostility=HOSTILITIES)
@settings(max_examples=20, deadline=None)
def test_by_json_no_body_is_a_request_of_the_method(kind: type[Message], hostility: Hostility) -> None:
    attacks = list(hostile.in_json(filled(kind), hostility))
    assert len({attack.name for attack in attacks}) == len(attacks) >= 10
    for attack in attacks:
        if attack.content_type == "application/json":
            assert not is_taken(kind, attack), attack.name


def test_the_same_without_the_attack_is_taken() -> None:
    good = json_format.MessageToJson(filled(center_pb2.OpenSessionRequest)[0]).encode()
    assert is_taken(center_pb2.OpenSessionRequest, Attack("none", good))


def is_taken(kind: type[Message], attack: Attack) -> bool:
    """Whether a strict reader takes the body: protobuf's own, which alone lets null pass, and validation."""
    if attack.name == "null":
        return False
    try:
        message = json_format.Parse(attack.octets.decode(), kind())
    except (json_format.ParseError, UnicodeError, ValueError, RecursionError):
        return False
    return not protovalidate.collect_violations(message)


def test_what_is_wrong_in_an_enum_is_not_sent_where_there_is_none() -> None:
    hostility = Hostility("00" * 8, 200, 100_000, 10_000, "KOFUMARKMARKMARK")
    names = [attack.name for attack in hostile.in_protobuf(filled(center_pb2.OpenSessionRequest), hostility)]
    assert "a number that the enum lacks" not in names
    names = [attack.name for attack in hostile.in_protobuf(filled(center_pb2.ReportOutcomeRequest), hostility)]
    assert "a number that the enum lacks" in names


def test_every_service_of_the_interfaces_has_its_caller() -> None:
    services = {f"{file.DESCRIPTOR.package}.{name}" for file in FILES for name in file.DESCRIPTOR.services_by_name}
    assert services == {service for _, service in CALLER}
    for _, service in CALLER:
        assert descriptor_pool.Default().FindServiceByName(service).methods


def test_a_refusal_is_read_from_an_error_as_connect_writes_it() -> None:
    info = ErrorInfo(reason="REASON_INVALID_REQUEST", domain="kofu", metadata={"field": "terminal_id"})
    value = base64.b64encode(info.SerializeToString()).rstrip(b"=").decode()
    body = {"code": "invalid_argument", "details": [{"type": "google.rpc.ErrorInfo", "value": value}]}
    said = _refusal(json.dumps(body).encode())
    assert said == Refusal("REASON_INVALID_REQUEST", {"field": "terminal_id"}, "INVALID_ARGUMENT")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"details": [{"value": "AA"}]}', b'{"details": 3}'])
def test_what_is_no_such_error_is_no_refusal(body: bytes) -> None:
    assert _refusal(body) is None
