"""Whether a fault of the chain shows at a role's border: the shortest trace that the role's oracle does not allow."""

from collections.abc import Iterator
from dataclasses import dataclass

from kofu_spec.model.behaviour import Behaviour, Situation
from kofu_spec.model.chain import Chain
from kofu_spec.model.observations import QUIET, Observation
from kofu_spec.model.oracle import Oracle, Result
from kofu_spec.model.views import View


@dataclass(frozen=True)
class Shown:
    """What a search for a visible deviation came to."""

    trace: tuple[Observation, ...] | None
    """What was seen; the last of it is not allowed. None where nothing shows."""
    whole: bool
    """Whether all that the faulty chain can do was looked at."""
    points: int


_Known = frozenset[Situation]


def shortest_deviation(view: View, faulty: Chain, limit: int = 100_000) -> Shown:
    """Walks the faulty chain and the oracle of the right one side by side, nearest first.

    What the right chain has no place for is the fault of those who deal with the role, and is not followed.
    """
    walked = Behaviour(view, faulty, at_once=frozenset())
    judged = Judges(Behaviour(view, Chain(faulty.configuration)))
    first = (walked.start, judged.start)
    came_from: dict[tuple[Situation, int], tuple[tuple[Situation, int], Observation | None] | None] = {first: None}
    frontier = [first]
    while frontier:
        farther = []
        for here in frontier:
            for observation, there in _onwards(walked, here[0]):
                if observation is None:
                    after = here[1]
                else:
                    found = judged.after(here[1], observation)
                    if found is None:
                        return Shown((*_trace(came_from, here), observation), False, len(came_from))
                    if found < 0 or observation == QUIET:
                        continue
                    after = found
                point = (there, after)
                if point not in came_from:
                    came_from[point] = (here, observation)
                    farther.append(point)
            if len(came_from) > limit:
                return Shown(None, False, len(came_from))
        frontier = farther
    return Shown(None, True, len(came_from))


def _onwards(walked: Behaviour, situation: Situation) -> Iterator[tuple[Observation | None, Situation]]:
    state, rest = situation
    if walked.is_quiet(situation):
        yield QUIET, situation
    if rest:
        yield rest[0], (state, rest[1:])
        return
    moves = walked.moves(state)
    for after in moves.hidden:
        yield None, (after, ())
    for passing, after in moves.seen:
        yield passing[0], (after, passing[1:])


class Judges:
    """The oracle of the right chain as an automaton: its sets of situations, numbered."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._oracle = Oracle(behaviour)
        self._sets: list[_Known] = []
        self._numbers: dict[_Known, int] = {}
        self._after: dict[tuple[int, Observation], int | None] = {}
        self.start = self._number(self._oracle.situations)

    def after(self, number: int, observation: Observation) -> int | None:
        """The set after the observation; None where it is not allowed, -1 where it is inconclusive."""
        key = (number, observation)
        if key not in self._after:
            self._after[key] = self._judge(number, observation)
        return self._after[key]

    def _judge(self, number: int, observation: Observation) -> int | None:
        situations, judgement = self._oracle.judged(self._sets[number], (observation,))
        if judgement.result == Result.NOT_ALLOWED:
            return None
        return self._number(situations) if judgement.result == Result.ALLOWED else -1

    def _number(self, situations: _Known) -> int:
        if situations not in self._numbers:
            self._numbers[situations] = len(self._sets)
            self._sets.append(situations)
        return self._numbers[situations]


def _trace(
    came_from: dict[tuple[Situation, int], tuple[tuple[Situation, int], Observation | None] | None],
    last: tuple[Situation, int],
) -> tuple[Observation, ...]:
    trace: list[Observation] = []
    origin = came_from[last]
    while origin is not None:
        before, observation = origin
        if observation is not None:
            trace.append(observation)
        origin = came_from[before]
    return tuple(reversed(trace))
