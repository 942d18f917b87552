"""Requests filled from a finished transaction reach past validation, whatever their choice."""

import protovalidate

from kofu.testing.v1 import control_pb2
from kofu.v1 import center_pb2, issuing_pb2
from kofu.v1.common_pb2 import Application
from kofu_conformance.testers.filling import Filling, requests

ID = "8d7f1a52-51a4-4c7c-9a0f-2a3d8b6f0c11"
FILLING = Filling(
    "the request id",
    {"municipality_code": "992011", "issuer_key_id": b"k" * 20, "certificate_serial": "1f", "request_id": ID},
    ID,
    ID.encode(),
)


def test_every_kind_is_asked_for_once() -> None:
    for request_type in (center_pb2.ApplyRequest, issuing_pb2.IssueRequest):
        kinds = [request.application.WhichOneof("certificate") for request in requests(request_type, FILLING)]
        assert sorted(kinds) == sorted(field.name for field in Application.DESCRIPTOR.oneofs[0].fields)


def test_requests_pass_validation() -> None:
    for request in requests(center_pb2.ListOffersRequest, FILLING):
        protovalidate.validate(request)
    plain = [
        one for one in requests(issuing_pb2.IssueRequest, FILLING) if one.application.HasField("seal_registration")
    ]
    assert len(plain) == 1
    protovalidate.validate(plain[0])


def test_every_choice_of_a_oneof_gets_a_request_of_its_own() -> None:
    acts = [request.WhichOneof("act") for request in requests(control_pb2.OperateRequest, FILLING)]
    assert set(acts) == {field.name for field in control_pb2.OperateRequest.DESCRIPTOR.oneofs_by_name["act"].fields}
