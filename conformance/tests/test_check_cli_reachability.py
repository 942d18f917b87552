"""Before a run every system of the profile is asked for its health, over mutual TLS."""

import datetime
import ipaddress
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from conformance.tests.zoo import PROFILE, write_profile
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from kofu_conformance.cli.reachability import Unreachable, require_reachable
from kofu_conformance.profile import Profile, load

IDENTITY = "center-1.center.jlis.kofu.invalid"


def write_self_signed(path: Path, identity: str = IDENTITY) -> None:
    """One file with a key and its own certificate, good for a server, a client and an authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    names = [x509.DNSName(identity), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2090, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Profile, health.HealthServicer]]:
    """A center that only answers health checks, and the profile that names it."""
    write_profile(tmp_path)
    write_self_signed(tmp_path / "tls.pem")
    pem = (tmp_path / "tls.pem").read_bytes()
    server = grpc.server(ThreadPoolExecutor(2))
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    credentials = grpc.ssl_server_credentials([(pem, pem)], root_certificates=pem, require_client_auth=True)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    try:
        yield load(write_profile(tmp_path, PROFILE.replace('127.0.0.1:1"', f'127.0.0.1:{port}"'))), servicer
    finally:
        server.stop(None).wait()


def refusal(profile: Profile) -> str:
    with pytest.raises(Unreachable) as caught:
        require_reachable(profile)
    assert caught.value.exit_code == 2
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_system_that_serves_is_reachable(serving: tuple[Profile, health.HealthServicer]) -> None:
    require_reachable(serving[0])


def test_a_system_that_says_it_does_not_serve_is_not(serving: tuple[Profile, health.HealthServicer]) -> None:
    profile, servicer = serving
    servicer.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    assert "says NOT_SERVING; wait until it serves" in refusal(profile)


def test_nobody_at_the_address(tmp_path: Path) -> None:
    write_self_signed((write_profile(tmp_path)).parent / "tls.pem")
    line = refusal(load(tmp_path / "profile.toml"))
    assert line.startswith("systems.center.address: 127.0.0.1:1 doesn't answer; start the system")


def test_another_authority_than_the_servers(serving: tuple[Profile, health.HealthServicer], tmp_path: Path) -> None:
    write_self_signed(tmp_path / "tls.pem")
    assert refusal(serving[0]).startswith("systems.center.address: 127.0.0.1:")
