"""The TLS authority of a run: every system and every tester gets a certificate that names its role.

TLS stays on real time whatever the civil clock says, with certificates that last for decades.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kofu_spec.pki.keys import private_pem, write_private

DOMAIN = "kofu.invalid"
LIFETIME = timedelta(days=30 * 365)
SLACK = timedelta(days=1)
"""Certificates begin a day ago, so that no clock that lags refuses them."""

BOTH_ENDS = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
"""A system answers and asks with the same certificate."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_IDENTITY = re.compile(rf"({_LABEL})\.({_LABEL})\.({_LABEL})\.kofu\.invalid")


def identity_parts(dns: str) -> tuple[str, str, str]:
    """(id, role, area) of an identity such as `center-1.center.jlis.kofu.invalid`. Raises ValueError for any other."""
    match = _IDENTITY.fullmatch(dns)
    if match is None:
        raise ValueError(
            f"identity: {dns!r} is not of the form <id>.<role>.<area>.{DOMAIN}; use small letters and digits"
        )
    return match[1], match[2], match[3]


@dataclass(frozen=True)
class TlsAuthority:
    """An authority on elliptic curve P-256; it writes into its folder."""

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, folder: Path) -> "TlsAuthority":
        """Makes a new authority and writes authority.pem and authority.key into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{DOMAIN} test authority")])
        certificate = (
            _builder(name, name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        _write(folder / "authority", certificate, key)
        return cls(folder, certificate, key)

    @classmethod
    def load(cls, folder: Path) -> "TlsAuthority":
        """Reads an authority that `create` wrote. Raises OSError or ValueError where it is not there or broken."""
        certificate = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
        key = serialization.load_pem_private_key((folder / "authority.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"keys: {folder / 'authority.key'} is no elliptic curve key; make a new authority")
        return cls(folder, certificate, key)

    def issue(
        self,
        identity: str,
        *,
        purposes: Sequence[x509.ObjectIdentifier] = BOTH_ENDS,
        lifetime: timedelta = LIFETIME,
        key: rsa.RSAPrivateKey | None = None,
    ) -> tuple[Path, Path]:
        """Writes `<id>.pem` and `<id>.key` for an identity and returns the two paths, certificate first.

        The certificate serves both ends of a connection, or the purposes given. `lifetime` counts from now; a negative
        one makes a certificate that has expired. The key is a new one on P-256 unless one is given. Raises ValueError
        for a malformed identity.
        """
        own_id, _, _ = identity_parts(identity)
        if own_id == "authority":
            raise ValueError("identity: the id 'authority' is taken by the authority's own files; choose another id")
        own_key = key or ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, own_id)])
        certificate = (
            _builder(name, self.certificate.subject, own_key.public_key(), lifetime)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(identity)]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(own_key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return _write(self.folder / own_id, certificate, own_key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    lifetime: timedelta = LIFETIME,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + lifetime)
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write(
    stem: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> tuple[Path, Path]:
    certificate_path, key_path = stem.with_name(f"{stem.name}.pem"), stem.with_name(f"{stem.name}.key")
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    write_private(key_path, private_pem(key))
    return certificate_path, key_path
