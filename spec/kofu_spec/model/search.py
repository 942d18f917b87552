"""Every state, breadth first: the shortest counterexample, or none; and the digests of states and labelled edges."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import blake2b

from kofu_spec.model.actions import Action
from kofu_spec.model.chain import Chain
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.state import State, encode

History = tuple[tuple[Action, State], ...]
Watcher = Callable[[State, Action, State], None]


@dataclass(frozen=True)
class Counterexample:
    """The shortest history that breaks an invariant: each step with the state after it; the last one breaks it."""

    invariant: str
    history: History

    @property
    def length(self) -> int:
        """The number of steps."""
        return len(self.history)


@dataclass(frozen=True)
class Search:
    """What a search saw; `depth` is the number of steps to the states that are farthest away."""

    states: int
    steps: int
    depth: int
    broken: Counterexample | None


def search(chain: Chain, invariants: Collection[str] = tuple(INVARIANTS), watcher: Watcher | None = None) -> Search:
    """Visits all states of the chain, nearest first, and stops at the first step that breaks one of the invariants.

    `watcher` is shown every step that was visited.
    """
    watched = [(name, INVARIANTS[name].holds) for name in invariants]
    came_from: dict[State, tuple[State, Action] | None] = {chain.initial: None}
    frontier, depth, steps = [chain.initial], 0, 0
    while frontier:
        farther: list[State] = []
        for before in frontier:
            for action, after in chain.steps(before):
                steps += 1
                if watcher:
                    watcher(before, action, after)
                for name, holds in watched:
                    if not holds(chain, before, action, after):
                        history = (*_history(came_from, before), (action, after))
                        return Search(len(came_from), steps, depth, Counterexample(name, history))
                if after not in came_from:
                    came_from[after] = (before, action)
                    farther.append(after)
        frontier, depth = farther, depth + bool(farther)
    return Search(len(came_from), steps, depth, None)


def _history(came_from: dict[State, tuple[State, Action] | None], last: State) -> History:
    history = []
    while (origin := came_from[last]) is not None:
        before, action = origin
        history.append((action, last))
        last = before
    return tuple(reversed(history))


class Digest:
    """All states and labelled edges of a search, in a form that doesn't depend on the order of finding them.

    A digest is the sum modulo 2^64 of the first eight bytes of BLAKE2b of each distinct line: a state's encoding, or
    encoding, label and encoding with one blank between. Give an instance to `search` as its watcher.
    """

    def __init__(self, chain: Chain) -> None:
        self.actions: set[str] = set()
        self._texts = {chain.initial: encode(chain.initial)}
        self._edges: set[int] = set()

    def __call__(self, before: State, action: Action, after: State) -> None:
        self.actions.add(action.name)
        self._edges.add(line_hash(f"{self._text(before)} {action} {self._text(after)}"))

    def _text(self, state: State) -> str:
        text = self._texts.get(state)
        if text is None:
            text = self._texts[state] = encode(state)
        return text

    @property
    def edges(self) -> int:
        """The number of distinct labelled edges."""
        return len(self._edges)

    @property
    def of_states(self) -> str:
        """The digest of the states, sixteen hexadecimal digits."""
        return _hexadecimal(sum(map(line_hash, self._texts.values())))

    @property
    def of_edges(self) -> str:
        """The digest of the labelled edges, sixteen hexadecimal digits."""
        return _hexadecimal(sum(self._edges))


def line_hash(line: str) -> int:
    """Eight bytes of BLAKE2b, as a number."""
    return int.from_bytes(blake2b(line.encode(), digest_size=8).digest(), "big")


def _hexadecimal(total: int) -> str:
    return f"{total % 2**64:016x}"
