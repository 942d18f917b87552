"""Raw knocks at a server's door: does it answer HTTP/2 to who knocks in this way? [3.1.7, 3.2.5, 3.3.12]

A server answers when it sends its HTTP/2 SETTINGS. Under TLS 1.3 a missing or foreign client certificate is refused
only after the handshake, so that the refusal shows on the first read, as an alert, an end or a reset.
"""

import socket
import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kofu_conformance.profile import Profile
from kofu_spec.pki.tls import TlsAuthority

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
"""HTTP/2 connection preface with an empty SETTINGS frame."""
SETTINGS = 4
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Knock:
    """Whether the server spoke HTTP/2, and what was seen instead."""

    answered: bool
    detail: str


def _knock(address: str, context: ssl.SSLContext | None) -> Knock:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS) as raw:
            wire = context.wrap_socket(raw) if context else raw
            wire.sendall(PREFACE)
            received = wire.recv(9)
    except (OSError, ssl.SSLError) as error:
        return Knock(False, type(error).__name__)
    answered = len(received) == 9 and received[3] == SETTINGS
    return Knock(answered, "HTTP/2 SETTINGS" if answered else f"{len(received)} bytes")


def _context(certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the door is probed, not the house; names are checked where calls are made
    context.set_alpn_protocols(["h2"])
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context


@cache
def _foreign_certificate() -> tuple[Path, Path]:
    folder = Path(tempfile.mkdtemp(prefix="kofu-foreign-"))
    certificate, key = TlsAuthority.create(folder).issue("center-1.center.jlis.kofu.invalid")
    return Path(certificate), Path(key)


def knock_as_peer(address: str, profile: Profile) -> Knock:
    """With a certificate of the right authority: the positive control."""
    tester = profile.tls.peers["tester"]
    return _knock(address, _context(Path(tester.certificate), Path(tester.key)))


def knock_in_plain_text(address: str, profile: Profile) -> Knock:  # noqa: ARG001 - every way in takes the same
    """Without TLS."""
    return _knock(address, None)


def knock_without_certificate(address: str, profile: Profile) -> Knock:  # noqa: ARG001
    """TLS, but no client certificate."""
    return _knock(address, _context())


def knock_with_foreign_authority(address: str, profile: Profile) -> Knock:  # noqa: ARG001
    """A certificate with the right name from an authority that nobody trusts."""
    return _knock(address, _context(*_foreign_certificate()))


WAYS_IN: Mapping[str, Callable[[str, Profile], Knock]] = {
    "plain_text": knock_in_plain_text,
    "no_certificate": knock_without_certificate,
    "foreign_authority": knock_with_foreign_authority,
}
