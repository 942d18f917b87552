"""A card for tests, whole: both keys, both PINs, both certificates, under an authority of its own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from kofu_spec import paths
from kofu_spec.pki.keys import curve_key, key_pool, private_pem

PIN, SIGNATURE_PIN = "1234", "ABC123"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class CardFolder:
    """Where the card lies, with what its memory says now."""

    path: Path

    def cells(self) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = json.loads((self.path / "nv.json").read_text())
        return found

    def tries(self, name: str = "auth") -> object:
        return self.cells()[name]["tries"]

    def certificate(self, name: str = "auth") -> x509.Certificate:
        return x509.load_der_x509_certificate((self.path / f"{name}.der").read_bytes())


def whole_card(folder: Path, *, curve: bool = False) -> CardFolder:
    """A card with RSA keys, or with keys of the curve P-384."""
    folder.mkdir(parents=True)
    pool = key_pool(paths.cache_folder())
    keys: list[Key] = [curve_key(paths.cache_folder(), ec.SECP384R1())] * 2 if curve else list(pool[3:5])
    for (name, usage), key in zip((("auth", False), ("sign", True)), keys, strict=True):
        authority = _certificate(f"{name} authority", pool[0], pool[0].public_key(), signs_documents=False)
        own = _certificate(f"{name} card", pool[0], key.public_key(), signs_documents=usage)
        (folder / f"{name}.der").write_bytes(own.public_bytes(serialization.Encoding.DER))
        (folder / f"{name}_ca.der").write_bytes(authority.public_bytes(serialization.Encoding.DER))
        (folder / f"{name}.key").write_bytes(private_pem(key))
    (folder / "nv.json").write_text(
        json.dumps({"auth": {"pin": PIN, "tries": 3}, "sign": {"pin": SIGNATURE_PIN, "tries": 5}})
    )
    return CardFolder(folder)


def _certificate(
    name: str,
    signs: rsa.RSAPrivateKey,
    public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    *,
    signs_documents: bool,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public_key)
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2060, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.KeyUsage(True, signs_documents, False, False, False, False, False, False, False), critical=True
        )
        .sign(signs, hashes.SHA256())
    )
