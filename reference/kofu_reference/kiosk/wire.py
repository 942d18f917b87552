"""The kiosk's wire, told live to developers: what went between kiosk, card and center, and nothing of a person. [3.2.6]

Of a message are told its name, its size, the names of its fields and how it was answered; of an APDU its command, its
length and its status. No value of any field is kept.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from google.protobuf.message import Message

from kofu.v1 import reason_pb2
from kofu_reference.card.reader import Card
from kofu_reference.runtime import Refusal, call

_REMEMBERED = 60
_COMMANDS = {0xA4: "SELECT", 0xB0: "READ BINARY", 0x20: "VERIFY", 0x2A: "COMPUTE DIGITAL SIGNATURE"}

Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True)
class Passed:
    """One thing that went over the wire."""

    number: int
    between: str
    name: str
    asked: str
    answered: str
    milliseconds: float


class WireLog:
    """The last things that went over the wire. Where nobody watches it keeps nothing."""

    def __init__(self, *, watched: bool = False) -> None:
        self._watched = watched
        self._passed: deque[Passed] = deque(maxlen=_REMEMBERED)
        self._number = 0

    @property
    def passed(self) -> list[Passed]:
        """Newest first."""
        return list(reversed(self._passed))

    def card(self, card: Card) -> Card:
        """The card, watched."""
        return _WatchedCard(card, self) if self._watched else card

    async def call(
        self, method: Callable[..., Awaitable[Answer]], name: str, request: Message, *, timeout: float
    ) -> Answer:
        """One call to the center."""
        if not self._watched:
            return await call(method, request, timeout=timeout)
        began = time.monotonic()
        try:
            answer = await call(method, request, timeout=timeout)
        except Refusal as refusal:
            self._add("kiosk → center", name, _told(request), reason_pb2.Reason.Name(refusal.reason), began)
            raise
        self._add("kiosk → center", name, _told(request), _told(answer), began)
        return answer

    def _add(self, between: str, name: str, asked: str, answered: str, began: float) -> None:
        self._number += 1
        spent = (time.monotonic() - began) * 1000
        self._passed.append(Passed(self._number, between, name, asked, answered, spent))


class _WatchedCard:
    def __init__(self, card: Card, log: WireLog) -> None:
        self._card = card
        self._log = log

    def transmit(self, command: bytes) -> bytes:
        began = time.monotonic()
        answer = self._card.transmit(command)
        name = _COMMANDS.get(command[1], f"INS {command[1]:02X}") if len(command) > 1 else "?"
        told = f"{len(answer) - 2} B, {answer[-2:].hex().upper()}"
        self._log._add("kiosk → card", name, f"{len(command)} B", told, began)
        return answer


def _told(message: Message) -> str:
    """Size and names of the fields that are set."""
    fields = ", ".join(field.name for field, _ in message.ListFields())
    return f"{message.ByteSize():,} B ({fields})" if fields else f"{message.ByteSize()} B"


async def changed_since(log: WireLog, number: int, poll_seconds: float = 0.2) -> int:
    """Waits until something has passed after `number`; the number of the newest."""
    while (newest := log.passed[0].number if log.passed else 0) <= number:
        await asyncio.sleep(poll_seconds)
    return newest
