"""What may happen in each situation of the chain, as one view sees it."""

from collections.abc import Iterator
from dataclasses import dataclass

from kofu_spec.model.chain import Chain, kinds
from kofu_spec.model.observations import QUIET, Observation, Passing
from kofu_spec.model.state import Configuration, State
from kofu_spec.model.views import OFFERED, View

Situation = tuple[State, Passing]
"""A state, and what of the last step is still to be seen: a step passes as a whole before the next is seen."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What may happen in a state."""

    hidden: tuple[State, ...]
    seen: tuple[tuple[Passing, State], ...]
    quiet: bool
    """Nothing that the role has to do is left to do."""


def in_nobodys_way(configuration: Configuration) -> frozenset[str]:
    """Actions that stand in nobody's way: whatever else may happen may happen after them too, and leads to the same.

    So where one is hidden, a state in which it is possible says nothing that the state after it doesn't say, and only
    that one is looked at. That they stand in nobody's way is a property of the model, tested on its states.
    """
    quiet = {"finish", "forget", "close", "erase"}
    if not configuration.glitches:
        quiet.add("wipe")
    if not configuration.counter:
        quiet.add("leave")
    if not (configuration.losses or configuration.duplicates or configuration.glitches):
        quiet |= {"receive", "hand", "drop_doc", "drop_answer", "drop_hand"}
    return frozenset(quiet)


class Behaviour:
    """The chain under a view. What was once worked out of a state is kept, and shared by all oracles of the view."""

    def __init__(self, view: View, chain: Chain, at_once: frozenset[str] | None = None) -> None:
        """`at_once`: the actions that are taken to happen at once where they are hidden."""
        self.view = view
        self.chain = chain
        self._known: dict[State, Moves] = {}
        at_once = in_nobodys_way(chain.configuration) if at_once is None else at_once
        self._at_once = tuple(
            (action, kind.act)
            for kind in kinds()
            if kind.name in at_once & view.hidden_kinds
            for action in kind.of(chain.configuration)
        )

    @property
    def start(self) -> Situation:
        """Where every history begins."""
        return self.chain.initial, ()

    def _settled(self, state: State) -> State:
        """The state after all that happens at once."""
        for action, act in self._at_once:
            after = act(self.chain, state, *action.arguments)
            if after is not None:
                return self._settled(after)
        return state

    def moves(self, state: State) -> Moves:
        """Hidden steps and seen ones."""
        known = self._known.get(state)
        if known is None:
            known = self._known[state] = self._look(state)
        return known

    def _look(self, state: State) -> Moves:
        hidden: list[State] = []
        seen: list[tuple[Passing, State]] = []
        busy = False
        for action, after_step in self.chain.steps(state):
            after = self._settled(after_step)
            for passing in self.view.of(state, action, after_step):
                if passing:
                    seen.append((passing, after))
                    busy = busy or passing[0].name in self.view.outputs
                else:
                    hidden.append(after)
                    busy = busy or self.view.has_to(action)
        return Moves(tuple(hidden), tuple(seen), not busy)

    def after(self, situation: Situation, observation: Observation) -> Iterator[Situation]:
        """Every situation that the observation may lead to, no hidden step before or after it."""
        if observation == QUIET:
            if self.is_quiet(situation):
                yield situation
        elif observation.refused:
            if self.must_refuse(situation, observation):
                yield situation
        elif steps := self._steps(situation, observation):
            yield from steps
        elif not situation[1] and _changes_nothing(self.view, situation[0], observation):
            yield situation

    def _steps(self, situation: Situation, observation: Observation) -> list[Situation]:
        state, rest = situation
        if rest:
            return [(state, rest[1:])] if rest[0] == observation else []
        return [(after, passing[1:]) for passing, after in self.moves(state).seen if passing[0] == observation]

    def outputs(self, situation: Situation) -> Iterator[Observation]:
        """What the role may do next; silence where it has nothing to do."""
        state, rest = situation
        passings = [rest] if rest else [passing for passing, _ in self.moves(state).seen]
        yield from (passing[0] for passing in passings if passing[0].name in self.view.outputs)
        if self.is_quiet(situation):
            yield QUIET

    def is_quiet(self, situation: Situation) -> bool:
        """Whether the role may stay silent here for ever."""
        state, rest = situation
        return rest[0].name in self.view.inputs if rest else self.moves(state).quiet

    def must_refuse(self, situation: Situation, act: Observation) -> bool:
        """Whether the citizen's act is not offered here, so that the kiosk has to refuse it."""
        state, rest = situation
        return act.name in OFFERED and not rest and not OFFERED[act.name](state, act.facts)


def _changes_nothing(view: View, state: State, observation: Observation) -> bool:
    """A heartbeat may always come; the model has only those that change something."""
    if observation.name != "heartbeat" or observation.name not in view.inputs | view.outputs:
        return False
    return observation.facts[1] == state.sent
