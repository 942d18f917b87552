"""Whether a certificate is revoked or suspended: OCSP by RFC 6960, over HTTP. [1.8]

What can't be established with certainty is not valid: every doubt is REASON_VALIDITY_UNKNOWN.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from kofu.v1.reason_pb2 import Reason
from kofu_reference.center.certificates import AuthenticationCertificate
from kofu_reference.runtime import Refusal, metrics

_NONCE_BYTES: Final = 32
_LONGEST_ANSWER_BYTES: Final = 65_536
_WAIT_SECONDS: Final = 2.0
_SKEW: Final = timedelta(minutes=5)
_DOUBTS: Final = (
    ValueError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
)


class ValidityCheck:
    """Asks the responder at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        # Proxies of the environment are for the way out, not for the line to the responder.
        self._client = httpx.AsyncClient(timeout=_WAIT_SECONDS, trust_env=False)

    async def check(self, subject: AuthenticationCertificate, now: datetime) -> None:
        """Returns where the certificate is good at the civil time `now`.

        Raises REASON_CERTIFICATE_REVOKED, REASON_CERTIFICATE_SUSPENDED or REASON_VALIDITY_UNKNOWN.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        builder = ocsp.OCSPRequestBuilder().add_certificate(subject.certificate, subject.authority, hashes.SHA256())
        request = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
        try:
            answer = ocsp.load_der_ocsp_response(await self._ask(request))
            single = _trusted_single_response(answer, request, subject.authority, nonce, now)
        except _DOUBTS:
            raise _unknown() from None
        _judge(single)

    async def _ask(self, request: ocsp.OCSPRequest) -> bytes:
        content = request.public_bytes(serialization.Encoding.DER)
        headers = {"Content-Type": "application/ocsp-request"}
        try:
            response = await self._client.post(self._url, content=content, headers=headers)
        except httpx.HTTPError as error:
            if isinstance(error, httpx.TimeoutException):
                metrics.wait_ran_out("OCSP")
            raise _unknown() from None
        if response.status_code != httpx.codes.OK or len(response.content) > _LONGEST_ANSWER_BYTES:
            raise _unknown()
        return response.content

    async def close(self) -> None:
        await self._client.aclose()


def _trusted_single_response(
    answer: ocsp.OCSPResponse, request: ocsp.OCSPRequest, authority: x509.Certificate, nonce: bytes, now: datetime
) -> ocsp.OCSPSingleResponse:
    """The answer to this very request, signed by who may, and fresh. Raises one of _DOUBTS where it is not."""
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("response status: must be successful")
    if answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce != nonce:
        raise ValueError("nonce: must be that of the request")
    _check_signed(answer, _signer(answer, authority, now))
    matching = [each for each in answer.responses if _is_for(each, request)]
    if len(matching) != 1:
        raise ValueError("responses: one must be for the certificate asked for")
    single = matching[0]
    ends = single.next_update_utc
    if ends is None or not single.this_update_utc - _SKEW <= now <= ends + _SKEW:
        raise ValueError("thisUpdate, nextUpdate: the present must lie between them")
    return single


def _is_for(single: ocsp.OCSPSingleResponse, request: ocsp.OCSPRequest) -> bool:
    return (
        single.serial_number == request.serial_number
        and single.issuer_name_hash == request.issuer_name_hash
        and single.issuer_key_hash == request.issuer_key_hash
    )


def _signer(answer: ocsp.OCSPResponse, authority: x509.Certificate, now: datetime) -> x509.Certificate:
    """The authority, or a responder that it appointed by a certificate in the answer. [RFC 6960, 4.2.2.2]"""
    for candidate in (*answer.certificates, authority):
        if not _names(answer, candidate):
            continue
        if candidate != authority:
            candidate.verify_directly_issued_by(authority)
            usage = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            if ExtendedKeyUsageOID.OCSP_SIGNING not in usage:
                raise ValueError("responder: must be appointed for OCSP")
        if not candidate.not_valid_before_utc <= now <= candidate.not_valid_after_utc:
            raise ValueError("responder: its certificate must be valid now")
        return candidate
    raise ValueError("responder: its certificate must be there")


def _names(answer: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    """Whether the answer's responder id means this certificate."""
    if answer.responder_name is not None:
        return answer.responder_name == certificate.subject
    # The responder id by key is the SHA-1 of the key's bits, whatever its extension says.
    digest = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    return answer.responder_key_hash == digest


def _check_signed(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> None:
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


def _judge(single: ocsp.OCSPSingleResponse) -> None:
    if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise _unknown()
    if single.revocation_reason is x509.ReasonFlags.certificate_hold:
        raise Refusal(Reason.REASON_CERTIFICATE_SUSPENDED)
    raise Refusal(Reason.REASON_CERTIFICATE_REVOKED)


def _unknown() -> Refusal:
    return Refusal(Reason.REASON_VALIDITY_UNKNOWN)
