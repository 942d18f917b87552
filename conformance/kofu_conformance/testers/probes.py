"""Raw knocks at a server's door: does it answer who knocks in this way? [2.4, 3.1.6, 3.1.7, 3.2.5, 3.3.12]

A server of gRPC answers when it sends its HTTP/2 SETTINGS, one of HTTP/JSON when it sends a status. Under TLS 1.3 a
missing or foreign client certificate is refused only after the handshake, so that the refusal shows on the first read,
as an alert, an end or a reset.
"""

import socket
import ssl
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from kofu_conformance.profile import Profile
from kofu_spec.pki.tls import TlsAuthority

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
"""HTTP/2 connection preface with an empty SETTINGS frame."""
SETTINGS = 4
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Knock:
    """Whether the server answered in the protocol, and what was seen instead."""

    answered: bool
    detail: str


@dataclass(frozen=True)
class Speech:
    """What is said at a door, and by which of its first nine bytes an answer is known."""

    name: str
    protocol: str
    """As TLS negotiates it."""
    greeting: bytes
    is_answer: Callable[[bytes], bool]


GRPC = Speech("gRPC", "h2", PREFACE, lambda received: len(received) == 9 and received[3] == SETTINGS)
JSON = Speech(
    "HTTP/JSON",
    "http/1.1",
    b"POST / HTTP/1.1\r\nhost: door\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    lambda received: received.startswith(b"HTTP/1"),
)


def _knock(address: str, context: ssl.SSLContext | None, speech: Speech) -> Knock:
    host, _, port = address.rpartition(":")
    if context is not None:
        context.set_alpn_protocols([speech.protocol])
    try:
        with socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS) as raw:
            wire = context.wrap_socket(raw) if context else raw
            wire.sendall(speech.greeting)
            received = wire.recv(9)
    except (OSError, ssl.SSLError) as error:
        return Knock(False, type(error).__name__)
    answered = speech.is_answer(received)
    return Knock(answered, speech.name if answered else f"{len(received)} bytes")


def _context(certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the door is probed, not the house; names are checked where calls are made
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context


@cache
def _foreign_certificate() -> tuple[Path, Path]:
    folder = Path(tempfile.mkdtemp(prefix="kofu-foreign-"))
    certificate, key = TlsAuthority.create(folder).issue("center-1.center.jlis.kofu.invalid")
    return Path(certificate), Path(key)


def _context_of_peer(profile: Profile) -> ssl.SSLContext:
    tester = profile.tls.peers["tester"]
    return _context(Path(tester.certificate), Path(tester.key))


def knock_as_peer(address: str, profile: Profile, speech: Speech = GRPC) -> Knock:
    """With a certificate of the right authority: the positive control."""
    return _knock(address, _context_of_peer(profile), speech)


def knock_in_plain_text(address: str, speech: Speech = GRPC) -> Knock:
    """Without TLS."""
    return _knock(address, None, speech)


def knock_without_certificate(address: str, speech: Speech = GRPC) -> Knock:
    """TLS, but no client certificate."""
    return _knock(address, _context(), speech)


def knock_with_foreign_authority(address: str, speech: Speech = GRPC) -> Knock:
    """A certificate with the right name from an authority that nobody trusts."""
    return _knock(address, _context(*_foreign_certificate()), speech)


def knock_with_version(address: str, profile: Profile, speech: Speech, *, version: ssl.TLSVersion) -> Knock:
    """A good certificate, but this version of TLS and no other, with whatever suites it has."""
    context = _context_of_peer(profile)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is deprecated is why we ask
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = version
        context.minimum_version = version
    return _knock(address, context, speech)


def knock_with_hollow_suites(address: str, profile: Profile, speech: Speech) -> Knock:
    """A good certificate and TLS 1.2, but only suites that encrypt nothing or prove nobody's name."""
    context = _context_of_peer(profile)
    context.set_ciphers("eNULL:aNULL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return _knock(address, context, speech)


WAYS_IN: Mapping[str, Callable[[str, Speech], Knock]] = {
    "plain_text": knock_in_plain_text,
    "no_certificate": knock_without_certificate,
    "foreign_authority": knock_with_foreign_authority,
}

BROKEN_TLS: Mapping[str, Callable[[str, Profile, Speech], Knock]] = {
    "tls_1_0": partial(knock_with_version, version=ssl.TLSVersion.TLSv1),
    "tls_1_1": partial(knock_with_version, version=ssl.TLSVersion.TLSv1_1),
    "hollow_suites": knock_with_hollow_suites,
}
"""Of a peer who is welcome otherwise."""
