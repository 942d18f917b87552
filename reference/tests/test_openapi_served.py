"""The OpenAPI documents against the reference: fuzzed with links and state, each answer judged by the document."""

import json
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
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
    "kofu.v1.InquiryService": ("inquiry", None),
    "kofu.testing.v1.TestControlService": ("koseki", "tester"),
}
"""The system that is asked for each service, and the role that may ask; citizens have none.

TestControl stands last: its fuzzing moves the clock of its system, holds its stages and restarts it, and no later test
asks that system for anything.
"""
RESTART: Final = "/kofu.testing.v1.TestControlService/Restart"
DESCRIBE: Final = "/kofu.testing.v1.TestControlService/Describe"
UNREMEMBERED: Final = "unremembered"
"""Hypothesis's own way to draw, as a backend of another name: it then keeps no tree of what was drawn. Which links can
be followed depends on answers, and so on sessions that no run has twice; the tree would call that flaky."""
EXISTING: Final = {
    "terminalId": (re.compile("[A-Z0-9-]{4,32}"), "KOFU-0001"),
    "stage": (re.compile(".{1,60}", re.DOTALL), "koseki.render"),
}
"""Names that drawing alone would not meet: by field, which of the names drawn are valid, and one that exists."""
MUST_SUCCEED: Final = {
    "kofu.v1.CenterService": {"OpenSession", "CloseSession"},
    "kofu.testing.v1.TestControlService": {"Restart", "SetClock", "GetClock", "Hold", "Describe"},
}
"""Methods that have to be answered 200 at least once, or little was tried: a session that was opened was gone on with,
and the tester's instruments really moved."""

AVAILABLE_PROVIDERS[UNREMEMBERED] = HypothesisProvider
load_all_checks()
CHECKS: Final = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES: Final = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 4}
"""Requests drawn for each operation alone: those that the document allows, and those that it forbids."""
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

    def way(self, service: str) -> dict[str, Any]:
        """How `requests` comes to the service. Certificates name roles, not the loopback address that is asked here."""
        role = SERVED[service][1]
        if role is None:
            return {"verify": False}
        peer = self.profile["tls"]["peers"][role]
        return {"cert": (peer["certificate"], peer["key"]), "verify": False}

    def boot_id(self, service: str) -> str:
        """Names the process that answers now; raises RequestException while none does, or one that is ending."""
        answer = requests.post(f"{self.address(service)}{DESCRIBE}", json={}, timeout=20, **self.way(service))
        answer.raise_for_status()
        return str(answer.json()["bootId"])

    def wait_for_another_boot(self, service: str, before: str) -> None:
        """Waits until another process answers; the test's own time limit ends the wait for one that never does."""
        while True:
            with suppress(requests.RequestException):
                if self.boot_id(service) != before:
                    return
            time.sleep(0.05)


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
    schema = schemathesis.openapi.from_dict(deepcopy(document))
    schema.config.update(base_url=served.address(service))

    @schema.hook
    def map_body(context: Any, body: Any) -> Any:
        """Half of the terminals and stages named exist, so that sessions are opened and stages held."""
        # Only a valid name is replaced: one that is to be refused has to stay as it is.
        for field, (valid, existing) in EXISTING.items():
            named = body.get(field) if isinstance(body, dict) else None
            if isinstance(named, str) and valid.fullmatch(named) and len(named) % 2 == 0:
                return body | {field: existing}
        return body

    way = served.way(service)
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

    def asked(case: Any) -> None:
        if case.path == RESTART:
            # A caller that doesn't wait for the answer can't tell whether the restart was carried out.
            case.headers.pop("Connect-Timeout-Ms", None)
        before = served.boot_id(service) if case.path == RESTART else ""
        response = case.call(**way)
        judged(case, response)
        if case.path == RESTART and response.status_code == 200:
            served.wait_for_another_boot(service, before)

    operations = [operation.ok() for operation in schema.get_all_operations()]
    for operation in sorted(operations, key=lambda one: one.path == RESTART):
        for mode, examples in EXAMPLES.items():
            # A process that is restarted takes seconds to come back, and the request of Restart is empty.
            search = settings(SEARCH, max_examples=2 if operation.path == RESTART else examples)
            search(given(operation.as_strategy(generation_mode=mode))(asked))()

    if '"links"' not in json.dumps(document):
        return answered

    class Linked(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return way

        def validate_response(self, response: Any, case: Any, **rest: Any) -> None:
            judged(case, response)

    linked = settings(SEARCH, derandomize=False, backend=UNREMEMBERED)
    run_state_machine_as_test(seed(1)(Linked), settings=linked)
    return answered


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("service", SERVED)
def test_fuzzing_with_links_and_state_finds_nothing(served: Served, service: str) -> None:
    answered = fuzzed(served, service, openapi_documents()[service])
    assert {operation for operation, _ in answered} == {
        f"POST {path}" for path in openapi_documents()[service]["paths"]
    }
    for method in MUST_SUCCEED.get(service, ()):
        assert answered[f"POST /{service}/{method}", 200], method


def _without_a_status(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        path["post"]["responses"].pop("400")


def _another_type(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["kofu.v1.OpenSessionResponse"]["properties"]["challenge"] = {"type": "integer"}


def _answer_of_a_linked_method(document: dict[str, Any]) -> None:
    # CloseSession answers 200 only for a session that OpenSession began.
    closed = document["paths"]["/kofu.v1.CenterService/CloseSession"]["post"]["responses"]
    del closed["200"]


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("plant", [_without_a_status, _another_type, _answer_of_a_linked_method])
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
