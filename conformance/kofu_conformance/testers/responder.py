"""The suite as the JPKI before the center: OCSP responder and revocation list, wrong where a check wants it. [1.8]"""

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from kofu_conformance.engine import Unobserved
from kofu_conformance.testers.authority import Signer, TestAuthority
from kofu_spec.city import CardState, City
from kofu_spec.pki.issuer import ISSUER_KEY_ID
from kofu_spec.pki.jpki import certificate_status

HANGS_SECONDS = 20.0
LONG_AGO = timedelta(days=200)
"""How far back a revocation lies."""


class Status(Enum):
    """What the responder says of a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


class Silence(Enum):
    """How no answer comes."""

    CUT = "the line is cut"
    ERROR = "an error of HTTP"
    HANGING = "no end to the waiting"
    TRY_LATER = "try later"
    EMPTY = "an empty answer of another type"


@dataclass(frozen=True)
class Manner:
    """How the responder answers to OCSP; what is left out is right."""

    silence: Silence | None = None
    made: timedelta = timedelta()
    """thisUpdate, from now."""
    ends: timedelta | None = timedelta(hours=1)
    """nextUpdate, from now; None leaves it out."""
    nonce: Callable[[bytes], bytes | None] = lambda sent: sent
    signer: Signer | None = None
    """Who signs, with its certificate in the answer; None: the appointed responder."""
    altered: bool = False
    """One bit of the signature is another."""
    for_another: bool = False
    """The answer is about the next serial."""
    replayed: bytes | None = None
    """This earlier answer, as it was."""


@dataclass(frozen=True)
class List:
    """The revocation list; what is left out is right."""

    statuses: Mapping[str, Status] = field(default_factory=dict)
    """By serial, beside those of the city."""
    made: timedelta = timedelta()
    ends: timedelta = timedelta(hours=48)
    signer: Signer | None = None
    changes_only: bool = False


_OF_STATE = {
    CardState.REVOKED: Status.REVOKED,
    CardState.SUSPENDED: Status.SUSPENDED,
    CardState.UNKNOWN: Status.UNKNOWN,
}


class Responder:
    """Listens from its making on. `behave` says how the next questions are answered, `says` what of whom."""

    def __init__(self, folder: Path, listen: str, city: City, now: Callable[[], datetime]) -> None:
        self.keys = TestAuthority(folder)
        self._city = {serial: _OF_STATE.get(state, Status.GOOD) for serial, state in certificate_status(city).items()}
        self._now = now
        self._leaving = threading.Event()
        self._server = _listening(listen, self)
        self.behave()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def behave(self, manner: Manner | None = None, listed: List | None = None) -> None:
        """Answers so from now on; without arguments as it should, and without a list. What `says` said is forgotten."""
        self._manner = manner or Manner()
        self._list = listed
        self._said: dict[str, Status] = {}
        self.answers: list[bytes] = []
        """The answers to OCSP given since."""

    def says(self, serial: str, status: Status) -> None:
        """Gives a certificate this status from now on."""
        self._said[serial] = status

    def close(self) -> None:
        self._leaving.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request_der: bytes) -> bytes | Silence:
        """The answer to a question, or how none comes."""
        manner = self._manner
        if manner.silence is Silence.TRY_LATER:
            answer = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
            return answer.public_bytes(serialization.Encoding.DER)
        if manner.silence is not None:
            return manner.silence
        given = manner.replayed or self._signed(ocsp.load_der_ocsp_request(request_der), manner)
        self.answers.append(given)
        return given

    def wait(self) -> None:
        """What a hanging responder does."""
        self._leaving.wait(HANGS_SECONDS)

    def revocation_list(self) -> bytes | None:
        """The list, None where there is none."""
        listed = self._list
        if listed is None:
            return None
        now, signer = self._now().replace(microsecond=0), listed.signer or self.keys.genuine
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(signer.certificate.subject)
            .last_update(now + listed.made)
            .next_update(now + listed.ends)
            .add_extension(x509.AuthorityKeyIdentifier(ISSUER_KEY_ID, None, None), critical=False)
        )
        if listed.changes_only:
            builder = builder.add_extension(x509.DeltaCRLIndicator(1), critical=True)
        for serial, status in {**self._city, **listed.statuses}.items():
            if status in (Status.REVOKED, Status.SUSPENDED):
                entry = x509.RevokedCertificateBuilder().serial_number(int(serial, 16)).revocation_date(now - LONG_AGO)
                builder = builder.add_revoked_certificate(
                    entry.add_extension(x509.CRLReason(_why(status)), critical=False).build()
                )
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _signed(self, request: ocsp.OCSPRequest, manner: Manner) -> bytes:
        now, signer = self._now().replace(microsecond=0), manner.signer or self.keys.responder
        status = self._status(f"{request.serial_number:x}")
        ends_badly = status in (Status.REVOKED, Status.SUSPENDED)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                request.issuer_name_hash,
                request.issuer_key_hash,
                request.serial_number + int(manner.for_another),
                request.hash_algorithm,
                _CERTIFICATE_STATUS[status],
                now + manner.made,
                None if manner.ends is None else now + manner.ends,
                now - LONG_AGO if ends_badly else None,
                _why(status) if ends_badly else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.NAME, signer.certificate)
            .certificates([signer.certificate])
        )
        sent = _nonce(request)
        nonce = None if sent is None else manner.nonce(sent)
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        answer = builder.sign(signer.key, hashes.SHA256())
        content = answer.public_bytes(serialization.Encoding.DER)
        if manner.altered:
            altered = answer.signature[:-1] + bytes([answer.signature[-1] ^ 1])
            content = content.replace(answer.signature, altered)
        return content

    def _status(self, serial: str) -> Status:
        return self._said.get(serial, self._city.get(serial, Status.UNKNOWN))


_CERTIFICATE_STATUS = {
    Status.GOOD: ocsp.OCSPCertStatus.GOOD,
    Status.REVOKED: ocsp.OCSPCertStatus.REVOKED,
    Status.SUSPENDED: ocsp.OCSPCertStatus.REVOKED,
    Status.UNKNOWN: ocsp.OCSPCertStatus.UNKNOWN,
}


def _nonce(request: ocsp.OCSPRequest) -> bytes | None:
    try:
        return request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None


def _why(status: Status) -> x509.ReasonFlags:
    held = status is Status.SUSPENDED
    return x509.ReasonFlags.certificate_hold if held else x509.ReasonFlags.key_compromise


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    responder: Responder

    def do_POST(self) -> None:
        answer = self.responder.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if isinstance(answer, bytes):
            self._give(200, "application/ocsp-response", answer)
        elif answer is Silence.ERROR:
            self._give(503, "text/plain", b"")
        elif answer is Silence.EMPTY:
            self._give(204, "text/plain", b"")
        else:
            if answer is Silence.HANGING:
                self.responder.wait()
            self._cut()

    def do_GET(self) -> None:
        listed = self.responder.revocation_list() if self.path == "/crl" else None
        if listed is None:
            self._give(404, "text/plain", b"")
        else:
            self._give(200, "application/pkix-crl", listed)

    def _give(self, status: int, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        """Says nothing: the transcript tells what happened."""


def _listening(listen: str, responder: Responder) -> ThreadingHTTPServer:
    host, _, port = listen.rpartition(":")
    handler = type("Handler", (_Handler,), {"responder": responder})
    server_type = type("Server", (ThreadingHTTPServer,), {"daemon_threads": True, "allow_reuse_address": True})
    try:
        server: ThreadingHTTPServer = server_type((host.strip("[]"), int(port)), handler)
    except OSError as error:
        raise Unobserved(f"jpki.listen: {listen} can't be listened on: {error.strerror or error}") from None
    return server
