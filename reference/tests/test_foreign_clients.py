"""Clients that know nothing of this project: buf over gRPC by reflection and as Connect, curl. [3.2.6]"""

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from reference.tests.json_wire import REQUEST, JsonWire, running

from kofu.v1 import issuing_pb2

BUF = shutil.which("buf", path=f"{sysconfig.get_path('scripts')}:/usr/bin:/bin")
CURL = shutil.which("curl")
ISSUE = "kofu.v1.IssuingService/Issue"


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonWire]:
    with running(tmp_path_factory.mktemp("pki")) as wire:
        yield wire


def buf_curl(wire: JsonWire, role: str, protocol: str = "grpc", *more: str) -> "subprocess.CompletedProcess[str]":
    port = wire.server.port if protocol == "grpc" else wire.server.json_port
    if BUF is None:
        pytest.skip("buf: not installed; run `make setup`")
    certificate, key = (wire.tls.folder / f"{role}-1.{kind}" for kind in ("pem", "key"))
    command = [
        BUF,
        "curl",
        "--protocol",
        protocol,
        *more,
        "--cacert",
        str(wire.config.authority),
        "--cert",
        str(certificate),
    ]
    command += ["--key", str(key), "--servername", wire.config.identity, "-d", json.dumps(REQUEST)]
    return subprocess.run(
        [*command, f"https://127.0.0.1:{port}/{ISSUE}"],
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


def test_buf_as_connect_sends_no_json_and_understands_that_json_is_wanted(wire: JsonWire, tmp_path: Path) -> None:
    # buf writes Connect in binary alone, which is not offered; and the JSON port has no reflection.
    image = tmp_path / "kofu.binpb"
    image.write_bytes(image_of(issuing_pb2.DESCRIPTOR.name).SerializeToString())
    done = buf_curl(wire, "center", "connect", "--schema", str(image))
    assert done.returncode != 0
    told = json.loads(done.stderr)
    assert (told["code"], told["message"]) == ("invalid_argument", "REASON_INVALID_REQUEST")
    assert told["details"][0]["debug"]["metadata"]["rule"] == "http.content_type"


def image_of(proto: str) -> FileDescriptorSet:
    """A proto and all that it imports."""
    image = FileDescriptorSet()
    seen: set[str] = set()

    def add(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        file = descriptor_pool.Default().FindFileByName(name)
        for needed in file.dependencies:
            add(needed.name)
        file.CopyToProto(image.file.add())

    add(proto)
    return image


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
