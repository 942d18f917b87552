"""The OpenAPI documents against the reference: fuzzed with links and state, each answer judged by the document."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from kofu_spec.contract import openapi_documents

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

    def session(self, service: str) -> requests.Session:
        """A session of the role that the service is for. The names of the servers are not those of loopback."""
        session = requests.Session()
        peer = self.profile["tls"]["peers"][SERVED[service][1]]
        session.cert = (peer["certificate"], peer["key"])
        session.verify = False
        session.trust_env = False
        return session


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


def fuzzed(served: Served, service: str, document: dict[str, Any]) -> None:
    """Runs the document's operations, alone and linked, against the system. Raises where an answer departs from it."""
    schema = schemathesis.openapi.from_dict(document).exclude(path_regex=f"/({'|'.join(LEFT_ALONE)})$")
    schema.config.update(base_url=served.address(service))
    way = {"cert": served.session(service).cert, "verify": False}

    def judged(case: Any, response: Any) -> None:
        assert response.status_code != 500, case.as_curl_command()
        case.validate_response(response, checks=CHECKS)

    for operation in schema.get_all_operations():

        @SEARCH
        @given(operation.ok().as_strategy())
        def alone(case: Any) -> None:
            judged(case, case.call(**way))

        alone()

    if "links" not in json.dumps(document):
        return

    class Linked(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return way

        def validate_response(self, response: Any, case: Any, **rest: Any) -> None:
            judged(case, response)

    Linked.run(settings=SEARCH)


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("service", SERVED)
def test_fuzzing_with_links_and_state_finds_nothing(served: Served, service: str) -> None:
    fuzzed(served, service, openapi_documents()[service])
