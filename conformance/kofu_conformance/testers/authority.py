"""The test JPKI's keys in the suite's hand: it certifies what no honest authority would. [1.8]"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kofu_conformance.engine import Unobserved
from kofu_spec.pki import jpki
from kofu_spec.pki.issuer import ISSUER_KEY_ID

BEGINS, ENDS = datetime(2016, 1, 1, tzinfo=UTC), datetime(2059, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True)
class Wanted:
    """A certificate to be made; what is left out is as on a genuine card."""

    digital_signature: bool = True
    content_commitment: bool = False
    is_authority: bool = False
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH
    not_before: datetime = BEGINS
    not_after: datetime = ENDS
    extensions: tuple[x509.ExtensionType, ...] = field(default=())
    """Critical ones besides."""


class TestAuthority:
    """The authority, the forger who bears its name, and the responder that it appointed."""

    __test__ = False  # tells pytest that this is no test

    def __init__(self, folder: Path) -> None:
        try:
            authority, responder = jpki.load_authority(folder), jpki.load_responder(folder)
        except (OSError, ValueError) as error:
            raise Unobserved(f"jpki.folder: the keys of the test authority can't be read: {error}") from None
        self.genuine = Signer(authority.certificate, authority.key)
        self.forger = Signer(authority.forger_certificate, authority.forger_key)
        self.responder = Signer(responder.certificate, responder.key)

    def certificate(
        self, serial: str, key: rsa.RSAPublicKey, wanted: Wanted, issuer: Signer | None = None
    ) -> x509.Certificate:
        """A certificate of this serial (hex) for this key, as wanted; `issuer` signs in place of the authority."""
        issuer = issuer or self.genuine
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"),
            False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"made by the suite {serial}")]))
            .issuer_name(issuer.certificate.subject)
            .public_key(key)
            .serial_number(int(serial, 16))
            .not_valid_before(wanted.not_before)
            .not_valid_after(wanted.not_after)
            .add_extension(x509.BasicConstraints(wanted.is_authority, None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=wanted.digital_signature,
                    content_commitment=wanted.content_commitment,
                    key_cert_sign=wanted.is_authority,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(x509.ExtendedKeyUsage([wanted.purpose]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier(ISSUER_KEY_ID, None, None), critical=False)
        )
        for extension in wanted.extensions:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(issuer.key, hashes.SHA256())

    def responder_of(self, wanted: Wanted, issuer: Signer | None = None) -> Signer:
        """A responder with a certificate of its own, the key being that of the appointed one."""
        key = self.responder.key
        return Signer(self.certificate("beef", key.public_key(), wanted, issuer), key)


def der(certificate: x509.Certificate) -> bytes:
    """As it goes over the wire."""
    return certificate.public_bytes(serialization.Encoding.DER)
