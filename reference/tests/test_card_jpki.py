"""The card at APDU level: what it tells, when it signs, and how its lock holds. [1.8, 3.3.9, 3.3.10]"""

import hashlib
import json
import traceback
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kofu_reference.card.box import CardBox
from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import CardMemory, CardUnreadable
from kofu_reference.card.reader import (
    CardRefused,
    JpkiReader,
    NoAuthenticationCertificate,
    NotMyNumberCard,
    PinAccepted,
    PinLocked,
    PinRejected,
)

CERTIFICATE = bytes(range(256)) * 4 + b"the end"
SELECT_APPLICATION = "00A4040C0AD392F000260100000001"
OK = "9000"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def folder(tmp_path: Path, key: rsa.RSAPrivateKey) -> Path:
    folder = tmp_path / "cards" / "plain"
    folder.mkdir(parents=True)
    (folder / "auth.der").write_bytes(CERTIFICATE)
    (folder / "auth_ca.der").write_bytes(b"authority")
    (folder / "auth.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "nv.json").write_text(json.dumps({"auth": {"pin": "1234", "tries": 3}}))
    return folder


@dataclass
class Slot:
    """A reader's slot that speaks hex."""

    card: VirtualCard

    def __call__(self, command: str) -> str:
        return self.card.transmit(bytes.fromhex(command)).hex().upper()


@pytest.fixture
def slot(folder: Path) -> Slot:
    slot = Slot(VirtualCard(folder))
    assert slot(SELECT_APPLICATION) == OK
    return slot


def tries_in_memory(folder: Path) -> int:
    return CardMemory(folder).read()["auth"].tries


def verify(pin: str) -> str:
    return f"00200080{len(pin):02X}{pin.encode().hex()}"


def test_foreign_applications_are_not_found(folder: Path) -> None:
    slot = Slot(VirtualCard(folder))
    assert slot("00A4040C07A0000000031010") == "6A82"
    assert slot("00B0000000") == "6D00"
    assert slot("90B0000000") == "6E00"
    assert slot("00A4") == "6700"


def test_files_that_anybody_may_read(slot: Slot) -> None:
    assert slot("00A4020C020006") == OK
    assert slot("00B0000020") == b"JPKIAPICCTOKEN2".ljust(32).hex().upper() + OK
    assert slot("00A4020C020008") == OK
    assert slot("00B0000003") == "8F0000" + OK
    assert slot("00A4020C02000A") == OK
    assert slot("00B0000010") == CERTIFICATE[:16].hex().upper() + OK
    assert slot("00B0040000") == b"the end".hex().upper() + OK
    assert slot("00B0040700") == "6B00"


def test_signature_half_of_a_full_card(folder: Path, key: rsa.RSAPrivateKey) -> None:
    (folder / "sign.der").write_bytes(b"signature certificate")
    (folder / "nv.json").write_text(
        json.dumps({"auth": {"pin": "1234", "tries": 3}, "sign": {"pin": "ABC123", "tries": 5}})
    )
    slot = Slot(VirtualCard(folder))
    slot(SELECT_APPLICATION)
    assert slot("00A4020C020008") == OK
    assert slot("00B0000003") == "8F8F00" + OK
    assert slot("00A4020C020001") == OK
    assert slot("00B0000000") == "6982"
    slot("00A4020C02001B")
    assert slot(verify("ABC124")) == "63C4"
    assert slot(verify("ABC123")) == OK
    slot("00A4020C020001")
    assert slot("00B0000000") == b"signature certificate".hex().upper() + OK


def test_card_without_certificate(folder: Path) -> None:
    (folder / "auth.der").unlink()
    (folder / "auth.key").unlink()
    slot = Slot(VirtualCard(folder))
    slot(SELECT_APPLICATION)
    assert slot("00A4020C02000A") == "6A82"
    assert slot("00A4020C020017") == "6A82"
    slot("00A4020C020008")
    assert slot("00B0000003") == "000000" + OK


def test_blocked_pin_says_63c0_then_6984_and_63c0_when_only_asked(slot: Slot, folder: Path) -> None:
    slot("00A4020C020018")
    assert slot("00200080") == "63C3"
    assert [slot(verify("0000")) for _ in range(4)] == ["63C2", "63C1", "63C0", "6984"]
    assert slot(verify("1234")) == "6984"
    assert slot("00200080") == "63C0"
    assert tries_in_memory(folder) == 0


def test_success_restores_every_try_and_asking_still_says_63c3(slot: Slot) -> None:
    slot("00A4020C020018")
    assert [slot(verify(pin)) for pin in ("0000", "0000", "1234")] == ["63C2", "63C1", OK]
    assert slot("00200080") == "63C3"


def test_lock_lasts_over_power_and_readers(slot: Slot, folder: Path) -> None:
    slot("00A4020C020018")
    for _ in range(3):
        slot(verify("0000"))
    other_reader = Slot(VirtualCard(folder))
    other_reader(SELECT_APPLICATION)
    other_reader("00A4020C020018")
    assert other_reader(verify("1234")) == "6984"


def test_try_is_used_before_the_pin_is_compared(slot: Slot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn_away(*_: object) -> bool:
        raise ConnectionResetError("the card was torn away")

    monkeypatch.setattr("kofu_reference.card.jpki._same_pin", torn_away)
    slot("00A4020C020018")
    with pytest.raises(ConnectionResetError):
        slot(verify("1234"))
    assert tries_in_memory(folder) == 2


def test_signs_only_after_the_pin_and_pads_the_digest_info(slot: Slot, key: rsa.RSAPrivateKey) -> None:
    digest_info = "3031300d060960864801650304020105000420" + hashlib.sha256(b"challenge").hexdigest()
    sign = f"802A008033{digest_info}00"
    slot("00A4020C020017")
    assert slot(sign) == "6982"
    slot("00A4020C020018")
    slot(verify("1234"))
    assert slot(sign) == "6986"
    slot("00A4020C020017")
    answer = bytes.fromhex(slot(sign))
    assert answer[-2:].hex() == OK
    key.public_key().verify(answer[:-2], b"challenge", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("forget", ["reset", "select", "wrong pin"])
def test_verified_pin_is_forgotten(slot: Slot, forget: str) -> None:
    slot("00A4020C020018")
    assert slot(verify("1234")) == OK
    if forget == "reset":
        slot.card.reset()
        slot(SELECT_APPLICATION)
    elif forget == "select":
        slot(SELECT_APPLICATION)
    else:
        slot(verify("0000"))
    slot("00A4020C020017")
    assert slot("802A00800411223344" + "00") == "6982"


def test_reader_takes_a_card_from_certificate_to_signature(folder: Path, key: rsa.RSAPrivateKey) -> None:
    reader = JpkiReader(VirtualCard(folder))
    reader.select_application()
    assert reader.read_certificate() == CERTIFICATE
    assert reader.verify("9999") == PinRejected(2)
    assert reader.tries_left() == 2
    with pytest.raises(CardRefused):
        reader.sign(b"challenge")
    assert reader.verify("1234") == PinAccepted()
    key.public_key().verify(reader.sign(b"challenge"), b"challenge", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("certificate", [b"", CERTIFICATE[:512], CERTIFICATE[:513]])
def test_reader_reads_certificates_of_any_length(folder: Path, certificate: bytes) -> None:
    (folder / "auth.der").write_bytes(certificate)
    reader = JpkiReader(VirtualCard(folder))
    reader.select_application()
    assert reader.read_certificate() == certificate


@dataclass
class CardThatAnswers:
    """A card of another make."""

    status_of_verify: int

    def transmit(self, command: bytes) -> bytes:
        return (self.status_of_verify if command[1] == 0x20 else 0x9000).to_bytes(2, "big")


@pytest.mark.parametrize("status", [0x63C0, 0x6983, 0x6984])
def test_reader_takes_each_way_of_saying_blocked_for_locked(status: int) -> None:
    reader = JpkiReader(CardThatAnswers(status))
    assert reader.verify("1234") == PinLocked()
    assert reader.tries_left() == 0


def test_reader_tells_cards_apart(folder: Path) -> None:
    (folder / "auth.der").unlink()
    reader = JpkiReader(VirtualCard(folder))
    reader.select_application()
    with pytest.raises(NoAuthenticationCertificate):
        reader.read_certificate()
    (folder / "nv.json").unlink()
    with pytest.raises(NotMyNumberCard):
        JpkiReader(VirtualCard(folder)).select_application()


@pytest.mark.parametrize("content", ["", "[]", '{"auth": {"pin": "9876", "tries": -1}}', '{"auth": {"pin": "9876"}}'])
def test_broken_memory_is_named_in_one_line(folder: Path, content: str) -> None:
    (folder / "nv.json").write_text(content)
    with pytest.raises(CardUnreadable, match=r"nv\.json: must hold each PIN") as caught:
        CardMemory(folder).read()
    assert "\n" not in str(caught.value)
    assert "9876" not in "".join(traceback.format_exception(caught.value)), "what is wrong is told by quoting the PIN"


def test_memory_is_replaced_whole_and_leaves_nothing_beside(folder: Path) -> None:
    CardMemory(folder).set_pin("auth", "9876")
    assert json.loads((folder / "nv.json").read_text()) == {"auth": {"pin": "9876", "tries": 3}}
    assert sorted(path.name for path in folder.iterdir()) == ["auth.der", "auth.key", "auth_ca.der", "nv.json"]


@pytest.mark.parametrize("card_id", ["../cards/plain", "..", "", "PLAIN", "other", "plain\n"])
def test_card_id_never_leads_out_of_the_box(folder: Path, card_id: str) -> None:
    box = CardBox(folder.parent)
    assert box.folder_of("plain") == folder
    assert box.folder_of(card_id) is None
