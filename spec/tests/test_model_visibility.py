"""A fault of a role shows at its border and at that of the chain, or it is said why it does not."""

import pytest

from kofu_spec.model import judge
from kofu_spec.model.guards import GUARD_NAMES
from kofu_spec.model.mutants import MUTANTS
from kofu_spec.model.observations import written
from kofu_spec.model.oracle import Result
from kofu_spec.model.trace_cases import OF_MUTANTS
from kofu_spec.model.views import VIEWS
from kofu_spec.model.visibility import NOT_SHOWN, ROLE_OF_GUARD, faulty_chain, shortest_deviation

KEPT = {(name, view): lines for name, view, lines in OF_MUTANTS}
BORDERS = [(name, role) for name, mutant in MUTANTS.items() for role in (ROLE_OF_GUARD[mutant.guard], "chain")]


@pytest.mark.parametrize(("name", "role"), [border for border in BORDERS if border not in NOT_SHOWN])
def test_a_mutant_shows_at_its_own_border_and_at_that_of_the_chain(name: str, role: str) -> None:
    chain = faulty_chain(MUTANTS[name])
    shown = shortest_deviation(VIEWS[role], chain)

    assert shown.trace is not None
    *allowed, last = judge(VIEWS[role], chain.configuration, shown.trace)
    assert {judgement.result for judgement in allowed} <= {Result.ALLOWED}
    assert (last.result, last.observation) == (Result.NOT_ALLOWED, shown.trace[-1])
    assert last.instead
    if (name, role) in KEPT:
        assert "; ".join(map(written, shown.trace)) == KEPT[name, role], "trace_cases.py holds another"


@pytest.mark.parametrize(("name", "role"), NOT_SHOWN)
def test_a_mutant_that_does_not_show_is_named_with_the_reason(name: str, role: str) -> None:
    shown = shortest_deviation(VIEWS[role], faulty_chain(MUTANTS[name]), limit=6_000)

    assert shown.trace is None
    assert shown.points > 400
    assert (name, role) in BORDERS
    assert NOT_SHOWN[name, role].ja != NOT_SHOWN[name, role].en


WIDE = ("late", "gap", "site")
"""Worlds in which a role that deals with none of it has too many hidden states to look at on every commit."""


@pytest.mark.parametrize("name", [one for one, m in MUTANTS.items() if faulty_chain(m).configuration.name not in WIDE])
def test_a_mutant_never_shows_at_the_border_of_another_role(name: str) -> None:
    for role in VIEWS.keys() - {ROLE_OF_GUARD[MUTANTS[name].guard], "chain"}:
        assert shortest_deviation(VIEWS[role], faulty_chain(MUTANTS[name]), limit=200).trace is None


def test_each_guard_is_the_check_of_one_role() -> None:
    assert set(ROLE_OF_GUARD) == set(GUARD_NAMES)
    assert set(ROLE_OF_GUARD.values()) == VIEWS.keys() - {"chain"}
