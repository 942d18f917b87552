"""Cards of different makes: how a lock is said, the signature's PIN and key, the coming curve. [1.8, 3.3.9, 3.3.10]"""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from reference.tests.cards import PIN, SIGNATURE_PIN, CardFolder, whole_card

from kofu_reference.card.jpki import AS_ISSUED, BY_STANDARD, Make, VirtualCard
from kofu_reference.card.memory import CardMemory, CardUnreadable
from kofu_reference.card.reader import JpkiReader, PinAccepted, PinLocked, PinRejected

SELECT_APPLICATION = "00A4040C0AD392F000260100000001"
SHA256_DIGEST_INFO = "3031300d060960864801650304020105000420"


class Slot:
    """A reader's slot that speaks hex, with the application selected."""

    def __init__(self, folder: CardFolder, make: Make = AS_ISSUED) -> None:
        self.card = VirtualCard(folder.path, make)
        self(SELECT_APPLICATION)

    def __call__(self, command: str) -> str:
        return self.card.transmit(bytes.fromhex(command)).hex().upper()

    def verify(self, file_id: str, pin: str) -> str:
        assert self(f"00A4020C02{file_id}") == "9000"
        return self(f"00200080{len(pin):02X}{pin.encode().hex()}" if pin else "00200080")


@pytest.fixture
def folder(tmp_path: Path) -> CardFolder:
    return whole_card(tmp_path / "card")


@pytest.mark.parametrize(("make", "blocked"), [(AS_ISSUED, "6984"), (BY_STANDARD, "6983")])
def test_each_make_says_a_lock_its_own_way_and_63c0_when_only_asked(
    folder: CardFolder, make: Make, blocked: str
) -> None:
    slot = Slot(folder, make)
    assert [slot.verify("0018", "0000") for _ in range(3)] == ["63C2", "63C1", "63C0"]
    assert [slot.verify("0018", pin) for pin in (PIN, "0000", "")] == [blocked, blocked, "63C0"]
    reader = JpkiReader(slot.card)
    reader.select_application()
    assert reader.verify(PIN) == PinLocked()


def test_signature_pin_has_its_own_count_of_five(folder: CardFolder) -> None:
    slot = Slot(folder)
    assert [slot.verify("001B", "WRONG1") for _ in range(2)] == ["63C4", "63C3"]
    assert slot.verify("0018", "0000") == "63C2"
    assert (folder.tries("auth"), folder.tries("sign")) == (2, 3)
    assert slot.verify("001B", SIGNATURE_PIN) == "9000"
    assert (folder.tries("auth"), folder.tries("sign")) == (2, 5)
    assert [slot.verify("001B", "WRONG1") for _ in range(6)] == ["63C4", "63C3", "63C2", "63C1", "63C0", "6984"]
    assert slot.verify("0018", PIN) == "9000"


@pytest.mark.parametrize(("pin_file", "pin", "foreign_key"), [("0018", PIN, "001A"), ("001B", SIGNATURE_PIN, "0017")])
def test_neither_pin_opens_the_other_key(folder: CardFolder, pin_file: str, pin: str, foreign_key: str) -> None:
    slot = Slot(folder)
    assert slot.verify(pin_file, pin) == "9000"
    slot(f"00A4020C02{foreign_key}")
    assert slot(f"802A008033{SHA256_DIGEST_INFO}{'00' * 32}00") == "6982"


def test_signature_key_signs_after_its_own_pin(folder: CardFolder) -> None:
    slot = Slot(folder)
    slot.verify("001B", SIGNATURE_PIN)
    slot("00A4020C02001A")
    answer = bytes.fromhex(slot(f"802A008033{SHA256_DIGEST_INFO}{hashlib.sha256(b'deed').hexdigest()}00"))
    key = folder.certificate("sign").public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(answer[:-2], b"deed", padding.PKCS1v15(), hashes.SHA256())


def test_card_of_the_coming_curve_signs_a_digest_and_nothing_else(tmp_path: Path) -> None:
    folder = whole_card(tmp_path / "next", curve=True)
    slot = Slot(folder)
    slot.verify("0018", PIN)
    slot("00A4020C020017")
    answer = bytes.fromhex(slot(f"802A008030{hashlib.sha384(b'challenge').hexdigest()}00"))
    assert (len(answer), answer[-2:].hex()) == (98, "9000")
    numbers = (int.from_bytes(answer[:48], "big"), int.from_bytes(answer[48:96], "big"))
    key = folder.certificate().public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(utils.encode_dss_signature(*numbers), b"challenge", ec.ECDSA(hashes.SHA384()))
    assert slot(f"802A008033{SHA256_DIGEST_INFO}{'00' * 32}00") == "6700"


def test_reader_signs_with_whichever_key_the_certificate_names(tmp_path: Path) -> None:
    folder = whole_card(tmp_path / "next", curve=True)
    reader = JpkiReader(VirtualCard(folder.path))
    reader.select_application()
    reader.read_certificate()
    assert reader.verify(PIN) == PinAccepted()
    key = folder.certificate().public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(reader.sign(b"challenge"), b"challenge", ec.ECDSA(hashes.SHA384()))


def test_card_for_face_authentication_alone_counts_as_locked_and_no_try_is_used(folder: CardFolder) -> None:
    (folder.path / "nv.json").write_text('{"sign": {"pin": "ABC123", "tries": 5}}')
    reader = JpkiReader(VirtualCard(folder.path))
    reader.select_application()
    assert reader.tries_left() == 0
    assert folder.cells() == {"sign": {"pin": "ABC123", "tries": 5}}


def test_two_tries_at_home_and_one_at_the_kiosk_lock(folder: CardFolder) -> None:
    at_home = Slot(folder)
    assert [at_home.verify("0018", "0000") for _ in range(2)] == ["63C2", "63C1"]
    at_the_kiosk = JpkiReader(VirtualCard(folder.path))
    at_the_kiosk.select_application()
    assert at_the_kiosk.tries_left() == 1
    assert at_the_kiosk.verify("0000") == PinLocked()
    assert at_the_kiosk.verify(PIN) == PinLocked()


def test_a_right_pin_elsewhere_resets_the_count_that_this_reader_began(folder: CardFolder) -> None:
    here = JpkiReader(VirtualCard(folder.path))
    here.select_application()
    assert here.verify("0000") == PinRejected(2)
    assert Slot(folder).verify("0018", PIN) == "9000"
    assert here.verify("0000") == PinRejected(2)


@pytest.mark.parametrize(
    "cells",
    [
        '{"auth": {"pin": "12345", "tries": 3}}',
        '{"auth": {"pin": "ABCD", "tries": 3}}',
        '{"auth": {"pin": "1234", "tries": 4}}',
        '{"sign": {"pin": "ABC12", "tries": 5}}',
        '{"sign": {"pin": "abc123", "tries": 5}}',
        '{"sign": {"pin": "ABC123", "tries": 6}}',
    ],
)
def test_memory_that_no_issued_card_has_is_refused(folder: CardFolder, cells: str) -> None:
    (folder.path / "nv.json").write_text(cells)
    with pytest.raises(CardUnreadable, match=r"nv\.json: must hold each PIN"):
        CardMemory(folder.path).read()


def test_key_of_another_kind_is_refused(folder: CardFolder) -> None:
    from kofu_spec.pki.keys import private_pem

    (folder.path / "auth.key").write_bytes(private_pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(CardUnreadable, match=r"auth\.key: must be an RSA key of 2048 bits or one of the curve P-384"):
        VirtualCard(folder.path)
