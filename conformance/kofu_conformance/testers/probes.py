"""Raw knocks at a server's door: does it answer HTTP to who knocks in this way? [2.4, 3.1.6, 3.1.7, 3.2.5, 3.3.12]

A server answers when it sends its HTTP/2 SETTINGS, or at a door for HTTP/JSON a status line. Under TLS 1.3 a missing
or foreign client certificate is refused only after the handshake, so that the refusal shows on the first read, as an
alert, an end or a reset.
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
QUESTION = b"POST / HTTP/1.1\r\nhost: kofu\r\ncontent-length: 0\r\n\r\n"
"""Something that every server of HTTP/1.1 answers, be it with an error."""
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Knock:
    """Whether the server spoke HTTP, and what was seen instead."""

    answered: bool
    detail: str


@dataclass(frozen=True)
class Door:
    """Where to knock, and what is spoken there: HTTP/2, or HTTP/1.1 where the door is for HTTP/JSON."""

    address: str
    json: bool = False


def _knock(door: Door, context: ssl.SSLContext | None) -> Knock:
    host, _, port = door.address.rpartition(":")
    if context is not None:
        context.set_alpn_protocols(["http/1.1" if door.json else "h2"])
    try:
        with socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS) as raw:
            wire = context.wrap_socket(raw) if context else raw
            wire.sendall(QUESTION if door.json else PREFACE)
            received = wire.recv(9)
    except (OSError, ssl.SSLError) as error:
        return Knock(False, type(error).__name__)
    if door.json:
        return Knock(received.startswith(b"HTTP/1."), f"{len(received)} bytes")
    answered = len(received) == 9 and received[3] == SETTINGS
    return Knock(answered, "HTTP/2 SETTINGS" if answered else f"{len(received)} bytes")


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


def knock_as_peer(door: Door, profile: Profile) -> Knock:
    """With a certificate of the right authority: the positive control."""
    return _knock(door, _context_of_peer(profile))


def knock_in_plain_text(door: Door, profile: Profile) -> Knock:  # noqa: ARG001 - every way in takes the same
    """Without TLS."""
    return _knock(door, None)


def knock_without_certificate(door: Door, profile: Profile) -> Knock:  # noqa: ARG001
    """TLS, but no client certificate."""
    return _knock(door, _context())


def knock_with_foreign_authority(door: Door, profile: Profile) -> Knock:  # noqa: ARG001
    """A certificate with the right name from an authority that nobody trusts."""
    return _knock(door, _context(*_foreign_certificate()))


def knock_with_version(door: Door, profile: Profile, version: ssl.TLSVersion) -> Knock:
    """A good certificate, but this version of TLS and no other, with whatever suites it has."""
    context = _context_of_peer(profile)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is deprecated is why we ask
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = version
        context.minimum_version = version
    return _knock(door, context)


def knock_with_hollow_suites(door: Door, profile: Profile) -> Knock:
    """A good certificate and TLS 1.2, but only suites that encrypt nothing or prove nobody's name."""
    context = _context_of_peer(profile)
    context.set_ciphers("eNULL:aNULL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return _knock(door, context)


WAYS_IN: Mapping[str, Callable[[Door, Profile], Knock]] = {
    "plain_text": knock_in_plain_text,
    "no_certificate": knock_without_certificate,
    "foreign_authority": knock_with_foreign_authority,
}

BROKEN_TLS: Mapping[str, Callable[[Door, Profile], Knock]] = {
    "tls_1_0": partial(knock_with_version, version=ssl.TLSVersion.TLSv1),
    "tls_1_1": partial(knock_with_version, version=ssl.TLSVersion.TLSv1_1),
    "hollow_suites": knock_with_hollow_suites,
}
"""Of a peer who is welcome otherwise."""
