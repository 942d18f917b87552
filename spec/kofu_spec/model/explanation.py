"""The shortest history of the model that shows what was seen."""

from collections import deque
from collections.abc import Iterator, Sequence

from kofu_spec.model.actions import Action
from kofu_spec.model.behaviour import Behaviour, Situation
from kofu_spec.model.observations import Observation

Trace = Sequence[tuple[Observation, ...]]
"""Observations; what stands together came in an unknown order."""
_Point = tuple[Situation, int, int]
"""A situation, the batch that is being explained, and the bits of those of it that are."""


def explain(behaviour: Behaviour, trace: Trace) -> tuple[Action, ...] | None:
    """The shortest history, hidden steps included, that shows exactly this; None where there is none.

    What is refused, what changes nothing and silence are no steps of it.
    """
    start: _Point = (behaviour.start, 0, 0)
    came_from: dict[_Point, tuple[_Point, Action | None] | None] = {}
    waiting: deque[tuple[_Point, tuple[_Point, Action | None] | None]] = deque([(start, None)])
    while waiting:
        here, origin = waiting.popleft()
        if here in came_from:
            continue
        came_from[here] = origin
        if here[1] == len(trace):
            return _history(came_from, here)
        for action, there in _onwards(behaviour, trace, here):
            if action is None:
                waiting.appendleft((there, (here, action)))
            else:
                waiting.append((there, (here, action)))
    return None


def _onwards(behaviour: Behaviour, trace: Trace, here: _Point) -> Iterator[tuple[Action | None, _Point]]:
    situation, batch, done = here
    state, rest = situation
    wanted = [(n, one) for n, one in enumerate(trace[batch]) if not done & 1 << n]
    for n, one in wanted:
        for after in behaviour.after(situation, one):
            if after[0] == state and (rest or after == situation):
                yield None, _further(trace, after, batch, done | 1 << n)
    for action, after_state in behaviour.chain.steps(state) if not rest else ():
        for passing in behaviour.view.of(state, action, after_state):
            if not passing:
                yield action, ((after_state, ()), batch, done)
            for n, one in wanted:
                if passing and passing[0] == one:
                    yield action, _further(trace, (after_state, passing[1:]), batch, done | 1 << n)


def _further(trace: Trace, situation: Situation, batch: int, done: int) -> _Point:
    return (situation, batch + 1, 0) if done == (1 << len(trace[batch])) - 1 else (situation, batch, done)


def _history(came_from: dict[_Point, tuple[_Point, Action | None] | None], last: _Point) -> tuple[Action, ...]:
    history: list[Action] = []
    origin = came_from[last]
    while origin is not None:
        before, action = origin
        if action is not None:
            history.append(action)
        origin = came_from[before]
    return tuple(reversed(history))
