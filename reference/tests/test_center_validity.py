"""The center's validity check against OpenSSL's responder, against our own, and against answers made wrong. [1.8]"""

import asyncio
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from kofu.v1.reason_pb2 import Reason
from kofu_reference.center import ocsp as center_ocsp
from kofu_reference.center.certificates import AuthenticationCertificate, TrustedAuthorities, check_signature
from kofu_reference.center.validity import ValidityCheck
from kofu_reference.center.verdict import Validity
from kofu_reference.jpki.responder import OcspResponder
from kofu_reference.jpki.revocation_list import revocation_list
from kofu_reference.jpki.statuses import GOOD, CertificateStatus
from kofu_reference.runtime import Refusal, metrics
from kofu_reference.runtime.log import JsonLines
from kofu_reference.runtime.ports import ReservedPorts
from kofu_spec import paths
from kofu_spec.city import make_city
from kofu_spec.city.model import Card, CardState
from kofu_spec.pki import jpki
from kofu_spec.pki.issuer import ISSUER_KEY_ID
from kofu_spec.pki.keys import curve_key, key_pool

NOW = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)
SERIAL = 0xA11CE
ENDED = NOW - timedelta(days=90)
REVOKED = CertificateStatus(ocsp.OCSPCertStatus.REVOKED, ENDED, x509.ReasonFlags.key_compromise)
ON_HOLD = CertificateStatus(ocsp.OCSPCertStatus.REVOKED, ENDED, x509.ReasonFlags.certificate_hold)


@cache
def rsa_keys() -> tuple[rsa.RSAPrivateKey, ...]:
    """The pool, read once: reading takes longer than the center waits for an answer."""
    return key_pool(paths.cache_folder())


@dataclass(frozen=True)
class Pki:
    """The test JPKI in a folder, and one citizen's certificate."""

    folder: Path
    authority: jpki.Authority
    card: Card
    certificate: x509.Certificate

    @property
    def trusted(self) -> TrustedAuthorities:
        return TrustedAuthorities([self.folder / "authority.pem"])

    def subject(self, now: datetime = NOW) -> AuthenticationCertificate:
        return self.trusted.verify(self.certificate.public_bytes(serialization.Encoding.DER), now)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder = tmp_path_factory.mktemp("jpki")
    authority = jpki.write_authority(folder, paths.cache_folder())
    card = Card("card", f"{SERIAL:x}", "1234", CardState.VALID, NOW - timedelta(days=900), NOW + timedelta(days=9000))
    key = rsa_keys()[3]
    return Pki(folder, authority, card, jpki.card_certificate(card, authority, key.public_key()))


@dataclass
class Line:
    """What stands at the other end of the center's line to the JPKI."""

    answers: Callable[[bytes], bytes | int] = lambda _: 503
    listed: bytes | None = None
    asked: list[str] = field(default_factory=list)
    trickling: bool = False


@contextmanager
def jpki_line(line: Line) -> Iterator[str]:
    """An HTTP server on loopback; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            line.asked.append("ocsp")
            answer = line.answers(self.rfile.read(int(self.headers["Content-Length"])))
            self._give(answer if isinstance(answer, int) else 200, answer if isinstance(answer, bytes) else b"")

        def do_GET(self) -> None:
            line.asked.append("list")
            self._give(404 if line.listed is None else 200, line.listed or b"")

        def _give(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if line.trickling:
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(0.2)
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def asked(pki: Pki, line: Line, now: datetime = NOW, *, with_list: bool = True) -> Validity:
    """What the center makes of this line."""

    async def ask(url: str) -> Validity:
        check = ValidityCheck(f"{url}/", f"{url}/crl" if with_list else None)
        try:
            return await check.status(pki.subject(now), now)
        finally:
            await check.close()

    with jpki_line(line) as url:
        return asyncio.run(ask(url))


def responder(pki: Pki, status: CertificateStatus | None = GOOD, made_at: datetime = NOW) -> Callable[[bytes], bytes]:
    """Our own responder, of the clock `made_at`."""
    ours = OcspResponder(jpki.load_responder(pki.folder), {} if status is None else {SERIAL: status})
    return lambda request: ours.answer(request, made_at)


@pytest.mark.parametrize(
    ("status", "found"),
    [(GOOD, Validity.GOOD), (REVOKED, Validity.REVOKED), (ON_HOLD, Validity.SUSPENDED), (None, Validity.UNKNOWN)],
)
def test_each_status_is_told_apart(pki: Pki, status: CertificateStatus | None, found: Validity) -> None:
    line = Line(responder(pki, status), revocation_list(pki.authority, {}, NOW))
    assert asked(pki, line) is found
    assert line.asked == ["ocsp"]


@pytest.mark.parametrize(
    ("validity", "reason"),
    [
        (Validity.REVOKED, Reason.REASON_CERTIFICATE_REVOKED),
        (Validity.SUSPENDED, Reason.REASON_CERTIFICATE_SUSPENDED),
        (Validity.UNKNOWN, Reason.REASON_VALIDITY_UNKNOWN),
        (Validity.UNREACHABLE, Reason.REASON_UPSTREAM_UNAVAILABLE),
    ],
)
def test_each_status_has_its_own_reason(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, validity: Validity, reason: Reason
) -> None:
    async def says(*_: object) -> Validity:
        return validity

    check = ValidityCheck("http://127.0.0.1:1/")
    monkeypatch.setattr(check, "status", says)
    with pytest.raises(Refusal) as refusal:
        asyncio.run(check.check(pki.subject(), NOW))
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (timedelta(hours=-1, minutes=-5), Validity.GOOD),
        (timedelta(hours=-1, minutes=-5, seconds=-1), Validity.UNKNOWN),
        (timedelta(minutes=5), Validity.GOOD),
        (timedelta(minutes=5, seconds=1), Validity.UNKNOWN),
    ],
)
def test_answer_holds_for_its_hour_and_the_skew_of_clocks(pki: Pki, made: timedelta, found: Validity) -> None:
    assert asked(pki, Line(responder(pki, made_at=NOW + made))) is found


def test_answer_to_an_earlier_question_is_not_believed(pki: Pki) -> None:
    kept: list[bytes] = []

    def keeps(request: bytes) -> bytes:
        kept.append(responder(pki)(request))
        return kept[0]

    line = Line(keeps)
    assert [asked(pki, line), asked(pki, line)] == [Validity.GOOD, Validity.UNKNOWN]


@dataclass(frozen=True)
class Appointed:
    """A responder with a certificate of its own."""

    pki: Pki
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.OCSP_SIGNING
    ends: datetime = NOW + timedelta(days=1)
    by_the_forger: bool = False

    def __call__(self, request_der: bytes) -> bytes:
        request = ocsp.load_der_ocsp_request(request_der)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            request.issuer_name_hash, request.issuer_key_hash, request.serial_number, request.hash_algorithm,
            ocsp.OCSPCertStatus.GOOD, NOW, NOW + timedelta(hours=1), None, None,
        )  # fmt: skip
        nonce = request.extensions.get_extension_for_class(x509.OCSPNonce).value
        certificate, key = self.certificate(), rsa_keys()[4]
        signed = builder.add_extension(nonce, critical=False).certificates([certificate])
        answer = signed.responder_id(ocsp.OCSPResponderEncoding.NAME, certificate).sign(key, hashes.SHA256())
        return answer.public_bytes(serialization.Encoding.DER)

    def certificate(self) -> x509.Certificate:
        authority = self.pki.authority
        key = rsa_keys()[4].public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "another responder")]))
            .issuer_name(authority.certificate.subject)
            .public_key(key)
            .serial_number(99)
            .not_valid_before(NOW - timedelta(days=30))
            .not_valid_after(self.ends)
            .add_extension(x509.ExtendedKeyUsage([self.purpose]), critical=False)
            .sign(authority.forger_key if self.by_the_forger else authority.key, hashes.SHA256())
        )


def test_only_whom_the_authority_appointed_for_it_may_answer(pki: Pki) -> None:
    answering = {
        "appointed": Appointed(pki),
        "for something else": Appointed(pki, purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
        "no longer": Appointed(pki, ends=NOW - timedelta(seconds=1)),
        "by another authority": Appointed(pki, by_the_forger=True),
    }
    found = {who: asked(pki, Line(answers)) for who, answers in answering.items()}
    assert found == {
        "appointed": Validity.GOOD,
        "for something else": Validity.UNKNOWN,
        "no longer": Validity.UNKNOWN,
        "by another authority": Validity.UNKNOWN,
    }


@pytest.mark.parametrize("answer", [b"", b"what", b"\x30\x03\x0a\x01\x01", b"\x30\x03\x0a\x01\x06"])
def test_what_is_no_answer_is_unknown_and_no_list_makes_it_good(pki: Pki, answer: bytes) -> None:
    line = Line(lambda _: answer, revocation_list(pki.authority, {}, NOW))
    assert asked(pki, line) is Validity.UNKNOWN
    assert line.asked == ["ocsp"]


TRY_LATER, INTERNAL_ERROR = b"\x30\x03\x0a\x01\x03", b"\x30\x03\x0a\x01\x02"


@pytest.mark.parametrize("silent", [503, 404, TRY_LATER, INTERNAL_ERROR])
@pytest.mark.parametrize(
    ("statuses", "found"),
    [({}, Validity.GOOD), ({SERIAL: REVOKED}, Validity.REVOKED), ({SERIAL: ON_HOLD}, Validity.SUSPENDED)],
)
def test_list_stands_in_for_a_silent_responder(
    pki: Pki, silent: bytes | int, statuses: dict[int, CertificateStatus], found: Validity
) -> None:
    line = Line(lambda _: silent, revocation_list(pki.authority, statuses, NOW))
    assert asked(pki, line) is found
    assert line.asked == ["ocsp", "list"]


def test_silence_without_a_list_is_unreachable(pki: Pki) -> None:
    assert asked(pki, Line()) is Validity.UNREACHABLE
    assert asked(pki, Line(), with_list=False) is Validity.UNREACHABLE


@pytest.mark.parametrize(
    ("age", "found"),
    [
        (timedelta(hours=24), Validity.GOOD),
        (timedelta(hours=24, seconds=1), Validity.UNREACHABLE),
        (timedelta(hours=49), Validity.UNREACHABLE),
        (timedelta(minutes=-6), Validity.UNREACHABLE),
    ],
)
def test_list_stands_in_for_a_day_whatever_end_it_names(pki: Pki, age: timedelta, found: Validity) -> None:
    assert asked(pki, Line(listed=revocation_list(pki.authority, {}, NOW - age))) is found


def a_list(
    pki: Pki, *, ends: timedelta = timedelta(hours=24), forged: bool = False, changes_only: bool = False
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(pki.authority.certificate.subject)
        .last_update(NOW - timedelta(hours=2))
        .next_update(NOW + ends)
    )
    if changes_only:
        builder = builder.add_extension(x509.DeltaCRLIndicator(1), critical=True)
    key = pki.authority.forger_key if forged else pki.authority.key
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_list_that_is_past_forged_or_partial_stands_in_for_nothing(pki: Pki) -> None:
    assert asked(pki, Line(listed=a_list(pki))) is Validity.GOOD
    assert asked(pki, Line(listed=a_list(pki, ends=timedelta(seconds=-1)))) is Validity.UNREACHABLE
    assert asked(pki, Line(listed=a_list(pki, forged=True))) is Validity.UNREACHABLE
    assert asked(pki, Line(listed=a_list(pki, changes_only=True))) is Validity.UNREACHABLE
    assert asked(pki, Line(listed=b"no list")) is Validity.UNREACHABLE


def test_responder_that_sends_a_byte_now_and_then_is_not_waited_for(pki: Pki) -> None:
    """A whole answer would take minutes: that the test ends is the assertion, with what it found."""
    line = Line(responder(pki), trickling=True)
    assert asked(pki, line, with_list=False) is Validity.UNREACHABLE


@dataclass
class Told:
    """What the center said to those who run it."""

    events: list[tuple[str, str]]
    ran_out: dict[str, float]


def told(pki: Pki, caplog: pytest.LogCaptureFixture, line: Line) -> Told:
    """Its log lines about one question, as they are written, and which waits ran out."""
    waits = ("OCSP", "CRL")
    before = {wait: metrics.WAITS_RAN_OUT.labels(wait)._value.get() for wait in waits}
    caplog.clear()
    asked(pki, line)
    lines = [json.loads(JsonLines("center").format(record)) for record in caplog.records]
    return Told(
        [(one["event"], one["why"]) for one in lines if one["logger"] == "kofu.center"],
        {wait: metrics.WAITS_RAN_OUT.labels(wait)._value.get() - before[wait] for wait in waits},
    )


def test_why_the_list_stands_in_and_why_not_is_logged_in_words(pki: Pki, caplog: pytest.LogCaptureFixture) -> None:
    silent, no_list = "validity: the responder is silent", "validity: no list can stand in"
    assert told(pki, caplog, Line()).events == [(silent, "status 503"), (no_list, "status 404")]
    for listed, why in (
        (a_list(pki, ends=timedelta(seconds=-1)), "thisUpdate and nextUpdate: the present must lie between them"),
        (a_list(pki, forged=True), "list: must be issued by the authority of the certificate"),
        (
            a_list(pki, changes_only=True),
            "list: must be whole and not one of a kind of certificates or of changes only",
        ),
        (revocation_list(pki.authority, {}, NOW - timedelta(hours=25)), "thisUpdate: must lie at most 24 hours back"),
        (b"no list", "hidden"),
    ):
        said = told(pki, caplog, Line(lambda _: TRY_LATER, listed))
        assert said == Told([(silent, "TRY_LATER"), (no_list, why)], {"OCSP": 0, "CRL": 0})


def test_waits_for_the_responder_and_for_the_list_are_counted(pki: Pki, caplog: pytest.LogCaptureFixture) -> None:
    line = Line(responder(pki), revocation_list(pki.authority, {}, NOW), trickling=True)
    assert told(pki, caplog, line).ran_out == {"OCSP": 1, "CRL": 1}


def test_nobody_listening_is_unreachable(pki: Pki) -> None:
    async def ask(port: int) -> Validity:
        check = ValidityCheck(f"http://127.0.0.1:{port}/")
        try:
            return await check.status(pki.subject(), NOW)
        finally:
            await check.close()

    with ReservedPorts("127.0.0.1", ["nobody"]) as ports:
        assert asyncio.run(ask(ports["nobody"])) is Validity.UNREACHABLE


# OpenSSL as the responder


INDEX = {
    "V": f"V\t{{ends}}\t\t{SERIAL:X}\tunknown\t/CN=card\n",
    "R": f"R\t{{ends}}\t260101000000Z,keyCompromise\t{SERIAL:X}\tunknown\t/CN=card\n",
    "H": f"R\t{{ends}}\t260101000000Z,holdInstruction,1.2.840.10040.2.2\t{SERIAL:X}\tunknown\t/CN=card\n",
    "": "",
}


@contextmanager
def openssl_responder(pki: Pki, folder: Path, index: str, *, signer: str = "responder") -> Iterator[str]:
    """`openssl ocsp` as a server, until the block ends."""
    (folder / "index.txt").write_text(INDEX[index].format(ends="600101000000Z"))
    with ReservedPorts("127.0.0.1", ["openssl"]) as ports:
        port = ports["openssl"]
    command = ["openssl", "ocsp", "-port", str(port), "-index", str(folder / "index.txt"), "-ndays", "1"]
    command += ["-CA", str(pki.folder / "authority.pem"), "-rsigner", str(pki.folder / f"{signer}.pem")]
    command += ["-rkey", str(pki.folder / f"{signer}.key"), "-rmd", "sha256"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "waiting for OCSP client connections" in line:
                break
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="left out: openssl is not installed")
@pytest.mark.parametrize(
    ("index", "signer", "found"),
    [
        ("V", "responder", Validity.GOOD),
        ("R", "responder", Validity.REVOKED),
        ("H", "responder", Validity.SUSPENDED),
        ("", "responder", Validity.UNKNOWN),
        ("V", "authority", Validity.GOOD),
        ("V", "forger", Validity.UNKNOWN),
    ],
)
def test_center_reads_openssls_responder(pki: Pki, tmp_path: Path, index: str, signer: str, found: Validity) -> None:
    async def ask(url: str) -> Validity:
        check = ValidityCheck(url)
        now = datetime.now(UTC)
        try:
            return await check.status(pki.subject(now), now)
        finally:
            await check.close()

    with openssl_responder(pki, tmp_path, index, signer=signer) as url:
        assert asyncio.run(ask(url)) is found


# Path, purpose, period, signature


def made(pki: Pki, key: Any = None, **changed: Any) -> bytes:
    """A certificate as a genuine card's but for what is changed; its DER."""
    key = key or rsa_keys()[3].public_key()
    usage = {
        "digital_signature": True, "content_commitment": False, "key_encipherment": False, "data_encipherment": False,
        "key_agreement": False, "key_cert_sign": False, "crl_sign": False, "encipher_only": False,
        "decipher_only": False, **changed.get("usage", {}),
    }  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "card")]))
        .issuer_name(pki.authority.certificate.subject)
        .public_key(key)
        .serial_number(SERIAL)
        .not_valid_before(changed.get("begins", NOW - timedelta(days=1)))
        .not_valid_after(changed.get("ends", NOW + timedelta(days=1)))
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier(ISSUER_KEY_ID, None, None), critical=False)
    )
    if "purpose" in changed:
        builder = builder.add_extension(x509.ExtendedKeyUsage([changed["purpose"]]), critical=False)
    if changed.get("is_authority"):
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    return builder.sign(changed.get("signs", pki.authority.key), hashes.SHA256()).public_bytes(
        serialization.Encoding.DER
    )


def reason_of(pki: Pki, der: bytes, now: datetime = NOW) -> Any:
    try:
        pki.trusted.verify(der, now)
    except Refusal as refusal:
        return refusal.reason
    return None


def test_purpose_and_path(pki: Pki) -> None:
    assert reason_of(pki, made(pki)) is None
    assert reason_of(pki, made(pki, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)) is None
    for changed in (
        {"purpose": ExtendedKeyUsageOID.SERVER_AUTH},
        {"usage": {"digital_signature": False, "key_encipherment": True}},
        {"usage": {"content_commitment": True}},
        {"is_authority": True},
        {"signs": pki.authority.forger_key},
        {"key": curve_key(paths.cache_folder(), ec.SECP256R1()).public_key()},
    ):
        key = changed.pop("key", None)
        assert reason_of(pki, made(pki, key, **changed)) == Reason.REASON_CERTIFICATE_NOT_TRUSTED, changed


def test_period_to_the_second(pki: Pki) -> None:
    for begins, ends, expected in (
        (NOW, NOW, None),
        (NOW + timedelta(seconds=1), NOW + timedelta(days=1), Reason.REASON_CERTIFICATE_EXPIRED),
        (NOW - timedelta(days=1), NOW - timedelta(seconds=1), Reason.REASON_CERTIFICATE_EXPIRED),
    ):
        assert reason_of(pki, made(pki, begins=begins, ends=ends)) == expected


def test_signature_of_the_coming_card_is_read_too(pki: Pki) -> None:
    key = curve_key(paths.cache_folder(), ec.SECP384R1())
    certificate = x509.load_der_x509_certificate(made(pki, key.public_key()))
    assert reason_of(pki, made(pki, key.public_key())) is None
    signature = key.sign(b"challenge", ec.ECDSA(hashes.SHA384()))
    check_signature(certificate, b"challenge", signature)
    for wrong in (key.sign(b"challenge", ec.ECDSA(hashes.SHA256())), b"", b"\x30\x00"):
        with pytest.raises(Refusal):
            check_signature(certificate, b"challenge", wrong)
    rsa_key = rsa_keys()[3]
    with pytest.raises(Refusal):
        check_signature(certificate, b"challenge", rsa_key.sign(b"challenge", padding.PKCS1v15(), hashes.SHA256()))


def test_question_asks_with_a_nonce_of_its_own(pki: Pki) -> None:
    nonces = {
        ocsp.load_der_ocsp_request(center_ocsp.Question(pki.subject()).to_bytes())
        .extensions.get_extension_for_class(x509.OCSPNonce)
        .value.nonce
        for _ in range(3)
    }
    assert len(nonces) == 3
    assert {len(nonce) for nonce in nonces} == {32}


def test_the_citys_list_names_who_was_revoked_and_who_is_on_hold(pki: Pki) -> None:
    from kofu_reference.jpki.statuses import statuses_of

    city = make_city(1, 1)
    listed = x509.load_der_x509_crl(revocation_list(pki.authority, statuses_of(city), NOW))
    reasons = {
        entry.serial_number: entry.extensions.get_extension_for_class(x509.CRLReason).value.reason for entry in listed
    }
    for family, reason in (("card-revoked", "key_compromise"), ("card-suspended", "certificate_hold")):
        for citizen in city.family(family):
            assert citizen.card is not None
            assert reasons[int(citizen.card.serial, 16)] is x509.ReasonFlags[reason]
    plain = city.family("plain")[0].card
    assert plain is not None
    assert int(plain.serial, 16) not in reasons
