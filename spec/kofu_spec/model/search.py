"""Every state, breadth first: the shortest counterexample, or none; and the digests of states and labelled edges."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from kofu_spec.model.actions import Action
from kofu_spec.model.chain import Chain
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.state import State, encode


@dataclass(frozen=True)
class Counterexample:
    """The shortest history that breaks an invariant."""

    invariant: str
    history: tuple[tuple[Action, State], ...]
    """Each step and the state after it; the last one breaks the invariant."""

    @property
    def length(self) -> int:
        """The number of steps."""
        return len(self.history)


@dataclass(frozen=True)
class Search:
    """What a search saw."""

    states: int
    steps: int
    depth: int
    """Steps to the states that are farthest away."""
    broken: Counterexample | None


def search(chain: Chain, invariants: Collection[str] = tuple(INVARIANTS)) -> Search:
    """Visits all states of the chain, nearest first, and stops at the first step that breaks one of the invariants."""
    watched = [(name, INVARIANTS[name].holds) for name in invariants]
    came_from: dict[State, tuple[State, Action] | None] = {chain.initial: None}
    frontier, depth, steps = [chain.initial], 0, 0
    while frontier:
        farther: list[State] = []
        for before in frontier:
            for action, after in chain.steps(before):
                steps += 1
                for name, holds in watched:
                    if not holds(chain, before, action, after):
                        history = (*_history(came_from, before), (action, after))
                        return Search(len(came_from), steps, depth, Counterexample(name, history))
                if after not in came_from:
                    came_from[after] = (before, action)
                    farther.append(after)
        frontier, depth = farther, depth + bool(farther)
    return Search(len(came_from), steps, depth, None)


def _history(came_from: dict[State, tuple[State, Action] | None], last: State) -> tuple[tuple[Action, State], ...]:
    history = []
    while (origin := came_from[last]) is not None:
        before, action = origin
        history.append((action, last))
        last = before
    return tuple(reversed(history))


@dataclass(frozen=True)
class Digest:
    """All states and labelled edges of a chain, in a form that doesn't depend on the order in which they were found.

    A digest is the sum modulo 2^64 of the first eight bytes of BLAKE2b of each distinct line: a state's encoding, or
    encoding, label and encoding with one blank between.
    """

    states: int
    edges: int
    state_digest: str
    edge_digest: str


def digest(chain: Chain) -> Digest:
    """The digest of everything that the chain can reach."""
    states = {encode(chain.initial)}
    edges: set[int] = set()
    for before, action, after in all_steps(chain):
        states.add(after)
        edges.add(line_hash(f"{before} {action} {after}"))
    return Digest(len(states), len(edges), _hexadecimal(sum(map(line_hash, states))), _hexadecimal(sum(edges)))


def all_steps(chain: Chain) -> Iterator[tuple[str, Action, str]]:
    """Each step of each state that can be reached, states encoded."""
    seen, waiting = {chain.initial}, [chain.initial]
    while waiting:
        state = waiting.pop()
        text = encode(state)
        for action, after in chain.steps(state):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
            yield text, action, encode(after)


def line_hash(line: str) -> int:
    """Eight bytes of BLAKE2b, as a number."""
    return int.from_bytes(blake2b(line.encode(), digest_size=8).digest(), "big")


def _hexadecimal(total: int) -> str:
    return f"{total % 2**64:016x}"
