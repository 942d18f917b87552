"""A reader's side: what a kiosk asks of the card that lies on it, in APDUs. [1.8, 3.3.9]"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from kofu_reference.card import apdu, keys
from kofu_reference.card.apdu import Answer, Command
from kofu_reference.card.jpki import APPLICATION_ID

_AUTHENTICATION_CERTIFICATE, _AUTHENTICATION_KEY, _AUTHENTICATION_PIN = 0x000A, 0x0017, 0x0018
_SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_CHUNK = 256
_LONGEST_CERTIFICATE = 8192


class Card(Protocol):
    """Whatever answers APDUs: a card in process, or one behind a real reader."""

    def transmit(self, command: bytes) -> bytes: ...


class CardOnReader(Card, Protocol):
    """A card that a kiosk has under power."""

    def reset(self) -> None:
        """Takes the power away: no PIN counts as typed any more."""


class CardRefused(Exception):
    """The card answered with a status that the reader did not expect."""

    def __init__(self, asked: str, status: int) -> None:
        super().__init__(f"the card answered {status:04X} to {asked}")
        self.status = status


class NotMyNumberCard(CardRefused):
    """There is no JPKI application on the card."""


class CardGone(CardRefused):
    """The card left the reader, or the reader itself did."""

    def __init__(self, asked: str) -> None:
        super().__init__(asked, 0)


class NoAuthenticationCertificate(CardRefused):
    """The card has the application but no user authentication certificate."""


@dataclass(frozen=True)
class PinAccepted:
    """The PIN was right; the card now signs."""


@dataclass(frozen=True)
class PinRejected:
    """The PIN was wrong; `tries_left` is 1 or 2."""

    tries_left: int


@dataclass(frozen=True)
class PinLocked:
    """The PIN is locked, by this try or before it. [3.3.10]"""


class JpkiReader:
    """The JPKI application of the card on a reader. Every method raises `CardRefused` on an unexpected status."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._certificate = b""

    def select_application(self) -> None:
        """Selects the application; `NotMyNumberCard` where there is none."""
        status = self._send(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION_ID)).status
        if status != apdu.OK:
            raise NotMyNumberCard("SELECT of the JPKI application", status)

    def read_certificate(self) -> bytes:
        """The user authentication certificate, DER; `NoAuthenticationCertificate` where there is none."""
        status = self._select_file(_AUTHENTICATION_CERTIFICATE)
        if status == apdu.FILE_NOT_FOUND:
            raise NoAuthenticationCertificate("SELECT of EF 000A", status)
        _expect_ok("SELECT of EF 000A", status)
        content = b""
        while len(content) < _LONGEST_CERTIFICATE:
            offset = len(content)
            answer = self._send(Command(0x00, 0xB0, offset >> 8, offset & 0xFF, expected=_CHUNK))
            if answer.status == apdu.OFFSET_PAST_END:
                break
            _expect_ok("READ BINARY", answer.status)
            content += answer.data
            if len(answer.data) < _CHUNK:
                break
        self._certificate = content
        return content

    def tries_left(self) -> int:
        """How many tries the PIN has left; 0 is locked. Uses none.

        A card for face authentication alone has no PIN to type: as with a locked one, the city office has to set it.
        """
        selected = self._select_file(_AUTHENTICATION_PIN)
        if selected == apdu.FILE_NOT_FOUND:
            return 0
        _expect_ok("SELECT of EF 0018", selected)
        status = self._send(Command(0x00, 0x20, 0x00, 0x80)).status
        if _means_locked(status):
            return 0
        if status & 0xFFF0 != apdu.TRIES_LEFT:
            raise CardRefused("VERIFY without a PIN", status)
        return status & 0x000F

    def verify(self, pin: str) -> PinAccepted | PinRejected | PinLocked:
        """Tries a PIN of four digits. A wrong one uses up a try; so does a card that is torn away."""
        _expect_ok("SELECT of EF 0018", self._select_file(_AUTHENTICATION_PIN))
        status = self._send(Command(0x00, 0x20, 0x00, 0x80, pin.encode("ascii"))).status
        if status == apdu.OK:
            return PinAccepted()
        if _means_locked(status):
            return PinLocked()
        if status & 0xFFF0 != apdu.TRIES_LEFT:
            raise CardRefused("VERIFY", status)
        return PinRejected(status & 0x000F)

    def sign(self, challenge: bytes) -> bytes:
        """The card's signature over the challenge; the PIN must have been verified.

        RSASSA-PKCS1-v1_5 with SHA-256; from a card with a P-384 key ECDSA with SHA-384, as DER.
        """
        _expect_ok("SELECT of EF 0017", self._select_file(_AUTHENTICATION_KEY))
        if self._is_of_a_curve():
            return keys.as_der(self._compute_signature(hashlib.sha384(challenge).digest()))
        return self._compute_signature(_SHA256_DIGEST_INFO + hashlib.sha256(challenge).digest())

    def _compute_signature(self, given: bytes) -> bytes:
        answer = self._send(Command(0x80, 0x2A, 0x00, 0x80, given, expected=_CHUNK))
        _expect_ok("COMPUTE DIGITAL SIGNATURE", answer.status)
        return answer.data

    def _is_of_a_curve(self) -> bool:
        """What kind of key the card has, by the certificate that was read from it."""
        try:
            key = x509.load_der_x509_certificate(self._certificate).public_key()
        except ValueError:
            return False
        return isinstance(key, ec.EllipticCurvePublicKey)

    def _select_file(self, file_id: int) -> int:
        return self._send(Command(0x00, 0xA4, 0x02, 0x0C, file_id.to_bytes(2, "big"))).status

    def _send(self, command: Command) -> Answer:
        return Answer.parse(self._card.transmit(command.to_bytes()))


def _means_locked(status: int) -> bool:
    # Cards differ in how they say it; to a citizen all three mean the same.
    return status in (apdu.TRIES_LEFT, apdu.PIN_BLOCKED_BY_STANDARD, apdu.PIN_BLOCKED)


def _expect_ok(asked: str, status: int) -> None:
    if status != apdu.OK:
        raise CardRefused(asked, status)
