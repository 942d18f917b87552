"""The list of revoked certificates, for the time in which the responder is silent. [1.8; RFC 5280, 5 and 6.3]

It is older than an answer by OCSP and can't tell an unknown certificate, so it stands in only where no answer comes at
all, and only while it is young (decision 15).
"""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kofu_reference.center.certificates import AuthenticationCertificate
from kofu_reference.center.ocsp import DOUBTS, SKEW
from kofu_reference.center.verdict import Validity

MOST_AGE: Final = timedelta(hours=24)
"""However long a list calls itself good for, it is not used when it was made longer ago."""

_UNDERSTOOD: Final = frozenset({x509.AuthorityKeyIdentifier.oid, x509.CRLNumber.oid})


class ListUnusable(Exception):
    """The list can't stand in for the responder."""


def read(content: bytes, subject: AuthenticationCertificate, now: datetime) -> Validity:
    """What the list says of a certificate at the civil time `now`: never UNKNOWN. Raises `ListUnusable`."""
    try:
        listed = x509.load_der_x509_crl(content)
        check_issued(listed, subject.authority)
        check_young(listed, now)
        return _status_in(listed, subject.certificate)
    except DOUBTS as doubt:
        raise ListUnusable(str(doubt)) from None


def check_issued(listed: x509.CertificateRevocationList, authority: x509.Certificate) -> None:
    """The whole list of this very authority, signed by it. Raises one of DOUBTS."""
    key = authority.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise TypeError("authority: must have an RSA or elliptic curve key")
    if not isinstance(listed.signature_hash_algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        raise ValueError("signature: must use SHA-2")
    if listed.issuer != authority.subject or not listed.is_signature_valid(key):
        raise ValueError("list: must be issued by the authority of the certificate")
    if any(each.critical and each.oid not in _UNDERSTOOD for each in listed.extensions):
        raise ValueError("list: must be whole and not one of a kind of certificates or of changes only")


def check_young(listed: x509.CertificateRevocationList, now: datetime) -> None:
    """The present lies between thisUpdate and nextUpdate, and thisUpdate is recent. Raises one of DOUBTS."""
    begins, ends = listed.last_update_utc, listed.next_update_utc
    if ends is None or not begins - SKEW <= now <= ends:
        raise ValueError("thisUpdate and nextUpdate: the present must lie between them")
    if now - begins > MOST_AGE:
        raise ValueError(f"thisUpdate: must lie at most {MOST_AGE // timedelta(hours=1)} hours back")


def _status_in(listed: x509.CertificateRevocationList, certificate: x509.Certificate) -> Validity:
    entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None:
        return Validity.GOOD
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return Validity.REVOKED
    return Validity.SUSPENDED if reason is x509.ReasonFlags.certificate_hold else Validity.REVOKED
