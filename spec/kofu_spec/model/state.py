"""What the model remembers: nothing but small whole numbers.

Citizens, kiosks, servers, places, requests and changes are counted from 1; 0 is nobody or nothing. A page is known by
the request that it names and the citizen that it is about, a set of changes by its bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

Pages = tuple[int, ...]


@dataclass(frozen=True)
class Configuration:
    """How many there are of everything, and what may go wrong. Flags are 0 or 1."""

    name: str
    kiosks: int = 1
    citizens: int = 1
    requests: int = 0
    servers: int = 1
    pages: int = 1
    copies: int = 1
    changes: int = 0
    front: int = 0
    wrong_pins: int = 0
    swaps: int = 0
    validity: int = 0
    counter: int = 0
    clock: int = 0
    koseki: int = 0
    filings: int = 0
    timeouts: int = 0
    silence: int = 0
    losses: int = 0
    duplicates: int = 0
    glitches: int = 0
    mishaps: int = 0


class Period(IntEnum):
    """The four times of day."""

    NIGHT = 0
    MORNING = 1
    OFFICE = 2
    EVENING = 3


class Kind(IntEnum):
    """Whose registers a document is made from."""

    REGISTER = 0
    """住民票の写し、印鑑登録証明書、課税証明書等: from what the city has fed."""
    KOSEKI = 1
    """戸籍証明書: by the koseki system itself."""


class Phase(IntEnum):
    """How far a session at a kiosk has come."""

    IDLE = 0
    CARD_IN = 1
    PIN_ACCEPTED = 2
    CHECKED = 3
    OPEN = 4
    CARD_TAKEN = 5
    WAITING = 6
    ARRIVED = 7
    PAID = 8
    ENDING = 9


class Status(IntEnum):
    """What the validity check answered."""

    NONE = 0
    GOOD = 1
    REVOKED = 2
    UNREACHABLE = 3


class AtCenter(IntEnum):
    """A request as the issuance center sees it."""

    UNKNOWN = 0
    WAITING = 1
    HOLDING = 2
    DONE = 3
    ENDED = 4


class Job(IntEnum):
    """A request as its issuing server sees it."""

    UNKNOWN = 0
    QUEUED = 1
    WORKING = 2
    RELEASED = 3
    ABORTED = 4
    ENDED = 5


class Refusal(IntEnum):
    """Where a refusal is under way to."""

    NONE = 0
    TO_CENTER = 1
    TO_KIOSK = 2


class Citizen(NamedTuple):
    """A citizen, and so a card. `tally` is a ghost: what was really typed, whatever the card counts."""

    strikes: int = 0
    tally: int = 0
    revoked: int = 0
    identified: int = 0


class Kiosk(NamedTuple):
    """A kiosk and its session. `pin_by` and `revoked_then` are ghosts. `doc` holds what is in its memory."""

    phase: int
    who: int
    pin_by: int
    status: int
    revoked_then: int
    request: int
    money: int
    sheets: int
    noted: int
    kept: int
    doc: Pages


class Server(NamedTuple):
    """An issuing server of the site, and the place of work of the same number."""

    applied: int
    current: int
    coming: int
    owner: int
    work: Pages


class Request(NamedTuple):
    """A request, its document in memory, and its messages under way. `start` and `dead` are ghosts."""

    holder: int
    kiosk: int
    kind: int
    start: int
    center: int
    held: Pages
    server: int
    job: int
    knows: int
    dead: int
    apply: int
    issue: int
    ask: int
    answer: int
    doc: int
    hand: int
    refusal: int
    made: Pages
    handed: Pages


class State(NamedTuple):
    """One situation of the chain. `flagged` is a ghost."""

    period: int
    losses: int
    duplicates: int
    glitches: int
    mishaps: int
    filing: int
    alarm: int
    flagged: int
    sent: int
    acked: int
    next: int
    citizens: tuple[Citizen, ...]
    kiosks: tuple[Kiosk, ...]
    servers: tuple[Server, ...]
    requests: tuple[Request, ...]


def initial(configuration: Configuration) -> State:
    """The situation that every history begins with: office hours, nobody there, every server up to date."""
    c = configuration
    return State(
        period=Period.OFFICE.value,
        losses=c.losses,
        duplicates=c.duplicates,
        glitches=c.glitches,
        mishaps=c.mishaps,
        filing=0,
        alarm=0,
        flagged=0,
        sent=0,
        acked=0,
        next=1,
        citizens=(Citizen(),) * c.citizens,
        kiosks=(idle_kiosk(c.pages),) * c.kiosks,
        servers=(Server(0, 1, 0, 0, blank(c.pages)),) * c.servers,
        requests=(_no_request(c.pages),) * c.requests,
    )


def blank(pages: int) -> Pages:
    """No page at all, `pages` times."""
    return (0,) * pages


def idle_kiosk(pages: int) -> Kiosk:
    """A kiosk at which nobody stands and nothing is left."""
    return Kiosk(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, blank(pages))


def _no_request(pages: int) -> Request:
    none = blank(pages)
    return Request(0, 0, 0, 0, 0, none, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, none, none)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def encode(state: State) -> str:
    """The state as a text, one character a number, in the order of the fields; equal states, equal texts."""
    return "".join(map(_DIGITS.__getitem__, _numbers(state)))


def _numbers(value: object) -> Iterator[int]:
    for part in value:  # type: ignore[attr-defined]
        if isinstance(part, tuple):
            yield from _numbers(part)
        else:
            yield part


def bit(change: int) -> int:
    """The bit of a change in a set of changes."""
    return 1 << (change - 1)


def first(changes: int) -> int:
    """The set of the changes 1 to `changes`."""
    return (1 << changes) - 1


def cancels(change: int, citizens: int) -> int:
    """The citizen whose entitlement the change cancels."""
    return (change - 1) % citizens + 1


def page(names_request: int, about_citizen: int, citizens: int) -> int:
    """The page that names the request and is about the citizen."""
    return (names_request - 1) * citizens + about_citizen


def names(page: int, citizens: int) -> int:
    """The request that a page names."""
    return (page - 1) // citizens + 1


def about(page: int, citizens: int) -> int:
    """The citizen that a page is about."""
    return (page - 1) % citizens + 1
