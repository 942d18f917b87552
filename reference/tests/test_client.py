"""One client for both bindings: whatever goes wrong, it is told alike. [3.2.6]"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from reference.tests.city_side import SEAL, issue_request
from reference.tests.json_wire import JsonWire, running

from kofu.v1 import issuing_pb2
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.client import Carrier


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonWire]:
    with running(tmp_path_factory.mktemp("pki")) as wire:
        yield wire


def told(
    wire: JsonWire, carrier: Carrier, role: str, code: str, seconds: float = 20, identity: str | None = None
) -> tuple[str, dict[str, str]]:
    """The id of the document, or the reason of the refusal and its metadata."""

    async def ask() -> tuple[str, dict[str, str]]:
        request = issue_request("1a", SEAL, municipality_code=code)
        async with wire.client(carrier, role, identity) as client:
            try:
                answer = await client.call("kofu.v1.IssuingService", "Issue", request, timeout=seconds)
            except Refusal as refusal:
                return refusal.name, refusal.metadata
        assert isinstance(answer, issuing_pb2.IssueResponse)
        return answer.document.document_id, {}

    return asyncio.run(ask())


@pytest.mark.parametrize("carrier", Carrier)
@pytest.mark.parametrize(
    ("role", "code", "seconds", "expected"),
    [
        ("center", "992011", 20, ("d", {})),
        ("center", "000001", 20, ("REASON_UNDER_AGE", {"age": "14"})),
        ("center", "000019", 20, ("REASON_INTERNAL", {})),
        ("center", "000027", 0.2, ("REASON_TIMED_OUT", {})),
        ("center", "000035", 20, ("REASON_UPSTREAM_UNAVAILABLE", {})),
        ("kiosk", "992011", 20, ("REASON_ROLE_NOT_ALLOWED", {"role": "kiosk"})),
    ],
)
def test_answers_and_refusals_are_told_alike(
    wire: JsonWire, carrier: Carrier, role: str, code: str, seconds: float, expected: tuple[str, dict[str, str]]
) -> None:
    assert told(wire, carrier, role, code, seconds) == expected


@pytest.mark.parametrize("carrier", Carrier)
def test_peer_that_is_gone_is_told_alike(tmp_path: Path, carrier: Carrier) -> None:
    with running(tmp_path) as wire:
        wire.run(wire.server.stop(0))
        assert told(wire, carrier, "center", "992011") == ("REASON_UPSTREAM_UNAVAILABLE", {})


@pytest.mark.parametrize("carrier", Carrier)
def test_peer_of_another_name_is_not_talked_to(wire: JsonWire, carrier: Carrier) -> None:
    before = len(wire.asked)
    name = "issuing-2.issuing.suite.kofu.invalid"
    refused = told(wire, carrier, "center", "992011", identity=name)
    assert refused == ("REASON_UPSTREAM_UNAVAILABLE", {})
    assert len(wire.asked) == before
