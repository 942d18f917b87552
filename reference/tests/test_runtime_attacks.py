"""What no honest peer sends stands in the log by reason, field and rule, and by nothing of its content. [3.2.6]"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from google.protobuf.message import Message

from kofu.v1.center_pb2 import OpenSessionRequest, OpenSessionResponse
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.guard import Admission, Unary, Unreadable, invalid
from kofu_reference.runtime.observed import Observed

MARK = "KOFU-MARK"
PATH = "kofu.v1.CenterService/OpenSession"


class Peer:
    """A caller of one role."""

    def __init__(self, role: str) -> None:
        self._name = f"peer-1.{role}.suite.kofu.invalid".encode()

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        return {"x509_subject_alternative_name": [self._name]}

    def invocation_metadata(self) -> None:
        return None

    def time_remaining(self) -> float | None:
        return None


def logged(caplog: pytest.LogCaptureFixture, request: Message | Unreadable, role: str = "kiosk") -> list[Any]:
    """The fields of what a refused call leaves in the log."""

    async def refuse(_request: OpenSessionRequest, _caller: Peer) -> OpenSessionResponse:
        raise Refusal(Reason.REASON_OUT_OF_HOURS)

    caplog.clear()
    method = Unary(PATH, Admission(frozenset({"kiosk"})), refuse, Observed("center", PATH))
    with caplog.at_level(logging.INFO, logger="kofu.server"), pytest.raises(Refusal):
        asyncio.run(method.answer(request, Peer(role)))
    return [record.fields for record in caplog.records if record.name == "kofu.server" and hasattr(record, "fields")]


def test_a_request_that_breaks_a_rule_is_logged_by_field_and_rule(caplog: pytest.LogCaptureFixture) -> None:
    (fields,) = logged(caplog, OpenSessionRequest(terminal_id=MARK.lower()))
    assert fields["reason"] == "REASON_INVALID_REQUEST"
    assert fields["field"] == "terminal_id"
    assert fields["place"] == "kofu.v1.CenterService/OpenSession"
    assert MARK.lower() not in str(fields)


def test_bytes_that_are_no_message_and_a_role_that_may_not_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    (fields,) = logged(caplog, Unreadable(invalid("", "protobuf", "no message", "send one")))
    assert (fields["reason"], fields["rule"]) == ("REASON_INVALID_REQUEST", "protobuf")
    (fields,) = logged(caplog, OpenSessionRequest(terminal_id="KOFU-0001"), role="office")
    assert (fields["reason"], fields["role"]) == ("REASON_ROLE_NOT_ALLOWED", "office")


def test_a_refusal_that_honest_peers_meet_is_not_logged_as_an_attack(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(caplog, OpenSessionRequest(terminal_id="KOFU-0001")) == []
