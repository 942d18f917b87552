"""Answers to OCSP requests, signed by the delegated responder. [RFC 6960]"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from kofu_reference.jpki.statuses import UNKNOWN, CertificateStatus
from kofu_spec.pki.jpki import Responder

FRESH_FOR: Final = timedelta(hours=1)
_LONGEST_NONCE_BYTES: Final = 32  # RFC 8954


class OcspResponder:
    """Signs the statuses of one authority's certificates."""

    def __init__(self, signing: Responder, statuses: Mapping[int, CertificateStatus]) -> None:
        self._signing = signing
        self._statuses = statuses

    def answer(self, request_der: bytes, now: datetime) -> bytes:
        """The DER response to a DER request, at the civil time `now`. Bad requests get the error response."""
        try:
            request = ocsp.load_der_ocsp_request(request_der)
            nonce = _nonce(request)
            # Touches what a lenient parser leaves unread until it is asked for.
            algorithm = request.hash_algorithm
        except (ValueError, TypeError, UnsupportedAlgorithm, NotImplementedError):
            return _error(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if not self._is_for_our_authority(request, algorithm):
            return _error(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return self._signed(request, nonce, algorithm, now)

    def _signed(
        self, request: ocsp.OCSPRequest, nonce: bytes | None, algorithm: hashes.HashAlgorithm, now: datetime
    ) -> bytes:
        known = self._statuses.get(request.serial_number, UNKNOWN)
        this_update = now.replace(microsecond=0)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                request.issuer_name_hash,
                request.issuer_key_hash,
                request.serial_number,
                algorithm,
                known.status,
                this_update,
                this_update + FRESH_FOR,
                known.revoked_at,
                known.reason,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self._signing.certificate)
            .certificates([self._signing.certificate])
        )
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        return builder.sign(self._signing.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _is_for_our_authority(self, request: ocsp.OCSPRequest, algorithm: hashes.HashAlgorithm) -> bool:
        authority = self._signing.authority
        own = ocsp.OCSPRequestBuilder().add_certificate(authority, authority, algorithm).build()
        return request.issuer_name_hash == own.issuer_name_hash and request.issuer_key_hash == own.issuer_key_hash


def _nonce(request: ocsp.OCSPRequest) -> bytes | None:
    """The nonce; None without one. Raises ValueError for an empty or overlong one."""
    try:
        nonce = request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None
    if not 1 <= len(nonce) <= _LONGEST_NONCE_BYTES:
        raise ValueError("nonce: must have 1 to 32 bytes")
    return nonce


def _error(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
