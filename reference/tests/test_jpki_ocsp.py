"""The validity responder, asked by OpenSSL and by hand-made requests. [1.8]"""

import asyncio
import base64
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp

from kofu.testing.v1.control_pb2 import ClockMode
from kofu_reference.jpki.http import application
from kofu_reference.jpki.responder import FRESH_FOR, OcspResponder
from kofu_reference.jpki.statuses import statuses_of
from kofu_reference.jpki.system import Jpki
from kofu_reference.runtime import CivilClock, Holds, SystemConfig
from kofu_spec import paths
from kofu_spec.city import City, make_city
from kofu_spec.pki import jpki

NOW = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)
FAMILY_OF_ANSWER = {
    "plain": "good",
    "card-expired": "good",
    "card-revoked": "revoked",
    "card-suspended": "revoked",
    "card-unknown": "unknown",
}


@dataclass(frozen=True)
class Pki:
    """A folder with the authority and a certificate for any family of the city."""

    folder: Path
    city: City
    authority: jpki.Authority
    card_key: rsa.RSAPublicKey

    def certificate(self, family: str) -> x509.Certificate:
        card = self.city.family(family)[0].card
        assert card is not None
        return jpki.card_certificate(card, self.authority, self.card_key)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder = tmp_path_factory.mktemp("jpki")
    authority = jpki.write_authority(folder, paths.cache_folder())
    return Pki(folder, make_city(), authority, authority.key.public_key())


@pytest.fixture(scope="module")
def responder(pki: Pki) -> OcspResponder:
    return OcspResponder(jpki.load_responder(pki.folder), statuses_of(pki.city))


@pytest.fixture(scope="module")
def client(responder: OcspResponder) -> Callable[..., httpx.Response]:
    transport = httpx.ASGITransport(application(responder, lambda now: now.isoformat().encode(), lambda: NOW))

    def ask(method: str, path: str, content: bytes = b"") -> httpx.Response:
        async def run() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://responder") as http:
                return await http.request(method, path, content=content)

        return asyncio.run(run())

    return ask


def request_for(pki: Pki, family: str = "plain", nonce: bytes | None = None) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        pki.certificate(family), pki.authority.certificate, hashes.SHA256()
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("digest", "family"), [("-sha256", "plain"), *(("-sha1", family) for family in FAMILY_OF_ANSWER)]
)
def test_openssl_accepts_the_answer(pki: Pki, tmp_path: Path, family: str, digest: str) -> None:
    certificate = tmp_path / "card.pem"
    certificate.write_bytes(pki.certificate(family).public_bytes(serialization.Encoding.PEM))

    async def ask() -> str:
        clock = CivilClock()
        system = Jpki(config(pki), clock, Holds())
        await system.start()
        authority = str(pki.folder / "authority.pem")
        command = ["openssl", "ocsp", digest, "-issuer", authority, "-CAfile", authority, "-cert", str(certificate)]
        command += ["-url", f"http://127.0.0.1:{system.http_port}/", "-nonce", "-resp_text"]
        try:
            done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        finally:
            await system.stop()
        return str(done.stdout + done.stderr)

    said = asyncio.run(ask())
    assert "Response verify OK" in said
    assert "WARNING" not in said
    assert f"card.pem: {FAMILY_OF_ANSWER[family]}" in said
    assert ("certificateHold" in said) == (family == "card-suspended")


def config(pki: Pki) -> SystemConfig:
    unused = pki.folder / "authority.pem"
    return SystemConfig(
        system="jpki",
        identity="jpki-1.jpki.jlis.kofu.invalid",
        certificate=unused,
        key=unused,
        authority=unused,
        data_folder=pki.folder,
        jpki_folder=pki.folder,
    )


def test_answer_follows_the_civil_clock(pki: Pki, responder: OcspResponder) -> None:
    clock = CivilClock()
    clock.set(ClockMode.CLOCK_MODE_FROZEN, datetime(2022, 3, 1, tzinfo=UTC))
    answer = ocsp.load_der_ocsp_response(responder.answer(request_for(pki), clock.now()))
    assert answer.this_update_utc == datetime(2022, 3, 1, tzinfo=UTC)
    assert answer.next_update_utc == answer.this_update_utc + FRESH_FOR
    assert timedelta(days=1) >= FRESH_FOR


def test_nonce_is_echoed_and_absent_where_none_was_sent(pki: Pki, responder: OcspResponder) -> None:
    with_nonce = ocsp.load_der_ocsp_response(responder.answer(request_for(pki, nonce=b"n" * 32), NOW))
    assert with_nonce.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 32
    without = ocsp.load_der_ocsp_response(responder.answer(request_for(pki), NOW))
    assert list(without.extensions) == []


def test_get_carries_the_same_request(pki: Pki, client: Callable[..., httpx.Response]) -> None:
    encoded = base64.b64encode(request_for(pki, "card-revoked", nonce=bytes(range(200, 232)))).decode()
    for path in (quote(encoded, safe=""), encoded.replace("+", "%2B").replace("=", "%3D")):
        response = client("GET", f"/{path}")
        assert response.headers["content-type"] == "application/ocsp-response"
        answer = ocsp.load_der_ocsp_response(response.content)
        assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED


@pytest.mark.parametrize("content", [b"", b"\x30", b"not DER at all", b"\x30\x00", bytes(300)])
def test_malformed_requests_get_the_error_response(content: bytes, client: Callable[..., httpx.Response]) -> None:
    response = client("POST", "/", content)
    assert response.status_code == 200
    answer = ocsp.load_der_ocsp_response(response.content)
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_get_that_is_no_base64_gets_the_error_response(client: Callable[..., httpx.Response]) -> None:
    answer = ocsp.load_der_ocsp_response(client("GET", "/what%20is%20this").content)
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@pytest.mark.parametrize("nonce", [b"", b"n" * 33])
def test_nonce_of_a_wrong_length_is_malformed(pki: Pki, responder: OcspResponder, nonce: bytes) -> None:
    answer = ocsp.load_der_ocsp_response(responder.answer(request_for(pki, nonce=nonce), NOW))
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_certificates_of_another_authority_are_not_answered_for(pki: Pki, responder: OcspResponder) -> None:
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        pki.certificate("plain"), pki.authority.forger_certificate, hashes.SHA256()
    )
    answer = ocsp.load_der_ocsp_response(
        responder.answer(builder.build().public_bytes(serialization.Encoding.DER), NOW)
    )
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_too_long_a_request_is_cut_off(client: Callable[..., httpx.Response]) -> None:
    assert client("POST", "/", bytes(10_000)).status_code == 413
