"""Whole traces with the verdict of each step, right ones and wrong ones, as plain data for the test vectors."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from kofu_spec.model.behaviour import Behaviour
from kofu_spec.model.chain import Chain
from kofu_spec.model.configurations import CONFIGURATIONS
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.mutants import MUTANTS
from kofu_spec.model.observations import QUIET, Observation, read
from kofu_spec.model.oracle import Judgement, Oracle
from kofu_spec.model.state import Configuration
from kofu_spec.model.trace_cases import OF_MUTANTS, RIGHT, WRONG, Case
from kofu_spec.model.views import VIEWS, View
from kofu_spec.model.visibility import WORLDS, faulty_chain


@dataclass(frozen=True)
class Trace:
    """A trace, as each step was judged."""

    slug: str
    view: View
    world: Configuration
    steps: tuple[Judgement, ...]
    ja: str
    en: str
    requirement: str

    def given(self) -> dict[str, Any]:
        """What goes in: the view, the small world and what was seen, as JSON."""
        constants = {name: value for name, value in asdict(self.world).items() if name != "name" and value}
        steps = [step_as_data(self.view, step.observation) for step in self.steps]
        return {"view": self.view.name, "world": self.world.name, "constants": constants, "steps": steps}

    def expect(self) -> dict[str, Any]:
        """What comes out: the verdict of each step, and what was allowed instead of the last, as JSON."""
        instead = [step_as_data(self.view, one) for one in self.steps[-1].instead]
        return {"results": [step.result.value for step in self.steps], "instead": instead}


def step_as_data(view: View, observation: Observation) -> dict[str, Any]:
    """One step as JSON: who did it, what, and the same in words."""
    if observation == QUIET:
        kind = "silence"
    elif observation.refused:
        kind = "refused"
    else:
        kind = "input" if observation.name in view.inputs else "output"
    return {
        "kind": kind,
        "name": observation.name,
        "facts": {
            name: [list(page) for page in value] if isinstance(value, tuple) else value
            for name, value in observation.named().items()
        },
        "ja": observation.ja,
        "en": observation.en,
    }


@cache
def traces() -> tuple[Trace, ...]:
    """All traces, judged."""
    behaviours: dict[tuple[str, str], Behaviour] = {}
    return tuple(_judged(case, behaviours) for case in (*RIGHT, *WRONG, *_of_mutants()))


def _of_mutants() -> Iterator[Case]:
    for name, view, lines in OF_MUTANTS:
        mutant = MUTANTS[name]
        yield Case(
            slug=f"{name.replace('_', '-')}.{view}",
            view=view,
            world=faulty_chain(mutant).configuration.name,
            lines=lines,
            ja=mutant.ja.removesuffix("。"),
            en=mutant.en.removesuffix("."),
            requirement=INVARIANTS[mutant.breaks[0]].requirements[0],
        )


def _judged(case: Case, behaviours: dict[tuple[str, str], Behaviour]) -> Trace:
    key = (case.view, case.world)
    view, world = VIEWS[case.view], {**CONFIGURATIONS, **WORLDS}[case.world]
    oracle = Oracle(behaviours.setdefault(key, Behaviour(view, Chain(world))))
    steps = tuple(oracle.after(read(line)) for line in case.lines.split("; "))
    return Trace(case.slug, view, world, steps, f"{case.ja}。", f"{case.en}.", case.requirement)
