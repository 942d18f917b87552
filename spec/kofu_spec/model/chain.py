"""All actions together."""

from collections.abc import Iterator
from functools import cached_property

from kofu_spec.model.actions import ACTION_KINDS, Act, Action, ActionKind
from kofu_spec.model.guards import Guards
from kofu_spec.model.state import Configuration, State, initial

Step = tuple[Action, State]


class Chain:
    """The chain under one configuration, with the guards in force."""

    def __init__(self, configuration: Configuration, guards: Guards | None = None) -> None:
        self.configuration = configuration
        self.guards = guards or Guards()
        self.initial = initial(configuration)

    def steps(self, state: State) -> Iterator[Step]:
        """Everything that may happen next, each with the state afterwards."""
        for action, act in self._acts:
            after = act(self, state, *action.arguments)
            if after is not None:
                yield action, after

    def step(self, state: State, action: Action) -> State | None:
        """The state after one action; None where it can't happen."""
        act = dict(self._acts).get(action)
        return act(self, state, *action.arguments) if act else None

    @cached_property
    def _acts(self) -> tuple[tuple[Action, Act], ...]:
        return tuple((action, kind.act) for kind in kinds() for action in kind.of(self.configuration))


def kinds() -> list[ActionKind]:
    """All kinds of actions, in the order of the prose."""
    from kofu_spec.model import application, feed, issuing, mishaps, paper, session  # noqa: F401 - they register

    return list(ACTION_KINDS.values())
