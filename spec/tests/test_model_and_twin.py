"""The model in Python and its twin in Promela: the same states, the same labelled steps, the same shortest breaks."""

import shutil
from collections import defaultdict
from dataclasses import replace

import pytest
import spin

from kofu_spec.model.actions import Action
from kofu_spec.model.chain import Chain
from kofu_spec.model.configurations import CONFIGURATIONS, SMALL
from kofu_spec.model.guards import Guards, always
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.mutants import MUTANTS
from kofu_spec.model.results import constants, load
from kofu_spec.model.search import Digest, search
from kofu_spec.model.state import encode

pytestmark = pytest.mark.skipif(
    not (shutil.which("spin") and shutil.which("gcc")), reason="needs Debian's packages spin, gcc and libc6-dev"
)

CHECKED = {checked.configuration: checked for checked in load().configurations}


def for_spin(name: str) -> dict[str, int]:
    """The constants of a configuration as the twin wants them."""
    return spin.configuration(**{k.upper(): v for k, v in constants(CONFIGURATIONS[name]).items()})


def found_by_twin(name: str, mutant: int = 0) -> tuple[int, int, str, str]:
    """What the twin reaches: states, edges and their digests."""
    reached = spin.reach(for_spin(name), mutant=mutant)
    return reached.states, reached.edges, f"{reached.state_digest:016x}", f"{reached.edge_digest:016x}"


@pytest.mark.parametrize("name", [configuration.name for configuration in SMALL])
def test_both_reach_the_same_states_by_the_same_steps(name: str) -> None:
    kept = CHECKED[name]  # test_model.py holds it against a search

    assert found_by_twin(name) == (kept.states, kept.edges, kept.state_digest, kept.edge_digest)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_breaks_the_same_invariants_as_shortly_in_both(name: str) -> None:
    mutant = MUTANTS[name]
    told = spin.survey(for_spin(mutant.configuration), mutant=mutant.number)

    assert {killed.invariant: killed.length for killed in load().of_mutant(name)}.items() <= told.items()
    for invariant in set(INVARIANTS) - set(mutant.breaks):
        found = search(mutant.chain(), (invariant,)).broken if told[invariant] or _cheap(mutant.configuration) else None
        assert told[invariant] == (found.length if found else None), invariant


def _cheap(configuration: str) -> bool:
    return CHECKED[configuration].states < 2_000


@pytest.mark.parametrize("name", [name for name in MUTANTS if _cheap(MUTANTS[name].configuration)])
def test_a_mutant_reaches_the_same_in_both(name: str) -> None:
    mutant = MUTANTS[name]
    chain = mutant.chain()
    digest = Digest(chain)
    found = search(chain, (), watcher=digest)

    twin = found_by_twin(mutant.configuration, mutant.number)
    assert twin == (found.states, digest.edges, digest.of_states, digest.of_edges)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_counterexample_of_the_twin_is_one_of_the_model(name: str) -> None:
    mutant = MUTANTS[name]
    chain = mutant.chain()
    for invariant in mutant.breaks:
        verdict = spin.check(for_spin(mutant.configuration), invariant, mutant=mutant.number)
        assert not verdict.holds

        state = chain.initial
        assert encode(state) == verdict.initial
        for number, step in enumerate(verdict.steps, 1):
            label, *arguments = step.label.split()
            action = Action(label, tuple(map(int, arguments)))
            after = chain.step(state, action)
            assert after is not None, step.label
            assert encode(after) == step.state
            assert INVARIANTS[invariant].holds(chain, state, action, after) == (number < len(verdict.steps))
            state = after


def test_a_counterexample_of_the_model_is_a_way_of_the_twin(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Every step of the model's shortest histories stands among the twin's edges, states and all."""
    edges_of: dict[tuple[str, int], set[str]] = defaultdict(set)
    for killed in load().mutants:
        mutant = MUTANTS[killed.mutant]
        if not _cheap(mutant.configuration):
            continue
        key = (mutant.configuration, mutant.number)
        if key not in edges_of:
            spin.reach(for_spin(mutant.configuration), mutant=mutant.number, edges_file=tmp_path / "edges")
            edges_of[key] = set((tmp_path / "edges").read_text().splitlines())
        chain = mutant.chain()
        state = chain.initial
        for label in killed.actions:
            name, *arguments = label.split()
            after = chain.step(state, Action(name, tuple(map(int, arguments))))
            assert after is not None
            assert f"{encode(state)} {label} {encode(after)}" in edges_of[key]
            state = after
    assert len(edges_of) > 20


def test_a_guard_taken_out_of_one_of_them_alone_is_seen() -> None:
    """The comparison would find a difference: the model without one guard against the twin that has it."""
    chain = Chain(CONFIGURATIONS["hours"], replace(Guards(), within_hours=always))
    digest = Digest(chain)
    search(chain, (), watcher=digest)

    assert found_by_twin("hours")[3] != digest.of_edges
