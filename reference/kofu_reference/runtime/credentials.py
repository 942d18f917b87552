"""Certificate, key and trusted authorities as they stand in their files, taken anew when they change. [3.2.5]

A new state is taken once it has stood between two looks and is whole: the key is the certificate's, the certificate
is in its period and names the system, every authority can be read. Otherwise the one before stays, and one line says
why. [docs/decisions/0017-tls.md]
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kofu_reference.runtime.config import ConfigurationInvalid

LOOK_SECONDS: Final = 0.5
"""Between two looks at the files."""

_LEAST_RSA_BITS: Final = 2048
_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"
_Stamp = tuple[tuple[int, int, int] | None, ...]
_log = logging.getLogger("kofu.tls")


class KeysUnusable(ConfigurationInvalid):
    """What stands in the files can't be used. `field`, `rule` and `remedy` say why."""

    def __init__(self, field: str, rule: str, remedy: str) -> None:
        self.field, self.rule, self.remedy = field, rule, remedy
        super().__init__(f"{field}: {rule}; {remedy}")


@dataclass(frozen=True)
class KeyFiles:
    """PEM files. `identity` is the name that the certificate has to carry; None takes any."""

    certificate: Path
    key: Path
    authority: Path
    identity: str | None = None

    @property
    def stamp(self) -> _Stamp:
        """Another one whenever a file was written or replaced."""
        return tuple(_stamp(path) for path in (self.certificate, self.key, self.authority))


@dataclass(frozen=True)
class Keys:
    """What the files held at one time, all of it usable together; PEM."""

    certificate: bytes
    key: bytes
    authority: bytes

    @property
    def authorities(self) -> tuple[x509.Certificate, ...]:
        return tuple(x509.load_pem_x509_certificates(self.authority))


class Credentials:
    """The keys that hold now. `look` is called again and again by whoever serves."""

    def __init__(self, files: KeyFiles) -> None:
        self._files = files
        self._last_seen = self._judged = files.stamp
        self.keys = read(files)
        self._removed: tuple[x509.Certificate, ...] = ()

    def look(self) -> None:
        """Takes what stands in the files where it has stood since the last look."""
        seen, self._last_seen = self._last_seen, self._files.stamp
        if self._last_seen == seen != self._judged:
            self.renew()

    def renew(self) -> None:
        """Takes what stands in the files at this moment."""
        self._judged = self._files.stamp
        try:
            keys = read(self._files)
        except KeysUnusable as error:
            why = {"field": error.field, "rule": error.rule, "remedy": error.remedy}
            _log.warning("keys not taken, those before stay", extra={"fields": why})
            return
        if keys == self.keys:
            return
        self._removed = _without(keys.authorities, (*self._removed, *self.keys.authorities))
        self.keys = keys
        fields = {**_shown(keys), "removed_authorities": len(self._removed)}
        _log.info("keys taken", extra={"fields": fields})

    def vouches_for(self, peer: bytes) -> bool:
        """Whether a peer whose certificate (PEM) was good when it connected is still to be heard.

        A connection outlives the trust in which it was made: who was vouched for by an authority that was taken away
        since, and by none that is left, is a third party now.
        """
        return not self._removed or vouched(peer, self.keys.authorities, self._removed)


_KNOWN: WeakValueDictionary[KeyFiles, Credentials] = WeakValueDictionary()


def credentials_of(files: KeyFiles) -> Credentials:
    """The credentials of these files, the same for everything in this process that uses them. Raises KeysUnusable."""
    known = _KNOWN.get(files)
    if known is None:
        known = _KNOWN[files] = Credentials(files)
    else:
        known.renew()
    return known


def read(files: KeyFiles) -> Keys:
    """What stands in the files, where all of it can be used together. Raises KeysUnusable."""
    certificate, key, authority = (
        _content(field, path)
        for field, path in (("certificate", files.certificate), ("key", files.key), ("authority", files.authority))
    )
    own, *_ = _certificates("certificate", certificate)
    _check_key(own, key)
    _check_period(own)
    if files.identity is not None and _names(own) != [files.identity]:
        rule = f"does not name {files.identity} and nobody else"
        raise KeysUnusable("certificate", rule, "have one issued for this identity, as its only DNS name")
    _certificates("authority", authority)
    return Keys(certificate, key, authority)


def _content(field: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        rule = f"{path}: {error.strerror or error}"
        raise KeysUnusable(field, rule, "put a PEM file there that this system may read") from None


def _certificates(field: str, content: bytes) -> list[x509.Certificate]:
    """All of them: a file that breaks off within one would silently lose it."""
    try:
        found = x509.load_pem_x509_certificates(content)
    except ValueError:
        found = []
    if not found or len(found) != content.count(_BEGIN):
        raise KeysUnusable(field, "is not whole, or no certificate in PEM", "write the file whole, then put it there")
    return found


def _check_key(certificate: x509.Certificate, content: bytes) -> None:
    remedy = "put the unencrypted private key of this very certificate there, in PEM"
    try:
        key = serialization.load_pem_private_key(content, None)
    except (ValueError, TypeError):
        raise KeysUnusable("key", "is not whole, or no unencrypted private key in PEM", remedy) from None
    strong_rsa = isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_RSA_BITS
    strong_curve = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
    if not strong_rsa and not strong_curve:
        raise KeysUnusable("key", "is neither RSA of 2048 bits or more nor on P-256 or P-384", "make such a key")
    if key.public_key() != certificate.public_key():
        raise KeysUnusable("key", "is not that of the certificate", remedy)


def _check_period(certificate: x509.Certificate) -> None:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= datetime.now(UTC) <= ends:
        raise KeysUnusable("certificate", f"holds from {begins} to {ends}, and not now", "have a new one issued")


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names]


@lru_cache(maxsize=256)
def vouched(peer: bytes, authorities: tuple[x509.Certificate, ...], removed: tuple[x509.Certificate, ...]) -> bool:
    """Not issued by a removed authority, or by one that is left as well."""
    certificate = x509.load_pem_x509_certificate(peer)
    return _issued_by_one_of(authorities, certificate) or not _issued_by_one_of(removed, certificate)


def _issued_by_one_of(authorities: Iterable[x509.Certificate], certificate: x509.Certificate) -> bool:
    return any(_issued_by(authority, certificate) for authority in authorities)


def _issued_by(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except Exception:  # whatever is wrong with it: cryptography names many
        return False
    return True


def _without(kept: Iterable[x509.Certificate], before: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    left = set(kept)
    return tuple(dict.fromkeys(one for one in before if one not in left))


def _shown(keys: Keys) -> dict[str, object]:
    own = x509.load_pem_x509_certificate(keys.certificate)
    return {
        "serial": f"{own.serial_number:x}",
        "until": own.not_valid_after_utc.isoformat(),
        "authorities": len(keys.authorities),
    }


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
