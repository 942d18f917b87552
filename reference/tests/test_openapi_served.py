"""The OpenAPI documents against the reference: fuzzed with links and state, each answer judged by the document."""

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.datastructures import Headers

from kofu_spec.contract.interfaces import openapi_documents

KOFU: Final = (sys.executable, "-P", "-c", "from kofu_spec.cli import main; main()")
SERVED: Final = {
    "kofu.v1.CenterService": ("center", "kiosk"),
    "kofu.v1.IssuingService": ("issuing", "center"),
    "kofu.v1.KosekiService": ("koseki", "relay"),
    "kofu.v1.CounterService": ("counter", "office"),
    "kofu.v1.MaintenanceService": ("kiosk", "maintenance"),
    "kofu.testing.v1.TestControlService": ("jpki", "tester"),
}
"""The system that is asked for each service, and the role that may ask."""
ATTEMPTS: Final = 6
TERMINAL_ID: Final = re.compile("[A-Z0-9-]{4,32}")
LEFT_ALONE: Final = ("Restart", "SetClock", "Hold")
"""The tester's own instruments: they would change the ground under the others."""

load_all_checks()
CHECKS: Final = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
SEARCH: Final = settings(
    max_examples=8,
    stateful_step_count=6,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@dataclass(frozen=True)
class Served:
    """The chain, and how to come to it."""

    profile: dict[str, Any]

    def address(self, service: str) -> str:
        return f"https://{self.profile['systems'][SERVED[service][0]]['json_address']}"


class Asked:
    """A request as openapi-core reads one."""

    def __init__(self, document: dict[str, Any], request: Any) -> None:
        url = urlsplit(request.url)
        self.host_url, self.path, self.method = "", url.path, request.method.lower()
        self.parameters = RequestParameters(header=Headers(dict(request.headers)))
        self.content_type = request.headers.get("Content-Type", "")
        self.body = request.body.encode() if isinstance(request.body, str) else request.body


class Answered:
    """An answer as openapi-core reads one."""

    def __init__(self, response: Any) -> None:
        self.data, self.status_code = response.content, response.status_code
        self.content_type = response.headers.get("content-type", [""])[0]
        self.headers = {name: values[0] for name, values in response.headers.items()}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("run") / "run"
    command = [*KOFU, "serve", "all", "--json", "--dir", str(folder), "--clock", "2026-10-07T10:00:00+09:00"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as chain:
        assert chain.stdin is not None
        assert chain.stdout is not None
        if not any('"ready"' in line for line in chain.stdout):
            pytest.fail("the chain did not become ready")
        yield Served(tomllib.loads((folder / "profile.toml").read_text(encoding="utf-8")))
        chain.stdin.close()
        chain.wait()


def fuzzed(served: Served, service: str, document: dict[str, Any]) -> Counter[tuple[str, int]]:
    """Runs the document's operations, alone and linked, against the system; how often each was answered how.

    Raises where an answer departs from the document.
    """
    # A copy: the fuzzer writes into what it is given, and the documents are shared.
    schema = schemathesis.openapi.from_dict(deepcopy(document)).exclude(path_regex=f"/({'|'.join(LEFT_ALONE)})$")
    schema.config.update(base_url=served.address(service))

    @schema.hook
    def map_body(context: Any, body: Any) -> Any:
        """Half of the terminals named are registered ones, so that sessions are really opened and gone on with."""
        # Only a valid one is replaced: one that is to be refused has to stay as it is.
        named = body.get("terminalId") if isinstance(body, dict) and list(body) == ["terminalId"] else None
        if isinstance(named, str) and TERMINAL_ID.fullmatch(named) and len(named) % 2 == 0:
            return {"terminalId": "KOFU-0001"}
        return body

    peer = served.profile["tls"]["peers"][SERVED[service][1]]
    # The servers' certificates name their roles, not the loopback address that is asked here.
    way = {"cert": (peer["certificate"], peer["key"]), "verify": False}
    second_judge = OpenAPI.from_dict(document)
    answered: Counter[tuple[str, int]] = Counter()

    def judged(case: Any, response: Any) -> None:
        answered[case.operation.label, response.status_code] += 1
        assert response.status_code != 500, case.as_curl_command()
        case.validate_response(response, checks=CHECKS)
        if response.status_code != 200 and "message" in response.json():
            reason = response.json()["message"]
            # The caller's own wait (Connect-Timeout-Ms) may run out at any method.
            allowed = [*document["paths"][case.path]["post"]["x-kofu-reasons"], "REASON_TIMED_OUT"]
            assert reason in allowed, f"{case.path}: {reason}"
        second_judge.validate_response(Asked(document, response.request), Answered(response))

    for operation in schema.get_all_operations():

        @SEARCH
        @given(operation.ok().as_strategy())
        def alone(case: Any) -> None:
            judged(case, case.call(**way))

        alone()

    if '"links"' not in json.dumps(document):
        return answered

    class Linked(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return way

        def validate_response(self, response: Any, case: Any, **rest: Any) -> None:
            judged(case, response)

    for attempt in range(ATTEMPTS):
        # What a linked request draws depends on answers, and so on sessions that no run has twice: where Hypothesis
        # notices that, the run says nothing, and another is made.
        try:
            run_state_machine_as_test(seed(attempt)(Linked), settings=settings(SEARCH, derandomize=False))
        except Flaky:
            continue
        return answered
    raise AssertionError(f"no run of linked requests came to its end in {ATTEMPTS} attempts")


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("service", SERVED)
def test_fuzzing_with_links_and_state_finds_nothing(served: Served, service: str) -> None:
    answered = fuzzed(served, service, openapi_documents()[service])
    bound = {f"POST {path}" for path in openapi_documents()[service]["paths"] if not path.endswith(LEFT_ALONE)}
    assert {operation for operation, _ in answered} == bound
    if service == "kofu.v1.CenterService":
        opened = [(operation, status) for operation, status in answered if status == 200]
        assert ("POST /kofu.v1.CenterService/OpenSession", 200) in opened
        assert ("POST /kofu.v1.CenterService/CloseSession", 200) in opened, "a session that was opened was gone on with"


def _without_a_status(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        path["post"]["responses"].pop("400")


def _another_type(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["kofu.v1.OpenSessionResponse"]["properties"]["challenge"] = {"type": "integer"}


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("plant", [_without_a_status, _another_type])
def test_a_planted_deviation_is_found_by_fuzzing(served: Served, plant: Callable[[dict[str, Any]], None]) -> None:
    document = deepcopy(openapi_documents()["kofu.v1.CenterService"])
    plant(document)
    with pytest.raises(FailureGroup):
        fuzzed(served, "kofu.v1.CenterService", document)


@pytest.mark.parametrize("value", [{"challenge": 7}, {"sessionId": "no uuid", "challenge": "", "expiresAt": "now"}])
def test_the_second_judge_finds_a_planted_deviation(value: dict[str, Any]) -> None:
    document = openapi_documents()["kofu.v1.CenterService"]
    request = SimpleNamespace(
        url="https://127.0.0.1/kofu.v1.CenterService/OpenSession",
        method="POST",
        headers={"Content-Type": "application/json"},
        body=b'{"terminalId": "KOFU-0001"}',
    )
    content = json.dumps(value).encode()
    response = SimpleNamespace(content=content, status_code=200, headers={"content-type": ["application/json"]})
    with pytest.raises(OpenAPIError):
        OpenAPI.from_dict(document).validate_response(Asked(document, request), Answered(response))
