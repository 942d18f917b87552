"""A card in the virtual reader of PC/SC: vpcd listens, and the card is its client. [1.8]"""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from kofu_reference.card.jpki import ANSWER_TO_RESET, VirtualCard

PORT: Final = 35963
_OFF, _ON, _RESET, _TELL_ANSWER_TO_RESET = 0, 1, 2, 4


class ReaderUnreachable(Exception):
    """No virtual reader listens; the text is one line."""


class ReaderClosed(Exception):
    """The reader ended the line."""


class Slot:
    """The line between a card and the virtual reader in which it lies. Each message is its length, then its bytes."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self, card: VirtualCard) -> None:
        """Lets the reader use the card until it closes the line, then takes the power away."""
        try:
            while True:
                self._serve_one(card, self._receive())
        except (ReaderClosed, ConnectionError):
            card.reset()

    def take_out(self) -> None:
        """Pulls the card, whatever the reader is doing with it."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def _serve_one(self, card: VirtualCard, message: bytes) -> None:
        if len(message) > 1:
            self._send(card.transmit(message))
        elif message[0] == _TELL_ANSWER_TO_RESET:
            self._send(ANSWER_TO_RESET)
        elif message[0] in (_OFF, _ON, _RESET):
            card.reset()

    def _send(self, content: bytes) -> None:
        self._line.sendall(struct.pack(">H", len(content)) + content)

    def _receive(self) -> bytes:
        length: int = struct.unpack(">H", self._exactly(2))[0]
        return self._exactly(length) if length else bytes([_OFF])

    def _exactly(self, count: int) -> bytes:
        content = b""
        while len(content) < count:
            # Linux takes it back by itself; without it every command waits 40 ms for an acknowledgement.
            if hasattr(socket, "TCP_QUICKACK"):
                self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            arrived = self._line.recv(count - len(content))
            if not arrived:
                raise ReaderClosed
            content += arrived
        return content


@contextmanager
def slot(host: str = "127.0.0.1", port: int = PORT) -> Iterator[Slot]:
    """The slot of the virtual reader at an address. Raises `ReaderUnreachable`."""
    try:
        line = socket.create_connection((host, port))
    except OSError as error:
        raise ReaderUnreachable(
            f"--reader: no virtual reader at {host}:{port} ({error.strerror or error}); start pcscd with Debian's "
            "vsmartcard-vpcd, or let --alone do it"
        ) from error
    with line:
        yield Slot(line)
