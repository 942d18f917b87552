"""The test JPKI: cards that a relying party can judge, and their memory."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from kofu_spec.city import CardState, City, make_city
from kofu_spec.city.model import Card
from kofu_spec.paths import cache_folder
from kofu_spec.pki import jpki

BOX_URL = "http://127.0.0.1:1/ocsp"


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(residents=1)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, city: City) -> Path:
    folder = tmp_path_factory.mktemp("run")
    jpki.write_authority(folder / "jpki", cache_folder())
    jpki.write_card_box(city, folder / "cards", cache_folder(), BOX_URL)
    return folder


def first_card(city: City, label: str) -> Card:
    card = city.family(label)[0].card
    assert card is not None
    return card


def certificate_on(run: Path, card: Card) -> x509.Certificate:
    return x509.load_der_x509_certificate((run / "cards" / card.card_id / "auth.der").read_bytes())


def all_cards(city: City) -> list[Card]:
    return [card for citizen in city.citizens for card in citizen.cards()]


def test_the_authority_has_the_key_identifier_that_registers_link_to(run: Path) -> None:
    certificate = jpki.load_authority(run / "jpki").certificate
    identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert identifier.digest == jpki.ISSUER_KEY_ID
    assert len(jpki.ISSUER_KEY_ID) == 20
    certificate.verify_directly_issued_by(certificate)


def test_every_card_but_forged_ones_is_signed_by_the_authority(run: Path, city: City) -> None:
    authority = jpki.load_authority(run / "jpki").certificate
    for card in all_cards(city):
        if card.serial and card.state is not CardState.FORGED:
            certificate_on(run, card).verify_directly_issued_by(authority)


def test_a_forged_card_differs_from_a_genuine_one_by_its_signature_alone(run: Path, city: City) -> None:
    authority = jpki.load_authority(run / "jpki")
    certificate = certificate_on(run, first_card(city, "card-forged"))
    assert certificate.issuer == authority.certificate.subject
    identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert identifier.key_identifier == jpki.ISSUER_KEY_ID
    with pytest.raises(InvalidSignature):
        certificate.verify_directly_issued_by(authority.certificate)
    certificate.verify_directly_issued_by(authority.forger_certificate)


def test_certificates_bear_serial_and_period_of_their_card(run: Path, city: City) -> None:
    for card in all_cards(city):
        if card.serial:
            certificate = certificate_on(run, card)
            assert f"{certificate.serial_number:x}" == card.serial
            assert certificate.not_valid_before_utc == card.valid_from
            assert certificate.not_valid_after_utc == card.valid_until


def test_certificates_are_for_signing_only_and_name_the_responder(run: Path, city: City) -> None:
    extensions = certificate_on(run, first_card(city, "plain")).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    access = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert [(entry.access_method, entry.access_location.value) for entry in access] == [
        (AuthorityInformationAccessOID.OCSP, BOX_URL)
    ]


def test_no_certificate_names_its_holder(run: Path, city: City) -> None:
    for citizen in city.family("plain"):
        assert citizen.card is not None
        der = (run / "cards" / citizen.card.card_id / "auth.der").read_bytes()
        assert citizen.name.encode() not in der


def test_the_key_of_a_card_signs_for_its_certificate(run: Path, city: City) -> None:
    card = first_card(city, "plain")
    key = load_pem_private_key((run / "cards" / card.card_id / "auth.key").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 2048
    signature = key.sign(b"challenge", padding.PKCS1v15(), SHA256())
    public_key = certificate_on(run, card).public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    public_key.verify(signature, b"challenge", padding.PKCS1v15(), SHA256())


def test_authority_forger_responder_and_cards_have_keys_of_their_own(run: Path, city: City) -> None:
    files = [run / "jpki" / f"{name}.key" for name in ("authority", "forger", "responder")]
    own = {file.read_bytes() for file in files}
    on_cards = {(run / "cards" / card.card_id / "auth.key").read_bytes() for card in all_cards(city)}
    assert len(own) == 3
    assert len(on_cards) > 1
    assert own.isdisjoint(on_cards)


def test_a_card_without_certificate_has_none(run: Path, city: City) -> None:
    box = run / "cards" / first_card(city, "card-without-certificate").card_id
    assert not (box / "auth.der").exists()
    assert (box / "nv.json").exists()


def test_a_card_without_pin_has_only_the_signatures(run: Path, city: City) -> None:
    card = first_card(city, "card-without-pin")
    assert card.pin == ""
    assert list(json.loads((run / "cards" / card.card_id / "nv.json").read_text())) == ["sign"]


def test_the_half_for_signatures_is_of_another_authority(run: Path, city: City) -> None:
    box = run / "cards" / first_card(city, "plain").card_id
    own, signs = (x509.load_der_x509_certificate((box / f"{name}.der").read_bytes()) for name in ("auth", "sign"))
    authority = x509.load_der_x509_certificate((box / "sign_ca.der").read_bytes())
    signs.verify_directly_issued_by(authority)
    assert signs.issuer != own.issuer
    assert authority.public_key() != jpki.load_authority(run / "jpki").certificate.public_key()


def test_the_responder_is_authorised_by_the_authority(run: Path) -> None:
    responder = jpki.load_responder(run / "jpki")
    responder.certificate.verify_directly_issued_by(responder.authority)
    assert responder.certificate.public_key() == responder.key.public_key()
    purposes = responder.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    assert responder.certificate.extensions.get_extension_for_class(x509.OCSPNoCheck)


def test_a_new_start_keeps_the_memory_of_a_card_and_another_city_does_not(tmp_path: Path, city: City) -> None:
    jpki.write_card_box(city, tmp_path, cache_folder())
    card = first_card(city, "plain")
    memory = tmp_path / card.card_id / "nv.json"
    assert json.loads(memory.read_text()) == {
        "auth": {"pin": card.pin, "tries": 3},
        "sign": {"pin": jpki.signature_pin(card), "tries": 5},
    }
    memory.write_text(json.dumps({"auth": {"pin": card.pin, "tries": 1}}))
    jpki.write_card_box(city, tmp_path, cache_folder())
    assert json.loads(memory.read_text())["auth"]["tries"] == 1
    jpki.write_card_box(make_city(2, 1), tmp_path, cache_folder())
    assert json.loads(memory.read_text())["auth"]["tries"] == 3


def test_private_files_are_readable_by_their_owner_only(run: Path, city: City) -> None:
    box = run / "cards" / first_card(city, "plain").card_id
    for path in (*(run / "jpki").glob("*.key"), box / "auth.key", box / "nv.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_status_of_every_certificate_is_known_by_serial(city: City) -> None:
    status = jpki.certificate_status(city)
    former = city.family("card-renewed")[0].former_card
    assert former is not None
    assert status[former.serial] is CardState.REVOKED
    for state in CardState:
        expected = 0 if state is CardState.NO_CERTIFICATE else 1
        assert (state in status.values()) == bool(expected)


def test_the_authority_outlives_every_card(run: Path, city: City) -> None:
    authority = jpki.load_authority(run / "jpki").certificate
    for card in all_cards(city):
        assert authority.not_valid_before_utc < card.valid_from < card.valid_until
        assert card.valid_until + timedelta(days=365) < authority.not_valid_after_utc
