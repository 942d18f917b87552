"""Commands and answers as a reader and a card exchange them: ISO 7816-4, short form."""

from dataclasses import dataclass
from typing import Self

OK = 0x9000
WRONG_LENGTH = 0x6700
SECURITY_STATUS_NOT_SATISFIED = 0x6982
PIN_BLOCKED_BY_STANDARD = 0x6983
PIN_BLOCKED = 0x6984
"""What a real card answers from the attempt after the last one on."""
COMMAND_NOT_ALLOWED = 0x6986
WRONG_FILE_STRUCTURE = 0x6981
FILE_NOT_FOUND = 0x6A82
INCORRECT_PARAMETERS = 0x6A86
OFFSET_PAST_END = 0x6B00
INSTRUCTION_NOT_SUPPORTED = 0x6D00
CLASS_NOT_SUPPORTED = 0x6E00
TRIES_LEFT = 0x63C0
"""The low digit is the number of tries that remain."""


class MalformedCommand(ValueError):
    """The bytes are no short APDU."""


@dataclass(frozen=True)
class Command:
    """One command: class, instruction, two parameters, data, and how many bytes are expected (1 to 256, or None)."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None

    @property
    def head(self) -> tuple[int, int]:
        """Class and instruction, by which a card finds out what is asked."""
        return self.cla, self.ins

    @property
    def parameters(self) -> int:
        """P1 and P2 as one number."""
        return self.p1 << 8 | self.p2

    def to_bytes(self) -> bytes:
        """The command as it goes over the reader."""
        length = bytes([len(self.data)]) if self.data else b""
        expected = b"" if self.expected is None else bytes([self.expected & 0xFF])
        return bytes([self.cla, self.ins, self.p1, self.p2]) + length + self.data + expected

    @classmethod
    def parse(cls, apdu: bytes) -> Self:
        """Reads a short APDU; raises `MalformedCommand` where the lengths do not fit."""
        if len(apdu) < 4:
            raise MalformedCommand("an APDU has at least four bytes")
        head, body = apdu[:4], apdu[4:]
        cla, ins, p1, p2 = head
        if not body:
            return cls(cla, ins, p1, p2)
        if len(body) == 1:
            return cls(cla, ins, p1, p2, expected=body[0] or 256)
        data, tail = body[1 : 1 + body[0]], body[1 + body[0] :]
        if not data or len(data) != body[0] or len(tail) > 1:
            raise MalformedCommand("Lc does not fit the data")
        return cls(cla, ins, p1, p2, data, expected=(tail[0] or 256) if tail else None)


@dataclass(frozen=True)
class Answer:
    """What a card gives back: data and a status word."""

    status: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """The answer as it goes over the reader."""
        return self.data + self.status.to_bytes(2, "big")

    @classmethod
    def parse(cls, answer: bytes) -> Self:
        """Reads an answer; raises `ValueError` where not even a status word came."""
        if len(answer) < 2:
            raise ValueError("an answer has at least a status word")
        return cls(status=int.from_bytes(answer[-2:], "big"), data=answer[:-2])
