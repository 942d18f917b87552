"""The vectors notice a rule that was changed: each of the mutants makes some come out otherwise."""

import subprocess
import sys
from pathlib import Path

import pytest
from spec.tests.mutants import MUTANTS, Mutant

from kofu_spec import vectors


@pytest.fixture(scope="module")
def told() -> dict[int, str]:
    """For each mutant by its number, which vectors it changes."""
    program = Path(__file__).with_name("mutants.py")
    done = subprocess.run([sys.executable, program, "vectors"], capture_output=True, text=True, check=True)
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    return {int(number): files for number, _, files in lines}


@pytest.mark.parametrize(
    ("number", "mutant"),
    list(enumerate(MUTANTS)),
    ids=[f"{mutant.rule}-{number}" for number, mutant in enumerate(MUTANTS)],
)
def test_a_changed_rule_changes_its_vectors(number: int, mutant: Mutant, told: dict[int, str]) -> None:
    assert mutant.vectors in told[number], mutant.name
    assert bool(told[number]) == bool(mutant.vectors), mutant.name


def test_every_rule_of_the_vectors_has_mutants() -> None:
    changed = {mutant.vectors for mutant in MUTANTS if mutant.vectors}
    assert changed == set(vectors.names()) - {"traces"}, "those of the traces are the model's"
