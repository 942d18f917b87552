"""What a step is, and the few words in which the actions are written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from kofu_spec.model.state import Configuration, State, blank

if TYPE_CHECKING:
    from kofu_spec.model.chain import Chain

Act = Callable[..., "State | None"]
Over = Callable[[Configuration], range]


class Action(NamedTuple):
    """Something that happens, with its arguments."""

    name: str
    arguments: tuple[int, ...]

    def __str__(self) -> str:
        return " ".join([self.name, *map(str, self.arguments)])


@dataclass(frozen=True)
class ActionKind:
    """All actions of one name: what they range over, the constant they need, and how they are told.

    `act(chain, state, *arguments)` gives the state afterwards, or None where the action can't happen.
    """

    name: str
    act: Act
    over: tuple[Over, ...]
    needs: str | None
    ja: str
    en: str

    @property
    def topic(self) -> str:
        """The module that the action stands in: session, application, issuing, feed, paper or mishaps."""
        return self.act.__module__.rpartition(".")[2]

    def of(self, configuration: Configuration) -> Iterator[Action]:
        """The actions of this kind that the configuration has."""
        if self.needs is None or getattr(configuration, self.needs):
            yield from (Action(self.name, a) for a in product(*(over(configuration) for over in self.over)))


ACTION_KINDS: dict[str, ActionKind] = {}


def action(*over: Over, ja: str, en: str, needs: str | None = None) -> Callable[[Act], Act]:
    """Makes a function an action of the model; `ja` and `en` tell it, with {0}, {1} … for the arguments."""

    def register(act: Act) -> Act:
        ACTION_KINDS[act.__name__] = ActionKind(act.__name__, act, over, needs, ja, en)
        return act

    return register


def each_kiosk(c: Configuration) -> range:
    """Kiosks 1, 2 …"""
    return range(1, c.kiosks + 1)


def each_citizen(c: Configuration) -> range:
    """Citizens 1, 2 …"""
    return range(1, c.citizens + 1)


def each_request(c: Configuration) -> range:
    """Requests 1, 2 …"""
    return range(1, c.requests + 1)


def each_server(c: Configuration) -> range:
    """Servers, and places of work, 1, 2 …"""
    return range(1, c.servers + 1)


def each_place_in_document(c: Configuration) -> range:
    """The first page of a document, the second …"""
    return range(1, c.pages + 1)


def each_page(c: Configuration) -> range:
    """Every page that may exist: of each request, about each citizen."""
    return range(1, c.requests * c.citizens + 1)


def each_change(c: Configuration) -> range:
    """Changes 1, 2 …"""
    return range(1, c.changes + 1)


def each_kind(c: Configuration) -> range:
    """Kinds of certificates: 0, and 1 where there is a koseki system."""
    return range(c.koseki + 1)


# A state with one part changed


def world(s: State, **changes: object) -> State:
    """The state with numbers of the world changed."""
    return s._replace(**changes)  # type: ignore[arg-type]


def citizen(s: State, c: int, **changes: int) -> State:
    """The state with numbers of one citizen changed."""
    parts = s.citizens
    return s._replace(citizens=(*parts[: c - 1], parts[c - 1]._replace(**changes), *parts[c:]))


def kiosk(s: State, k: int, **changes: object) -> State:
    """The state with numbers of one kiosk changed."""
    parts = s.kiosks
    return s._replace(kiosks=(*parts[: k - 1], parts[k - 1]._replace(**changes), *parts[k:]))  # type: ignore[arg-type]


def server(s: State, n: int, **changes: object) -> State:
    """The state with numbers of one server, or place, changed."""
    parts = s.servers
    return s._replace(servers=(*parts[: n - 1], parts[n - 1]._replace(**changes), *parts[n:]))  # type: ignore[arg-type]


def request(s: State, r: int, **changes: object) -> State:
    """The state with numbers of one request changed."""
    parts = s.requests
    return s._replace(requests=(*parts[: r - 1], parts[r - 1]._replace(**changes), *parts[r:]))  # type: ignore[arg-type]


def take(s: State, r: int, message: str) -> State:
    """One message of the request is taken; with the last one goes what it carried."""
    left = getattr(s.requests[r - 1], message) - 1
    changes: dict[str, object] = {message: left}
    if not left and message in CARRIED_IN:
        changes[CARRIED_IN[message]] = blank(len(s.requests[r - 1].held))
    return request(s, r, **changes)


CARRIED_IN = {"doc": "made", "hand": "handed"}
"""The number that holds what a message carries."""


def place_of(chain: "Chain", s: State, number: int) -> int:
    """The place of work of a server."""
    return number if chain.guards.place_of_its_own(s) else 1
