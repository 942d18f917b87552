"""The status of a certificate by OCSP: what is asked, and what makes an answer believed. [1.8; RFC 6960, 9654]"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from kofu_reference.center.certificates import AuthenticationCertificate
from kofu_reference.center.verdict import Validity

CONTENT_TYPE: Final = "application/ocsp-request"
SKEW: Final = timedelta(minutes=5)
"""How far the JPKI's clock may be from the center's."""

DOUBTS: Final = (
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
)
"""What the reading of an answer raises where it can't be trusted."""

_NONCE_BYTES: Final = 32
_NOT_NOW: Final = frozenset({ocsp.OCSPResponseStatus.TRY_LATER, ocsp.OCSPResponseStatus.INTERNAL_ERROR})


class NotNow(Exception):
    """The responder says that it can't answer at present. Anybody on the line can say so: it proves nothing."""


class Question:
    """One request about one certificate, under a nonce of its own."""

    def __init__(self, subject: AuthenticationCertificate) -> None:
        self._subject = subject
        self._nonce = secrets.token_bytes(_NONCE_BYTES)
        builder = ocsp.OCSPRequestBuilder().add_certificate(subject.certificate, subject.authority, hashes.SHA256())
        self._request = builder.add_extension(x509.OCSPNonce(self._nonce), critical=False).build()

    def to_bytes(self) -> bytes:
        """The request, DER."""
        return self._request.public_bytes(serialization.Encoding.DER)

    def read(self, answer_der: bytes, now: datetime) -> Validity:
        """What the answer says at the civil time `now`; UNKNOWN where it can't be trusted. Raises `NotNow`."""
        try:
            answer = ocsp.load_der_ocsp_response(answer_der)
            if answer.response_status in _NOT_NOW:
                raise NotNow(answer.response_status.name)
            if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                raise ValueError("response status: must be successful")
            check_nonce(answer, self._nonce)
            check_signed(answer, signer_of(answer, self._subject.authority, now))
            single = _single_for(answer, self._request)
            check_fresh(single, now)
        except DOUBTS:
            return Validity.UNKNOWN
        return status_of(single)


def check_nonce(answer: ocsp.OCSPResponse, nonce: bytes) -> None:
    """An answer to this very question, never one that was kept. Raises one of DOUBTS."""
    if answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce != nonce:
        raise ValueError("nonce: must be that of the request")


def check_fresh(single: ocsp.OCSPSingleResponse, now: datetime) -> None:
    """The present lies between thisUpdate and nextUpdate, which must be there. Raises one of DOUBTS."""
    ends = single.next_update_utc
    if ends is None or not single.this_update_utc - SKEW <= now <= ends + SKEW:
        raise ValueError("thisUpdate, nextUpdate: the present must lie between them")


def check_appointed(candidate: x509.Certificate, authority: x509.Certificate) -> None:
    """The authority itself certified this responder, and for OCSP. Raises one of DOUBTS. [RFC 6960, 4.2.2.2]"""
    candidate.verify_directly_issued_by(authority)
    usage = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if ExtendedKeyUsageOID.OCSP_SIGNING not in usage:
        raise ValueError("responder: must be appointed for OCSP")


def signer_of(answer: ocsp.OCSPResponse, authority: x509.Certificate, now: datetime) -> x509.Certificate:
    """The authority, or a responder that it appointed by a certificate in the answer. Raises one of DOUBTS."""
    for candidate in (*answer.certificates, authority):
        if not _names(answer, candidate):
            continue
        if candidate != authority:
            check_appointed(candidate, authority)
        if not candidate.not_valid_before_utc <= now <= candidate.not_valid_after_utc:
            raise ValueError("responder: its certificate must be valid now")
        return candidate
    raise ValueError("responder: its certificate must be there")


def check_signed(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> None:
    """The signature is the signer's. Raises one of DOUBTS."""
    key = signer.public_key()
    algorithm = answer.signature_hash_algorithm
    if not isinstance(algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        raise ValueError("signature: must use SHA-2")
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
    else:
        raise TypeError("responder: must have an RSA or elliptic curve key")


def status_of(single: ocsp.OCSPSingleResponse) -> Validity:
    """What a believed answer says."""
    if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return Validity.GOOD
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        return Validity.UNKNOWN
    return Validity.SUSPENDED if single.revocation_reason is x509.ReasonFlags.certificate_hold else Validity.REVOKED


def _single_for(answer: ocsp.OCSPResponse, request: ocsp.OCSPRequest) -> ocsp.OCSPSingleResponse:
    matching = [each for each in answer.responses if _is_for(each, request)]
    if len(matching) != 1:
        raise ValueError("responses: one must be for the certificate asked for")
    return matching[0]


def _is_for(single: ocsp.OCSPSingleResponse, request: ocsp.OCSPRequest) -> bool:
    return (
        single.serial_number == request.serial_number
        and single.issuer_name_hash == request.issuer_name_hash
        and single.issuer_key_hash == request.issuer_key_hash
    )


def _names(answer: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    """Whether the answer's responder id means this certificate."""
    if answer.responder_name is not None:
        return answer.responder_name == certificate.subject
    # The responder id by key is the SHA-1 of the key's bits, whatever its extension says.
    digest = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    return answer.responder_key_hash == digest
