"""The card's own side: the JPKI application, APDU bytes in and APDU bytes out. [1.8, 3.3.9, 3.3.10]"""

import hmac
from dataclasses import dataclass
from pathlib import Path

from kofu_reference.card import apdu, keys
from kofu_reference.card.apdu import Answer, Command
from kofu_reference.card.memory import MOST_TRIES, CardMemory, PinName

APPLICATION_ID = bytes.fromhex("D392F000260100000001")
ANSWER_TO_RESET = bytes.fromhex("3BE000FF8131FE4514")

TOKEN_INFORMATION, CERTIFICATES_PRESENT = 0x0006, 0x0008
CERTIFICATES: dict[int, str] = {0x000A: "auth", 0x000B: "auth_ca", 0x0001: "sign", 0x0002: "sign_ca"}
KEYS: dict[int, PinName] = {0x0017: "auth", 0x001A: "sign"}
PINS: dict[int, PinName] = {0x0018: "auth", 0x001B: "sign"}
SIGNATURE_CERTIFICATE = 0x0001

# A real client takes a card whose token information is padded with NUL for another application's.
_TOKEN_INFORMATION = b"JPKIAPICCTOKEN2".ljust(32, b" ")
_PRESENT, _ABSENT = 0x8F, 0x00


@dataclass(frozen=True)
class Make:
    """How cards of one make differ from those of another.

    blocked: the status of a PIN tried after its last try was used. Real cards say 6984; OpenSC reports a locked PIN as
    such only at 6983, which ISO 7816-4 has for it.
    """

    blocked: int = apdu.PIN_BLOCKED


AS_ISSUED = Make()
BY_STANDARD = Make(blocked=apdu.PIN_BLOCKED_BY_STANDARD)


class VirtualCard:
    """A My Number Card made of a folder: `auth.der`, `auth_ca.der`, `auth.key`, `nv.json` (and the same for `sign`).

    What the folder lacks, the card lacks: without `auth.der` there is no authentication certificate, EF 000A is not
    found and EF 0008 shows its absence; without a PIN in `nv.json` its EF is not found; without `nv.json` there is no
    JPKI application at all.
    """

    def __init__(self, folder: Path, make: Make = AS_ISSUED) -> None:
        """Puts the card under power; raises `CardUnreadable` where a file of it cannot be used."""
        self._make = make
        self._memory = CardMemory(folder)
        self._has_application = CardMemory.exists(folder)
        self._files = _elementary_files(folder)
        self._keys = {name: key for name in MOST_TRIES if (key := keys.load(folder / f"{name}.key")) is not None}
        self.reset()

    def reset(self) -> None:
        """Power off and on: the application is no longer selected and no PIN counts as verified."""
        self._selected = False
        self._current_file: int | None = None
        self._verified: set[PinName] = set()

    def transmit(self, command: bytes) -> bytes:
        """Answers one APDU; a malformed one gets 6700."""
        try:
            parsed = Command.parse(command)
        except apdu.MalformedCommand:
            return Answer(apdu.WRONG_LENGTH).to_bytes()
        return self._answer(parsed).to_bytes()

    def _answer(self, command: Command) -> Answer:
        if command.head == (0x00, 0xA4):
            return self._select(command)
        if self._selected and command.head == (0x00, 0xB0):
            return self._read_binary(command)
        if self._selected and command.head == (0x00, 0x20) and command.parameters == 0x0080:
            return self._verify(command.data)
        if self._selected and command.head == (0x80, 0x2A) and command.parameters == 0x0080:
            return self._sign(command.data)
        return Answer(apdu.INSTRUCTION_NOT_SUPPORTED if command.cla in (0x00, 0x80) else apdu.CLASS_NOT_SUPPORTED)

    def _select(self, command: Command) -> Answer:
        if command.p1 == 0x04:
            self.reset()
            self._selected = self._has_application and command.data == APPLICATION_ID
            return Answer(apdu.OK if self._selected else apdu.FILE_NOT_FOUND)
        if command.p1 != 0x02:
            return Answer(apdu.INCORRECT_PARAMETERS)
        file_id = int.from_bytes(command.data, "big")
        if not self._selected or len(command.data) != 2 or not self._holds(file_id):
            return Answer(apdu.FILE_NOT_FOUND)
        self._current_file = file_id
        return Answer(apdu.OK)

    def _holds(self, file_id: int) -> bool:
        if file_id in KEYS:
            return KEYS[file_id] in self._keys
        if file_id in PINS:
            return PINS[file_id] in self._memory.read()
        return file_id in self._files

    def _read_binary(self, command: Command) -> Answer:
        if self._current_file is None:
            return Answer(apdu.COMMAND_NOT_ALLOWED)
        if self._current_file not in self._files:
            return Answer(apdu.WRONG_FILE_STRUCTURE)
        if self._current_file == SIGNATURE_CERTIFICATE and "sign" not in self._verified:
            return Answer(apdu.SECURITY_STATUS_NOT_SATISFIED)
        content, offset = self._files[self._current_file], command.parameters
        if offset >= len(content):
            return Answer(apdu.OFFSET_PAST_END)
        return Answer(apdu.OK, content[offset : offset + (command.expected or 256)])

    def _verify(self, typed: bytes) -> Answer:
        name = PINS.get(self._current_file) if self._current_file is not None else None
        if name is None:
            return Answer(apdu.COMMAND_NOT_ALLOWED)
        if not typed:
            # Also for a blocked PIN: a client that meets 6983 or 6984 here refuses the whole card.
            return Answer(apdu.TRIES_LEFT | self._memory.read()[name].tries)
        with self._memory.changing() as cells:
            cell = cells[name]
            if cell.tries == 0:
                self._verified.discard(name)
                return Answer(self._make.blocked)
            # Written before comparing: a card that is torn from the reader has used a try. [model: strike_first]
            self._memory.write({**cells, name: cell.model_copy(update={"tries": cell.tries - 1})})
            if not _same_pin(typed, cell.pin):
                self._verified.discard(name)
                return Answer(apdu.TRIES_LEFT | (cell.tries - 1))
            after = self.tries_after_success(name, cell.tries)
            self._memory.write({**cells, name: cell.model_copy(update={"tries": after})})
        self._verified.add(name)
        return Answer(apdu.OK)

    def tries_after_success(self, name: PinName, before: int) -> int:  # a fault reads `before`
        """The tries that a right PIN leaves: the full number, so that only failures in a row count. [3.3.10]"""
        return MOST_TRIES[name]

    def _sign(self, given: bytes) -> Answer:
        name = KEYS.get(self._current_file) if self._current_file is not None else None
        if name is None:
            return Answer(apdu.COMMAND_NOT_ALLOWED)
        if name not in self._verified:
            return Answer(apdu.SECURITY_STATUS_NOT_SATISFIED)
        try:
            return Answer(apdu.OK, self._keys[name].sign(given))
        except keys.WrongLength:
            return Answer(apdu.WRONG_LENGTH)


def _elementary_files(folder: Path) -> dict[int, bytes]:
    files = {file_id: path.read_bytes() for file_id, path in _certificate_paths(folder) if path.is_file()}
    present = [_PRESENT if file_id in files else _ABSENT for file_id in (0x000A, SIGNATURE_CERTIFICATE)]
    files[TOKEN_INFORMATION] = _TOKEN_INFORMATION
    files[CERTIFICATES_PRESENT] = bytes([*present, 0x00])
    return files


def _certificate_paths(folder: Path) -> list[tuple[int, Path]]:
    return [(file_id, folder / f"{name}.der") for file_id, name in CERTIFICATES.items()]


def _same_pin(typed: bytes, stored: str) -> bool:
    # Readers pad a PIN to its stored length with NUL.
    return hmac.compare_digest(typed.rstrip(b"\0"), stored.encode("ascii"))
