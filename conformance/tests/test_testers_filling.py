"""Requests filled from a finished transaction reach past validation, whatever their choice."""

import protovalidate
from kofu.v1 import center_pb2, issuing_pb2
from kofu_conformance.testers.filling import Filling, requests

ID = "8d7f1a52-51a4-4c7c-9a0f-2a3d8b6f0c11"
FILLING = Filling(
    "the request id",
    {"municipality_code": "992011", "issuer_key_id": b"k" * 20, "certificate_serial": "1f", "request_id": ID},
    ID,
    ID.encode(),
)


def test_every_kind_is_asked_for_in_a_valid_request() -> None:
    filled = list(requests(center_pb2.ApplyRequest, FILLING))
    assert len(filled) == 1
    asked = list(requests(issuing_pb2.IssueRequest, FILLING))
    for request in (*filled, *asked):
        protovalidate.validate(request)


def test_every_choice_of_a_oneof_gets_a_request_of_its_own() -> None:
    from kofu.testing.v1 import control_pb2

    acts = [request.WhichOneof("act") for request in requests(control_pb2.OperateRequest, FILLING)]
    assert set(acts) == {field.name for field in control_pb2.OperateRequest.DESCRIPTOR.oneofs_by_name["act"].fields}
