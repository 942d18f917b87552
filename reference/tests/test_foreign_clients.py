"""Clients that know nothing of this project: buf by reflection over gRPC, curl over HTTP/JSON. [3.2.6]"""

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator

import pytest
from reference.tests.json_wire import REQUEST, JsonWire, running

BUF = shutil.which("buf", path=f"{sysconfig.get_path('scripts')}:/usr/bin:/bin")
CURL = shutil.which("curl")
ISSUE = "kofu.v1.IssuingService/Issue"


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonWire]:
    with running(tmp_path_factory.mktemp("pki")) as wire:
        yield wire


def buf_curl(wire: JsonWire, role: str) -> "subprocess.CompletedProcess[str]":
    if BUF is None:
        pytest.skip("buf: not installed; run `make setup`")
    certificate, key = (wire.tls.folder / f"{role}-1.{kind}" for kind in ("pem", "key"))
    command = [BUF, "curl", "--protocol", "grpc", "--cacert", str(wire.config.authority), "--cert", str(certificate)]
    command += ["--key", str(key), "--servername", wire.config.identity, "-d", json.dumps(REQUEST)]
    return subprocess.run(
        [*command, f"https://127.0.0.1:{wire.server.port}/{ISSUE}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_buf_calls_a_method_that_it_knows_by_reflection(wire: JsonWire) -> None:
    done = buf_curl(wire, "center")
    assert (done.returncode, done.stderr) == (0, "")
    assert wire.asked[-1].request_id == REQUEST["requestId"]


def test_buf_is_told_the_reason_of_a_refusal(wire: JsonWire) -> None:
    done = buf_curl(wire, "kiosk")
    assert done.returncode != 0
    assert "REASON_ROLE_NOT_ALLOWED" in done.stderr


@pytest.mark.skipif(CURL is None, reason="curl: not installed")
@pytest.mark.parametrize(
    ("role", "said"),
    [("center", {"document": {"documentId": "d", "pdf": "JVBERg=="}}), ("kiosk", "REASON_ROLE_NOT_ALLOWED")],
)
def test_curl_posts_json(wire: JsonWire, role: str, said: object) -> None:
    certificate, key = (wire.tls.folder / f"{role}-1.{kind}" for kind in ("pem", "key"))
    command = [
        "curl",
        "--silent",
        "--cacert",
        str(wire.config.authority),
        "--cert",
        str(certificate),
        "--key",
        str(key),
    ]
    host, port = wire.config.identity, wire.server.json_port
    command += ["--resolve", f"{host}:{port}:127.0.0.1", "-H", "content-type: application/json"]
    command += ["-d", json.dumps(REQUEST), f"https://{host}:{port}/{ISSUE}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    answer = json.loads(done.stdout)
    assert answer.get("message", answer) == said
