"""The user authentication certificate of a card: path, use, period, and its signature over the challenge. [1.8]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from kofu.v1.common_pb2 import Holder
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

_LEAST_KEY_BITS: Final = 2048
_ANY_EXTENDED_USE: Final = x509.ObjectIdentifier("2.5.29.37.0")
_UNDERSTOOD: Final = frozenset(
    {x509.KeyUsage.oid, x509.BasicConstraints.oid, x509.ExtendedKeyUsage.oid, x509.CertificatePolicies.oid}
)


@dataclass(frozen=True)
class AuthenticationCertificate:
    """A certificate whose path was verified, and the authority that issued it."""

    certificate: x509.Certificate
    authority: x509.Certificate
    holder: Holder


class TrustedAuthorities:
    """The authorities of the JPKI that the center trusts."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._authorities = tuple(x509.load_pem_x509_certificate(path.read_bytes()) for path in paths)

    def verify(self, der: bytes, now: datetime) -> AuthenticationCertificate:
        """Checks path and use, then the period at the civil time `now`.

        Raises REASON_CERTIFICATE_NOT_TRUSTED or REASON_CERTIFICATE_EXPIRED.
        """
        try:
            certificate = x509.load_der_x509_certificate(der)
            authority = self._issuer_of(certificate, now)
            _check_use(certificate)
            holder = Holder(
                issuer_key_id=_authority_key_id(certificate), certificate_serial=f"{certificate.serial_number:x}"
            )
        except (ValueError, TypeError, x509.ExtensionNotFound, x509.DuplicateExtension):
            raise _not_trusted() from None
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise Refusal(Reason.REASON_CERTIFICATE_EXPIRED)
        return AuthenticationCertificate(certificate, authority, holder)

    def _issuer_of(self, certificate: x509.Certificate, now: datetime) -> x509.Certificate:
        """The authority that really signed the certificate, itself within its period."""
        if not isinstance(certificate.signature_hash_algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
            raise _not_trusted()
        for authority in self._authorities:
            key_id = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
            if key_id != _authority_key_id(certificate):
                continue
            try:
                certificate.verify_directly_issued_by(authority)
            except InvalidSignature:
                continue
            if authority.not_valid_before_utc <= now <= authority.not_valid_after_utc:
                return authority
        raise _not_trusted()


def check_signature(certificate: x509.Certificate, challenge: bytes, signature: bytes) -> None:
    """RSASSA-PKCS1-v1_5 with SHA-256 over the challenge, or ECDSA on P-384 with SHA-384 as the coming card signs.

    Raises REASON_CERTIFICATE_NOT_TRUSTED.
    """
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, challenge, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, challenge, ec.ECDSA(hashes.SHA384()))
        else:
            raise _not_trusted()
    except InvalidSignature:
        raise _not_trusted() from None


def _check_use(certificate: x509.Certificate) -> None:
    """An end entity's key for authentication, strong enough, without critical extensions that we don't know."""
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    unknown = [each for each in certificate.extensions if each.critical and each.oid not in _UNDERSTOOD]
    signs_documents = usage.content_commitment
    if not usage.digital_signature or signs_documents or usage.key_cert_sign or _is_authority(certificate) or unknown:
        raise _not_trusted()
    if not _for_authentication(certificate) or not _is_strong(certificate.public_key()):
        raise _not_trusted()


def _for_authentication(certificate: x509.Certificate) -> bool:
    """Whether the purposes that the certificate names, if it names any, hold that of its holder's authentication."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.CLIENT_AUTH in purposes or _ANY_EXTENDED_USE in purposes


def _is_strong(key: object) -> bool:
    if isinstance(key, ec.EllipticCurvePublicKey):
        return isinstance(key.curve, ec.SECP384R1)
    return isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_KEY_BITS


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _authority_key_id(certificate: x509.Certificate) -> bytes:
    identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    if identifier is None:
        raise ValueError("authority key identifier: must be there")
    return identifier


def _not_trusted() -> Refusal:
    return Refusal(Reason.REASON_CERTIFICATE_NOT_TRUSTED)
