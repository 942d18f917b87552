"""What checking the model finds, as data: computed by a search, and kept beside the model for those who read it.

`results.json` is written by `make model-results`; a test searches again and compares.
"""

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from functools import cache, partial
from importlib import resources
from pathlib import Path

from kofu_spec.model.chain import Chain
from kofu_spec.model.configurations import CONFIGURATIONS, SMALL
from kofu_spec.model.mutants import MUTANTS, Mutant
from kofu_spec.model.search import Digest, search
from kofu_spec.model.state import Configuration


@dataclass(frozen=True)
class Checked:
    """What the search of one configuration found; `broken` names the invariant that does not hold, if one does not."""

    configuration: str
    constants: dict[str, int]
    states: int
    edges: int
    depth: int
    state_digest: str
    edge_digest: str
    actions: tuple[str, ...]
    broken: str | None


@dataclass(frozen=True)
class Killed:
    """The shortest history by which a mutant breaks an invariant; no actions where it survives.

    `smallest` are the constants of the smallest world in which it still breaks it: one less of any of them, and not.
    """

    mutant: str
    invariant: str
    actions: tuple[str, ...]
    smallest: dict[str, int]

    @property
    def length(self) -> int:
        """The number of steps; 0 where the mutant survives."""
        return len(self.actions)


@dataclass(frozen=True)
class Results:
    """All of it."""

    configurations: tuple[Checked, ...]
    mutants: tuple[Killed, ...]

    def of_mutant(self, name: str) -> list[Killed]:
        """What one mutant breaks."""
        return [killed for killed in self.mutants if killed.mutant == name]


@cache
def load() -> Results:
    """The results that are kept beside the model."""
    data = json.loads((resources.files(__package__) / "results.json").read_text("utf-8"))
    return Results(
        tuple(Checked(**{**checked, "actions": tuple(checked["actions"])}) for checked in data["configurations"]),
        tuple(Killed(**{**killed, "actions": tuple(killed["actions"])}) for killed in data["mutants"]),
    )


def check(name: str) -> Checked:
    """Visits every state of a configuration, all invariants watched."""
    configuration = CONFIGURATIONS[name]
    chain = Chain(configuration)
    digest = Digest(chain)
    found = search(chain, watcher=digest)
    return Checked(
        name,
        constants(configuration),
        found.states,
        digest.edges,
        found.depth,
        digest.of_states,
        digest.of_edges,
        tuple(sorted(digest.actions)),
        found.broken.invariant if found.broken else None,
    )


def kill(name: str, smallest: bool = False) -> list[Killed]:
    """Searches for the shortest history by which a mutant breaks each invariant that it names.

    `smallest` asks for the smallest constants too, which takes longer; else they are taken from what is kept.
    """
    return [_kill(MUTANTS[name], invariant, smallest) for invariant in MUTANTS[name].breaks]


def _kill(mutant: Mutant, invariant: str, smallest: bool) -> Killed:
    broken = search(mutant.chain(), (invariant,)).broken
    actions = tuple(str(action) for action, _ in broken.history) if broken else ()
    if smallest:
        return Killed(mutant.name, invariant, actions, constants(smallest_world(mutant, invariant)))
    kept = [killed.smallest for killed in load().of_mutant(mutant.name) if killed.invariant == invariant]
    return Killed(mutant.name, invariant, actions, kept[0] if kept else {})


def smallest_world(mutant: Mutant, invariant: str) -> Configuration:
    """The mutant's configuration with every constant as low as it can be for the invariant still to be broken."""
    world = CONFIGURATIONS[mutant.configuration]
    for constant, lowest in _LOWEST.items():
        while (value := getattr(world, constant)) > lowest:
            smaller = replace(world, **{constant: value - 1})
            if search(Chain(smaller, mutant.guards()), (invariant,)).broken is None:
                break
            world = smaller
    return world


_LOWEST: dict[str, int] = {
    field.name: 1 if field.name in ("kiosks", "citizens", "servers", "pages", "copies") else 0
    for field in fields(Configuration)
    if field.name != "name"
}


def constants(configuration: Configuration) -> dict[str, int]:
    """The constants that are not as low as they can be."""
    return {name: value for name, low in _LOWEST.items() if (value := getattr(configuration, name)) > low}


def compute(names: Iterable[str], jobs: int, smallest: bool = False) -> Results:
    """Checks the configurations and kills the mutants, `jobs` at a time."""
    with ProcessPoolExecutor(jobs) as pool:
        checked = list(pool.map(check, names))
        killed = list(pool.map(partial(kill, smallest=smallest), MUTANTS))
    return Results(tuple(checked), tuple(one for several in killed for one in several))


def main() -> None:
    """Writes `results.json` anew."""
    results = compute([configuration.name for configuration in SMALL], jobs=2, smallest=True)
    text = json.dumps(asdict(results), ensure_ascii=False, indent=1)
    Path(__file__).with_name("results.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
