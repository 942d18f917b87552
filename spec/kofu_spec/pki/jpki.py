"""A JPKI that is not real: authority for user authentication certificates, responder, cards. [1.8, 3.3.9]"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from kofu_spec.city.model import Card, CardState, City
from kofu_spec.pki.issuer import ISSUER_KEY_ID
from kofu_spec.pki.keys import curve_key, key_files, key_pool, private_pem, read_key, write_private

__all__ = [
    "ISSUER_KEY_ID",
    "Authority",
    "Responder",
    "card_certificate",
    "card_key_index",
    "certificate_status",
    "load_authority",
    "load_responder",
    "signature_pin",
    "write_authority",
    "write_card_box",
]

ORGANISATION = "Test JPKI (not real)"
AUTHORITY_FROM = datetime(2010, 1, 1, tzinfo=UTC)
AUTHORITY_UNTIL = datetime(2069, 12, 31, 23, 59, 59, tzinfo=UTC)
TRIES = 3
SIGNATURE_TRIES = 5

_AUTHORITY_KEY, _FORGER_KEY, _RESPONDER_KEY, _FIRST_CARD_KEY = range(4)


@dataclass(frozen=True)
class Authority:
    """The genuine authority and the forger, who has the same name and key identifier but another key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    forger_certificate: x509.Certificate
    forger_key: rsa.RSAPrivateKey


@dataclass(frozen=True)
class Responder:
    """What an OCSP responder signs with. authority: the certificate of the authority that issued its own."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    authority: x509.Certificate


def write_authority(folder: Path, cache: Path) -> Authority:
    """Writes the authority, the forger and the responder into a folder, with keys from the cache's pool.

    Files: authority.pem, .der, .key; forger.pem, .key; responder.pem, .key. Keys are readable by their owner only.
    """
    pool = key_pool(cache)
    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority(
        _authority_certificate(pool[_AUTHORITY_KEY]),
        pool[_AUTHORITY_KEY],
        _authority_certificate(pool[_FORGER_KEY]),
        pool[_FORGER_KEY],
    )
    responder = _responder_certificate(authority, pool[_RESPONDER_KEY])
    for name, certificate, key in (
        ("authority", authority.certificate, authority.key),
        ("forger", authority.forger_certificate, authority.forger_key),
        ("responder", responder, pool[_RESPONDER_KEY]),
    ):
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        write_private(folder / f"{name}.key", private_pem(key))
    (folder / "authority.der").write_bytes(authority.certificate.public_bytes(serialization.Encoding.DER))
    return authority


def load_authority(folder: Path) -> Authority:
    """Reads back what `write_authority` wrote. Raises OSError or ValueError where it is not there or broken."""
    return Authority(
        _certificate(folder / "authority.pem"),
        _key(folder / "authority.key"),
        _certificate(folder / "forger.pem"),
        _key(folder / "forger.key"),
    )


def load_responder(folder: Path) -> Responder:
    """Reads what the OCSP responder needs from the authority's folder. Raises OSError or ValueError where it is not."""
    return Responder(
        _certificate(folder / "responder.pem"), _key(folder / "responder.key"), _certificate(folder / "authority.pem")
    )


def certificate_status(city: City) -> dict[str, CardState]:
    """By serial (lower-case hex) every certificate of the city, former cards included.

    A responder answers good for VALID, EXPIRED and FORGED (the forger copies a good serial), revoked for REVOKED,
    revoked with certificateHold for SUSPENDED, unknown for UNKNOWN and for every serial that is not here.
    """
    return {card.serial: card.state for citizen in city.citizens for card in citizen.cards() if card.serial}


def write_card_box(city: City, folder: Path, cache: Path, ocsp_url: str | None = None) -> None:
    """Writes every card of the city into `folder/<card_id>/`: auth.der, auth_ca.der, auth.key, nv.json, and the same of
    `sign`, the half for signatures.

    A card without certificate has no auth.der, one without PIN no `auth` in its memory. A card that lies there already
    with the same certificate keeps its memory: PIN and tries left outlast a new start. ocsp_url: named in the
    certificates where given.
    Keys come from the pool, so cards share them: `card_key_index` says which.
    """
    pool = key_pool(cache)
    pems = [path.read_bytes() for path in key_files(cache)]
    authority = Authority(
        _authority_certificate(pool[_AUTHORITY_KEY]),
        pool[_AUTHORITY_KEY],
        _authority_certificate(pool[_FORGER_KEY]),
        pool[_FORGER_KEY],
    )
    authority_der = authority.certificate.public_bytes(serialization.Encoding.DER)
    forger_der = authority.forger_certificate.public_bytes(serialization.Encoding.DER)
    signatures = _SignatureHalf(curve_key(cache, ec.SECP256R1()))
    for citizen in city.citizens:
        for card in citizen.cards():
            index = card_key_index(card.serial, len(pool))
            certificate = card_certificate(card, authority, pool[index].public_key(), ocsp_url) if card.serial else None
            box = folder / card.card_id
            box.mkdir(parents=True, exist_ok=True)
            _write_card(box, card, certificate, pems[index])
            (box / "auth_ca.der").write_bytes(forger_der if card.state is CardState.FORGED else authority_der)
            signatures.write(box, card, pool[index].public_key(), pems[index])


def signature_pin(card: Card) -> str:
    """The PIN of a card's signature key: 6 to 16 letters and digits."""
    return f"SIGN{card.pin}" if card.pin else "SIGN0000"


def card_key_index(serial: str, pool_size: int) -> int:
    """Which key of the pool the card with this serial has. Cards of different index can't sign for one another."""
    return _FIRST_CARD_KEY + int(serial or "0", 16) % (pool_size - _FIRST_CARD_KEY)


def card_certificate(
    card: Card, authority: Authority, public_key: rsa.RSAPublicKey, ocsp_url: str | None = None
) -> x509.Certificate:
    """The user authentication certificate of a card; a FORGED one is signed by the forger. It names no person."""
    forged = card.state is CardState.FORGED
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(f"test card {card.serial}"))
        .issuer_name(authority.certificate.subject)
        .public_key(public_key)
        .serial_number(int(card.serial, 16))
        .not_valid_before(card.valid_from)
        .not_valid_after(card.valid_until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(ISSUER_KEY_ID, None, None), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    if ocsp_url is not None:
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url))
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder.sign(authority.forger_key if forged else authority.key, hashes.SHA256())


class _SignatureHalf:
    """The half of a card that this service never uses, under an authority of its own; real readers want it there."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self._authority = self._certificate("Test signature authority", 1, key.public_key(), is_authority=True)
        self._authority_der = self._authority.public_bytes(serialization.Encoding.DER)

    def write(self, box: Path, card: Card, public_key: rsa.RSAPublicKey, key_pem: bytes) -> None:
        certificate = self._certificate(f"test signature {card.card_id}", int(card.serial or "1", 16), public_key)
        (box / "sign.der").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
        (box / "sign_ca.der").write_bytes(self._authority_der)
        write_private(box / "sign.key", key_pem)

    def _certificate(
        self,
        name: str,
        serial: int,
        public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        *,
        is_authority: bool = False,
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("Test signature authority"))
            .public_key(public_key)
            .serial_number(serial)
            .not_valid_before(AUTHORITY_FROM)
            .not_valid_after(AUTHORITY_UNTIL)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), True)
            .add_extension(_key_usage(digital_signature=not is_authority, certificate_signing=is_authority), True)
            .sign(self._key, hashes.SHA256())
        )


def _write_card(box: Path, card: Card, certificate: x509.Certificate | None, key_pem: bytes) -> None:
    memory = box / "nv.json"
    certificate_file = box / "auth.der"
    der = certificate.public_bytes(serialization.Encoding.DER) if certificate else None
    lay_there = memory.is_file() and (certificate_file.read_bytes() if certificate_file.is_file() else None) == der
    if der is None:
        certificate_file.unlink(missing_ok=True)
    else:
        certificate_file.write_bytes(der)
    write_private(box / "auth.key", key_pem)
    if not lay_there:
        cells = {"sign": {"pin": signature_pin(card), "tries": SIGNATURE_TRIES}}
        if card.pin:
            cells["auth"] = {"pin": card.pin, "tries": TRIES}
        write_private(memory, json.dumps(cells).encode())


def _authority_certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = _name("Test user authentication authority")
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AUTHORITY_FROM)
        .not_valid_after(AUTHORITY_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(certificate_signing=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier(ISSUER_KEY_ID), critical=False)
        .sign(key, hashes.SHA256())
    )


def _responder_certificate(authority: Authority, key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Issued by the authority itself and meant for OCSP alone; nobody asks for its own status. [RFC 6960, 4.2.2.2]"""
    return (
        x509.CertificateBuilder()
        .subject_name(_name("Test OCSP responder"))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(2)
        .not_valid_before(AUTHORITY_FROM)
        .not_valid_after(AUTHORITY_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(ISSUER_KEY_ID, None, None), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(*, digital_signature: bool = False, certificate_signing: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificate_signing,
        crl_sign=certificate_signing,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _key(path: Path) -> rsa.RSAPrivateKey:
    key = read_key(path.read_bytes())
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"keys: {path} is no RSA key; let the authority be written again")
    return key
