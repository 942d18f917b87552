"""The verdict of each miniature, and what the engine keeps of it."""

from pathlib import Path

import pytest
from conformance.tests.zoo import ZOO, FakeChain, Silent, only, ticking

from kofu_conformance.engine import Level, Registry
from kofu_conformance.engine.cases import ShrinkBudget
from kofu_conformance.engine.runner import CheckResult, CheckRun
from kofu_conformance.engine.selection import UnknownCheckError, select
from kofu_conformance.engine.session import Session, run_session
from kofu_conformance.engine.verdict import Verdict, worst


def run(name: str, chain: FakeChain | None = None, budget: ShrinkBudget | None = None) -> CheckResult:
    return CheckRun(ZOO[f"zoo.{name}"], chain or FakeChain(), 1, Level.QUICK, Silent(), budget).run()


def test_a_check_whose_situation_arose_and_that_saw_no_deviation_passes() -> None:
    result = run("passes")
    assert (result.verdict, result.reasons, result.cases, result.triggers) == (Verdict.PASS, (), 1, {"1.1": 1})


def test_a_failure_is_shrunk_to_the_smallest_case() -> None:
    result = run("shrinks")
    assert result.verdict is Verdict.FAIL
    assert result.failure is not None
    assert result.failure.outcome.case_json == '["wrong","wrong","wrong"]'
    assert result.failure.outcome.steps == ("PIN wrong",) * 3
    assert result.failure.first_steps >= 3


def test_a_requirement_never_triggered_makes_the_check_inconclusive_and_says_why() -> None:
    result = run("never_triggered")
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.reasons == ("the situation of 1.3 never arose",)


def test_what_could_not_be_observed_is_inconclusive_not_shrunk_and_given_up_soon() -> None:
    chain = FakeChain()
    result = run("sees_nothing", chain)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "could not observe: connection broken" in result.reasons
    assert len(chain.executed) == result.cases == 5
    assert [one.case_number for one in result.unseen] == [1, 2, 3, 4, 5]


def test_any_other_exception_is_a_fault_of_the_suite_and_ends_the_check() -> None:
    chain = FakeChain()
    result = run("has_a_bug", chain)
    assert result.verdict is Verdict.ERROR
    assert result.fault is not None
    assert (result.fault.type, len(chain.executed)) == ("KeyError", 1)
    assert "has_a_bug" in result.fault.place


def test_a_race_that_fails_once_only_stays_a_failure_and_no_case_runs_twice() -> None:
    chain = FakeChain()
    result = run("is_flaky", chain)
    assert result.verdict is Verdict.FAIL
    assert result.failure is not None
    assert result.failure.outcome.finding is not None
    assert len(chain.executed) == len(set(chain.executed))


def test_shrinking_keeps_to_the_finding_that_it_started_from() -> None:
    unshrunk = run("two_findings", budget=ShrinkBudget(0, 0)).failure
    shrunk = run("two_findings").failure
    assert unshrunk is not None
    assert shrunk is not None
    assert unshrunk.outcome.finding == shrunk.outcome.finding
    assert shrunk.executions > 0


def test_shrinking_stops_after_its_executions() -> None:
    chain = FakeChain()
    result = run("shrinks", chain, ShrinkBudget(seconds=1000, executions=2))
    assert result.failure is not None
    assert result.failure.executions == 2
    assert len(chain.executed) == result.cases + 2


def test_shrinking_stops_after_its_seconds() -> None:
    chain, clock = FakeChain(), ticking(1.0)
    check_run = CheckRun(
        ZOO["zoo.shrinks"], chain, 1, Level.QUICK, Silent(), ShrinkBudget(3, 1000), clock=lambda: next(clock)
    )
    result = check_run.run()
    assert result.failure is not None
    assert result.failure.executions <= 3


def test_cases_depend_on_seed_and_check_only() -> None:
    def executed(seed: int, *names: str) -> list[str]:
        chain = FakeChain()
        for name in names:
            before = len(chain.executed)
            CheckRun(ZOO[f"zoo.{name}"], chain, seed, Level.QUICK, Silent(), ShrinkBudget(0, 0)).run()
        return chain.executed[before:]

    alone = executed(7, "shrinks")
    assert executed(7, "is_flaky", "sees_nothing", "shrinks") == alone
    assert executed(8, "shrinks") != alone


def test_a_trigger_of_a_requirement_that_the_check_does_not_name_is_a_fault() -> None:
    chain = FakeChain()
    chain.begin_case = lambda story: story.trigger("9.9")  # type: ignore[method-assign]
    result = run("passes", chain)
    assert result.verdict is Verdict.ERROR
    assert "the check names only 1.1" in result.reasons[0]


def test_a_session_runs_exclusive_checks_last_and_survives_a_hostile_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conftest.py").write_text("raise SystemExit('conftest of the user')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--nonsense'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--more-nonsense")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    watcher = Silent()
    selection = select(only("alone", "passes", "shrinks"))
    session = Session(selection.checks, FakeChain(), 1, Level.QUICK, watcher)
    results = run_session(session, tmp_path / "cache")
    assert watcher.order == ["zoo.passes", "zoo.shrinks", "zoo.alone"]
    assert [one.verdict for one in results] == [Verdict.PASS, Verdict.FAIL, Verdict.PASS]
    assert {one.name for one in tmp_path.iterdir()} <= {"conftest.py", "pytest.ini", "pyproject.toml", "cache"}


def test_an_interrupted_session_keeps_what_was_found_and_the_rest_is_inconclusive(tmp_path: Path) -> None:
    selection = select(only("alone", "passes", "stops_in_the_midst"))
    session = Session(selection.checks, FakeChain(), 1, Level.QUICK, Silent())
    passed, stopped, never = run_session(session, tmp_path)
    assert session.interrupted
    assert passed.verdict is Verdict.PASS
    assert (stopped.verdict, stopped.cases) == (Verdict.INCONCLUSIVE, 2)
    assert stopped.reasons[0] == "interrupted after 2 of 10 cases"
    assert (never.verdict, never.reasons) == (Verdict.INCONCLUSIVE, ("not run: the run was interrupted",))


def test_selection_by_requirement_check_and_what_the_profile_declares() -> None:
    zoo: Registry = only("passes", "shrinks", "needs_a_kiosk")
    assert [one.id for one in select(zoo, requirements=["1.1"]).checks] == ["zoo.passes", "zoo.shrinks"]
    assert [one.id for one in select(zoo, checks=["zoo.passes"]).checks] == ["zoo.passes"]
    selection = select(zoo, declared={"kiosk": True, "kiosk.test_control": False})
    (left_out,) = selection.left_out
    assert left_out.not_applicable
    assert left_out.why == "the profile doesn't declare kiosk.test_control"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"checks": ["zoo.pases"]}, "--check: no check zoo.pases; did you mean zoo.passes"),
        ({"requirements": ["1.11"]}, "--requirement: no check judges 1.11 yet"),
    ],
)
def test_an_unknown_id_is_one_line_with_a_remedy(asked: dict[str, list[str]], message: str) -> None:
    with pytest.raises(UnknownCheckError) as caught:
        select(only("passes", "shrinks"), **asked)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_worst_puts_fail_before_error_before_inconclusive_before_pass() -> None:
    order = [Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS]
    for number, verdict in enumerate(order):
        assert worst(reversed(order[number:])) is verdict
    assert worst([]) is Verdict.PENDING
