"""What a terminal knows of one citizen, from the card on the reader to the papers taken, and no longer. [3.3.3]"""

from dataclasses import dataclass, field

from kofu.testing.v1 import control_pb2
from kofu.v1 import center_pb2, reason_pb2
from kofu_reference.card.reader import JpkiReader
from kofu_reference.kiosk.journal import Line
from kofu_reference.kiosk.printer import PrintJob
from kofu_reference.kiosk.purchase import Purchase


@dataclass(frozen=True)
class Fetched:
    """A document that has arrived for this session, with the price at which it was confirmed."""

    line: Line
    job: PrintJob = field(repr=False)


@dataclass
class Session:
    """One citizen's session. Dropping it erases all that belongs to them; the PIN never gets here. [3.3.3]"""

    reader: JpkiReader
    certificate: bytes = field(repr=False)
    center_session_id: str = ""
    served: center_pb2.AuthenticateResponse = field(default_factory=center_pb2.AuthenticateResponse)
    """The municipalities to choose from."""
    municipality_code: str = ""
    """The one whose certificates are offered."""
    offers: tuple[center_pb2.Offer, ...] = ()
    request_id: str = ""
    """The application that the screen names; the last one where there are several."""
    fetched: list[Fetched] = field(default_factory=list, repr=False)
    lines: list[Line] = field(default_factory=list)
    purchase: Purchase | None = None
    paid_yen: int = 0
    copies_printed: int = 0

    @property
    def fee_yen(self) -> int:
        """The sum of the confirmed prices."""
        return sum(line.copies * line.yen_a_copy for line in self.lines)

    def add(self, fetched: Fetched) -> None:
        """Adds a document to what is to be paid."""
        self.fetched.append(fetched)
        self.lines.append(fetched.line)

    def erase_documents(self) -> None:
        """Nothing of a certificate stays. [3.3.3]"""
        self.fetched.clear()


@dataclass(frozen=True)
class Met:
    """The reason that an act met, with its metadata."""

    reason: reason_pb2.Reason
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """Why the screen says that a session has ended, and the application to name when enquiring."""

    met: Met | None
    request_id: str


@dataclass(frozen=True)
class Shown:
    """What an act met, and the papers that it took."""

    met: Met | None = None
    papers: tuple[bytes, ...] = ()


OUT_OF_ORDER = Shown(Met(reason_pb2.REASON_OUT_OF_ORDER))
"""The screen does not offer this act; nothing changes."""

CANCELLABLE = frozenset(
    {
        control_pb2.SCREEN_PIN,
        control_pb2.SCREEN_TAKE_CARD,
        control_pb2.SCREEN_CHOOSE,
        control_pb2.SCREEN_PAY,
    }
)
"""Screens of a session whose papers have not been printed."""
