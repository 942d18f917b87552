"""The model: no invariant breaks, every guard is needed, and what is kept of the search is what a search finds."""

import ast
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

import kofu_spec.model
from kofu_spec.model.actions import Action
from kofu_spec.model.chain import Chain, kinds
from kofu_spec.model.configurations import CONFIGURATIONS, SMALL
from kofu_spec.model.guards import GUARD_NAMES, Guards, always, never
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.mutants import MUTANTS
from kofu_spec.model.results import check, kill, load
from kofu_spec.model.search import Digest, search
from kofu_spec.model.state import Configuration, encode, initial
from kofu_spec.model.story import tell, tell_counterexample
from kofu_spec.requirements import load as load_catalogue


def action(label: str) -> Action:
    """The action of a label."""
    name, *arguments = label.split()
    return Action(name, tuple(map(int, arguments)))


@pytest.mark.parametrize("name", [configuration.name for configuration in SMALL])
def test_no_invariant_breaks_and_the_kept_results_are_true(name: str) -> None:
    found = check(name)

    assert found.broken is None
    assert found in load().configurations


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_breaks_what_it_names_as_shortly_as_is_kept(name: str) -> None:
    assert kill(name) == load().of_mutant(name)
    assert all(killed.length for killed in load().of_mutant(name))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_counterexample_is_a_history_of_the_mutant_and_of_the_mutant_only(name: str) -> None:
    mutant = MUTANTS[name]
    for killed in load().of_mutant(name):
        chain, holds = mutant.chain(), INVARIANTS[killed.invariant].holds
        state = chain.initial
        for number, label in enumerate(killed.actions, 1):
            after = chain.step(state, action(label))
            assert after is not None, f"{label} can't happen"
            assert holds(chain, state, action(label), after) == (number < killed.length)
            state = after

        right = Chain(CONFIGURATIONS[mutant.configuration])
        state = right.initial
        for label in killed.actions:
            after = right.step(state, action(label))
            if after is None:
                break
            assert INVARIANTS[killed.invariant].holds(right, state, action(label), after)
            state = after


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_dies_in_the_smallest_world_that_is_kept(name: str) -> None:
    mutant = MUTANTS[name]
    for killed in load().of_mutant(name):
        world = Configuration("smallest", **killed.smallest)
        assert search(Chain(world, mutant.guards()), (killed.invariant,)).broken is not None


def test_every_guard_is_removed_or_weakened_by_a_mutant() -> None:
    assert {mutant.guard for mutant in MUTANTS.values()} == set(GUARD_NAMES)


def test_every_invariant_is_broken_by_two_mutants_of_different_guards() -> None:
    for name in INVARIANTS:
        guards = {(mutant.guard, mutant.instead) for mutant in MUTANTS.values() if name in mutant.breaks}
        assert len(guards) >= 2, name


def test_mutants_are_numbered_as_in_the_prose() -> None:
    prose = (Path(kofu_spec.model.__file__).parents[2] / "docs" / "model.md").read_text("utf-8")
    rows = [line.split("|") for line in prose.partition("## Mutants")[2].splitlines() if line.startswith("| ")]
    written = {row[2].strip(" `"): (int(row[1]), int(row[3])) for row in rows[1:]}

    numbers = {name: number for number, name in enumerate(GUARD_NAMES, 1)}
    assert written == {m.name: (m.number, numbers[m.guard]) for m in MUTANTS.values()}


@pytest.mark.parametrize(("section", "names"), [("Guards", GUARD_NAMES), ("Invariants", tuple(INVARIANTS))])
def test_the_prose_names_every_guard_and_invariant(section: str, names: tuple[str, ...]) -> None:
    prose = (Path(kofu_spec.model.__file__).parents[2] / "docs" / "model.md").read_text("utf-8")
    part = prose.partition(f"## {section}\n")[2].partition("\n## ")[0]

    for name in names:
        assert f"`{name}`" in part or f"`{name}(" in part, name


def test_the_prose_names_every_action() -> None:
    prose = (Path(kofu_spec.model.__file__).parents[2] / "docs" / "model.md").read_text("utf-8")
    for kind in kinds():
        assert f"`{kind.name}`" in prose or f"`{kind.name} " in prose, kind.name


def test_every_action_happens_in_some_small_configuration() -> None:
    happened = {name for checked in load().configurations for name in checked.actions}
    assert happened == {kind.name for kind in kinds()}


def test_invariants_name_requirements_of_the_catalogue() -> None:
    for invariant in INVARIANTS.values():
        assert set(invariant.requirements) <= set(load_catalogue()), invariant.name


def test_the_model_is_pure_standard_library() -> None:
    for file in Path(kofu_spec.model.__file__).parent.glob("*.py"):
        if file.name == "cli.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = (
                [name.name for name in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for module in modules:
                top = module.partition(".")[0]
                assert top in sys.stdlib_module_names or module.startswith("kofu_spec.model"), (file.name, module)


def test_invariants_read_no_guard_in_force() -> None:
    text = (Path(kofu_spec.model.__file__).parent / "invariants.py").read_text("utf-8")
    assert "chain.guards" not in text


def test_the_search_is_breadth_first() -> None:
    """The shortest history of a mutant is no longer than one found by walking depth first."""
    mutant = MUTANTS["lock_missing"]
    found = search(mutant.chain(), ("lock",)).broken
    assert found is not None
    assert [str(a) for a, _ in found.history] == ["insert 1 1", *["pin_wrong 1"] * 3, "pin_right 1"]


def test_a_digest_changes_with_one_edge_and_not_with_the_order() -> None:
    def digest(guards: Guards) -> tuple[int, str, str]:
        chain = Chain(CONFIGURATIONS["pin"], guards)
        seen = Digest(chain)
        search(chain, (), watcher=seen)
        return seen.edges, seen.of_states, seen.of_edges

    def depth_first() -> tuple[int, str, str]:
        chain = Chain(CONFIGURATIONS["pin"])
        seen, done, waiting = Digest(chain), {chain.initial}, [chain.initial]
        while waiting:
            before = waiting.pop()
            for what, after in chain.steps(before):
                seen(before, what, after)
                if after not in done:
                    done.add(after)
                    waiting.append(after)
        return seen.edges, seen.of_states, seen.of_edges

    assert digest(Guards()) == depth_first()
    assert digest(Guards()) != digest(replace(Guards(), identity_recorded=always))


def test_equal_encodings_are_equal_states() -> None:
    texts = set()
    states = set()
    chain = Chain(CONFIGURATIONS["twice"])

    def watch(_: object, __: object, after: object) -> None:
        states.add(after)
        texts.add(encode(after))  # type: ignore[arg-type]

    search(chain, (), watcher=watch)
    assert len(texts) == len(states) > 900
    assert encode(initial(CONFIGURATIONS["pin"])) == "2" + "0" * 9 + "1" + "0000" + "00000000000" * 2 + "01000"


def test_every_action_can_be_told_in_both_languages() -> None:
    configuration = Configuration("all", **{name: 1 for name in asdict(SMALL[0]) if name != "name"})
    for kind in kinds():
        for one in kind.of(configuration):
            line = tell(one, configuration)
            assert line.ja
            assert line.en
            assert "{" not in line.ja + line.en


def test_a_story_ends_with_what_is_broken() -> None:
    mutant = MUTANTS["only_the_lock_released"]
    found = search(mutant.chain(), ("residue",)).broken
    assert found is not None

    story = tell_counterexample(found, CONFIGURATIONS[mutant.configuration])
    assert len(story) == found.length + 1
    assert story[-1].en == "broken: A new session or job begins where nothing of an earlier one is left. [P.4]"
    assert story[0].ja == "市民Aが端末1にカードを置く"


def test_a_removed_precaution_is_never_taken() -> None:
    assert always()
    assert not never()
