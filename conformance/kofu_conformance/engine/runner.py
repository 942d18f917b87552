"""One check, from its cases to its verdict."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from kofu_conformance.engine.cases import SHRINKING, ShrinkBudget, draw, shrink
from kofu_conformance.engine.execution import Chain, Outcome, SuiteFault, execute, fault_of
from kofu_conformance.engine.registry import Check, Level
from kofu_conformance.engine.verdict import Verdict

GIVES_UP_AFTER = 5
"""So many cases in a row without an observation end a check: the implementation is out of reach."""


@dataclass(frozen=True)
class Failure:
    """The failing case of a check, as small as the budget allowed."""

    case_number: int
    """Counts the check's cases from 1, in the order drawn."""
    outcome: Outcome
    """The execution of the smallest failing case."""
    first_steps: int
    """How many steps the story had before shrinking."""
    executions: int
    """How many cases were run to shrink it."""


@dataclass(frozen=True)
class Unseen:
    """An entry of the ledger: what could not be observed, in which case."""

    case_number: int
    why: str


@dataclass(frozen=True)
class CheckResult:
    """What a run knows of one check."""

    check: Check
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    """Why it is inconclusive, in error or left out."""
    cases: int = 0
    """Distinct cases run, those of shrinking not counted."""
    planned: int = 0
    triggers: Mapping[str, int] = field(default_factory=dict)
    failure: Failure | None = None
    fault: SuiteFault | None = None
    faulty: Outcome | None = None
    """The execution in which the fault arose."""
    unseen: tuple[Unseen, ...] = ()
    seconds: float = 0.0


class Watcher(Protocol):
    """Is told how a run goes on."""

    def check_starts(self, check: Check, planned: int) -> None:
        """A check begins with so many cases."""

    def case_done(self, check: Check, done: int, planned: int) -> None:
        """One more case was run."""

    def shrinking(self, check: Check, executions: int) -> None:
        """A failing case is being made smaller."""

    def check_done(self, result: CheckResult) -> None:
        """A check has its verdict."""


class CheckRun:
    """Runs one check and keeps what is known so far, so that an interrupted one still has a result."""

    def __init__(
        self,
        check: Check,
        chain: Chain,
        run_seed: int,
        level: Level,
        watcher: Watcher,
        budget: ShrinkBudget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._check = check
        self._chain = chain
        self._seed = run_seed
        self._level = level
        self._watcher = watcher
        self._budget = budget or SHRINKING[level]
        self._clock = clock
        self._started = clock()
        self._planned = 0
        self._outcomes: dict[str, Outcome] = {}
        self._failure: Failure | None = None
        self._fault: SuiteFault | None = None
        self._reasons: list[str] = []

    def run(self) -> CheckResult:
        """Draws the cases, runs them until one fails, and shrinks that one."""
        try:
            cases = draw(self._check, self._seed, self._level)
        except Exception as error:
            self._fault = fault_of(error)
            return self.result()
        self._planned = len(cases)
        self._watcher.check_starts(self._check, self._planned)
        failing = self._first_failing(cases)
        if failing is not None:
            self._shrink(failing)
        return self.result()

    def interrupted(self) -> CheckResult:
        """The result of a check that was stopped in its midst."""
        self._reasons.append(f"interrupted after {len(self._outcomes)} of {self._planned} cases")
        return self.result()

    def _first_failing(self, cases: tuple[str, ...]) -> Outcome | None:
        silent = 0
        for number, case_json in enumerate(cases, start=1):
            outcome = self._outcomes[case_json] = execute(self._check, self._chain, case_json)
            self._watcher.case_done(self._check, number, self._planned)
            if outcome.fault is not None:
                self._fault = outcome.fault
                return None
            if outcome.finding is not None:
                self._failure = Failure(number, outcome, len(outcome.steps), 0)
                return outcome
            silent = silent + 1 if outcome.ledger else 0
            if silent == GIVES_UP_AFTER and number < len(cases):
                self._reasons.append(f"given up: nothing observed in {silent} cases in a row")
                return None
        return None

    def _shrink(self, failing: Outcome) -> None:
        assert self._failure is not None
        assert failing.finding is not None
        first, code = self._failure, failing.finding.code
        tried: dict[str, Outcome] = {}

        def still_fails(case_json: str) -> bool:
            outcome = tried[case_json] = execute(self._check, self._chain, case_json)
            self._watcher.shrinking(self._check, len(tried))
            if outcome.fault is not None:
                self._reasons.append(f"while shrinking: {outcome.fault.type}: {outcome.fault.message}")
            if _fails_with(outcome, code):
                self._failure = replace(first, outcome=outcome, executions=len(tried))
            return _fails_with(outcome, code)

        if self._check.cases is None:
            return
        known = {text: _fails_with(outcome, code) for text, outcome in self._outcomes.items()}
        smallest = shrink(
            self._check, self._seed, self._level, still_fails, budget=self._budget, known=known, clock=self._clock
        )
        if smallest is not None:
            outcome = tried.get(smallest, failing)
            self._failure = replace(first, outcome=outcome, executions=len(tried))

    def result(self) -> CheckResult:
        """What is known now."""
        triggers: Counter[str] = Counter(dict.fromkeys(self._check.requirements, 0))
        for outcome in self._outcomes.values():
            triggers.update(outcome.triggers)
        unseen = tuple(
            Unseen(number, why)
            for number, outcome in enumerate(self._outcomes.values(), start=1)
            for why in outcome.ledger
        )
        never = [one for one in self._check.requirements if triggers[one] == 0]
        verdict, reasons = self._verdict(unseen, never)
        return CheckResult(
            check=self._check,
            verdict=verdict,
            reasons=reasons,
            cases=len(self._outcomes),
            planned=self._planned,
            triggers=dict(triggers),
            failure=self._failure,
            fault=self._fault,
            faulty=next((one for one in self._outcomes.values() if one.fault is not None), None),
            unseen=unseen,
            seconds=self._clock() - self._started,
        )

    def _verdict(self, unseen: tuple[Unseen, ...], never: list[str]) -> tuple[Verdict, tuple[str, ...]]:
        if self._failure is not None:
            return Verdict.FAIL, tuple(self._reasons)
        if self._fault is not None:
            fault = self._fault
            return Verdict.ERROR, (f"{fault.type}: {fault.message} (at {fault.place})", *self._reasons)
        reasons = [
            *self._reasons,
            *(f"could not observe: {why}" for why in dict.fromkeys(one.why for one in unseen)),
            *(f"the situation of {one} never arose" for one in never),
        ]
        return (Verdict.INCONCLUSIVE if reasons else Verdict.PASS), tuple(reasons)


def _fails_with(outcome: Outcome, code: str) -> bool:
    return outcome.finding is not None and outcome.finding.code == code
