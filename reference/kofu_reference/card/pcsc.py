"""A card on a PC/SC reader, held for one citizen. Needs the extra `pcsc` (pyscard). [1.8, 3.3.9]

PC/SC does not keep its clients apart: without a transaction a second one could sign on the PIN that was typed for the
first. So the reader is held from the first command to the last, and the card is reset before it is let go.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kofu_reference.card.reader import CardGone, CardRefused

_WAIT_SECONDS: Final = 5.0
_REMEDY: Final = "install Debian's libpcsclite-dev and swig, then pip install 'kofu[pcsc]'"


class PcscMissing(Exception):
    """PC/SC can't be used here; the text is one line."""


class ReaderInUse(CardRefused):
    """Another program holds the reader."""

    def __init__(self) -> None:
        super().__init__("SCardBeginTransaction", 0)


def _scard() -> Any:
    try:
        from smartcard import scard  # the extra, which few need
    except ImportError as error:
        raise PcscMissing(f"pcsc_reader: needs pyscard, which is not installed; {_REMEDY}") from error
    return scard


def readers() -> list[str]:
    """The names of the readers that PC/SC knows now."""
    scard = _scard()
    context = _established(scard)
    try:
        status, names = scard.SCardListReaders(context, [])
        return list(names) if status == scard.SCARD_S_SUCCESS else []
    finally:
        scard.SCardReleaseContext(context)


class PcscCard:
    """The card that lies on a reader now; nobody else can use it until `reset`. Raises `CardGone` or `ReaderInUse`."""

    def __init__(self, reader: str, wait_seconds: float = _WAIT_SECONDS) -> None:
        self._scard = _scard()
        self._context = _established(self._scard)
        self._handle: Any = None
        self._protocol: Any = None
        self._within(wait_seconds, lambda: self._connect(reader))

    def transmit(self, command: bytes) -> bytes:
        """One APDU to the card and its answer."""
        status, answer = self._scard.SCardTransmit(self._handle, self._protocol, list(command))
        if status != self._scard.SCARD_S_SUCCESS:
            raise CardGone("SCardTransmit")
        return bytes(answer)

    def reset(self) -> None:
        """Takes the power from the card, so that no PIN counts as typed, and lets the reader go."""
        self._scard.SCardEndTransaction(self._handle, self._scard.SCARD_RESET_CARD)
        self._scard.SCardDisconnect(self._handle, self._scard.SCARD_RESET_CARD)
        self._scard.SCardReleaseContext(self._context)

    def _connect(self, reader: str) -> int:
        """Connects and begins the transaction; the status of the first of the two that failed."""
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        status, self._handle, protocol = scard.SCardConnect(self._context, reader, scard.SCARD_SHARE_SHARED, protocols)
        if status != scard.SCARD_S_SUCCESS:
            return int(status)
        self._protocol = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        return self._hold()

    def _hold(self) -> int:
        return int(self._scard.SCardBeginTransaction(self._handle))

    def _within(self, wait_seconds: float, begin: Callable[[], int]) -> None:
        """PC/SC itself would wait without end for another program to let the reader go."""
        statuses: list[int] = []
        deciding = threading.Lock()
        gave_up = threading.Event()

        def run() -> None:
            status = begin()
            with deciding:
                statuses.append(status)
                if gave_up.is_set():
                    self.reset()

        waiting = threading.Thread(target=run, daemon=True)
        waiting.start()
        waiting.join(wait_seconds)
        with deciding:
            if not statuses:
                gave_up.set()
                raise ReaderInUse
        if statuses[0] != self._scard.SCARD_S_SUCCESS:
            self._scard.SCardReleaseContext(self._context)
            raise CardGone("SCardBeginTransaction")


class PcscSlot:
    """Makes a kiosk's cards of whatever lies on one reader: stands where the kiosk opens a card of the box."""

    def __init__(self, reader: str) -> None:
        _scard()
        self._reader = reader

    def __call__(self, _folder: Path) -> PcscCard:
        return PcscCard(self._reader)


def _established(scard: Any) -> Any:
    status, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if status != scard.SCARD_S_SUCCESS:
        raise PcscMissing("pcsc_reader: no PC/SC service answers; start pcscd")
    return context
