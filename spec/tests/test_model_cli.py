"""`kofu model`: it runs the search, tells counterexamples, and answers bad names in one line."""

import json

import pytest
from click.testing import CliRunner, Result

from kofu_spec.model import cli, configurations, mutants
from kofu_spec.model.cli import model
from kofu_spec.model.guards import Guards


def run(*arguments: str) -> Result:
    return CliRunner().invoke(model, list(arguments))


def test_a_mutant_is_told_in_both_languages() -> None:
    told = run("lock_missing")
    assert told.exit_code == 0
    assert "端末1で誤った暗証番号を入力する" in told.output
    assert "a wrong PIN is typed at kiosk 1" in told.output
    assert "[3.3.10, 3.3.11]" in told.output


@pytest.mark.parametrize(
    ("name", "mutant"),
    [("yokohama", "only_the_lock_released"), ("lock", "lock_at_four"), ("no_alarm", "alarm_ignored")],
)
def test_an_incident_an_invariant_and_a_guard_name_their_mutants(name: str, mutant: str) -> None:
    stories = json.loads(run(name, "--json").output)
    assert mutant in {story["mutant"] for story in stories}
    assert all(story["actions"] and len(story["steps"]) == len(story["actions"]) + 1 for story in stories)


def test_a_configuration_is_checked() -> None:
    assert run("pin").output == "pin: 37 states, 72 edges: no invariant breaks\n"


def test_an_unknown_name_is_one_line_with_what_is_near() -> None:
    answer = run("yokohoma")
    assert answer.exit_code != 0
    assert "did you mean yokohama?" in answer.output


def test_the_whole_check_says_what_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configurations, "SMALL", (configurations.CONFIGURATIONS["pin"],))
    monkeypatch.setattr(cli, "ProcessPoolExecutor", _OneProcess)
    monkeypatch.setattr(mutants, "MUTANTS", {"lock_missing": mutants.MUTANTS["lock_missing"]})

    answer = run()
    assert answer.exit_code == 0
    assert "37 states in 1 configurations, 1 mutants" in answer.output
    assert "every mutant breaks what it names" in answer.output


def test_a_surviving_mutant_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configurations, "SMALL", (configurations.CONFIGURATIONS["pin"],))
    monkeypatch.setattr(cli, "ProcessPoolExecutor", _OneProcess)
    monkeypatch.setattr(mutants.Mutant, "guards", lambda _: Guards())
    monkeypatch.setitem(mutants.__dict__, "MUTANTS", {"lock_missing": mutants.MUTANTS["lock_missing"]})

    answer = run()
    assert answer.exit_code == cli.NOT_CONFORMANT
    assert "lock_missing SURVIVE" in answer.output


class _OneProcess:
    """A pool that does the work here, where what a test replaced is seen."""

    def __init__(self, _: int) -> None:
        self.map = map

    def __enter__(self) -> "_OneProcess":
        return self

    def __exit__(self, *_: object) -> None: ...
