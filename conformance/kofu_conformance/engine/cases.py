"""Cases: drawn by Hypothesis from a seed, held as JSON text, and shrunk within a budget.

Drawing is apart from running: the cases of a check depend on the seed, its id and the level alone, never on what an
implementation answers, nor on which other checks run.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.internal.conjecture import providers

from kofu_conformance.engine.registry import Check, Level

DRAWS_A_CASE = 4
"""Different draws may give the same case: this many are made for each case wanted."""

WITHOUT_CASE = "null"
"""The one case of a check that takes none."""


class CaseFault(Exception):
    """A case can't be stored as JSON and read back, so it could not be replayed."""


class _StillFailing(Exception):
    pass


@dataclass(frozen=True)
class ShrinkBudget:
    """How much is spent on making the first failing case smaller."""

    seconds: float
    executions: int


SHRINKING = {
    Level.QUICK: ShrinkBudget(seconds=15, executions=40),
    Level.STANDARD: ShrinkBudget(seconds=60, executions=200),
    Level.THOROUGH: ShrinkBudget(seconds=300, executions=1000),
}


def seed_of(run_seed: int, check_id: str) -> int:
    """The seed of one check: a hash of the run's seed and the check's id."""
    return int.from_bytes(hashlib.sha256(f"{run_seed}:{check_id}".encode()).digest()[:8])


def encode(check: Check, case: Any) -> str:
    """A case as JSON text. Raises `CaseFault` where it would not come back the same."""
    assert check.case_type is not None
    try:
        text = check.case_type.dump_json(case, warnings="error").decode()
        again = check.case_type.dump_json(check.case_type.validate_json(text)).decode()
    except ValueError as error:
        raise CaseFault(f"check {check.id}: case {case!r} can't be stored as JSON: {error}") from error
    if again != text:
        raise CaseFault(f"check {check.id}: case {text} comes back from JSON as {again}")
    return text


def arguments(check: Check, case_json: str) -> tuple[Any, ...]:
    """What follows the chain in a call of the check: nothing, or the case. Raises `CaseFault` where it doesn't fit."""
    if check.case_type is None:
        return ()
    try:
        return (check.case_type.validate_json(case_json),)
    except ValueError as error:
        raise CaseFault(f"check {check.id}: the stored case no longer fits: {error}") from error


def draw(check: Check, run_seed: int, level: Level) -> tuple[str, ...]:
    """The distinct cases of a check at a level, in the order in which they are run; at most the level's count."""
    if check.cases is None:
        return (WITHOUT_CASE,)
    drawn: dict[str, None] = {}

    def keep(case: Any) -> None:
        drawn[encode(check, case)] = None

    _explore(check, run_seed, level, keep, shrinking=False)
    return _spread(tuple(drawn), check.case_counts[level])


def _spread(drawn: tuple[str, ...], count: int) -> tuple[str, ...]:
    """So many of them, the first among them, evenly spread: Hypothesis draws the simple ones first."""
    if len(drawn) <= count:
        return drawn
    return tuple(drawn[position * len(drawn) // count] for position in range(count))


def shrink(
    check: Check,
    run_seed: int,
    level: Level,
    still_fails: Callable[[str], bool],
    *,
    budget: ShrinkBudget,
    known: dict[str, bool],
    clock: Callable[[], float] = time.monotonic,
) -> str | None:
    """The smallest failing case found within the budget, or None where drawing again doesn't meet the failure.

    `known` says of cases already run whether they failed; each case is run once at most, so a failure that comes and
    goes is neither lost nor run again.
    """
    until, left = clock() + budget.seconds, budget.executions
    smallest: str | None = None

    def attempt(case: Any) -> None:
        nonlocal left, smallest
        text = encode(check, case)
        if text not in known:
            # Drawing goes over the cases of the run again, and over those left out there, until it meets the failure.
            if smallest is None or left <= 0 or clock() >= until:
                return
            left -= 1
            known[text] = still_fails(text)
        if known[text]:
            smallest = text
            raise _StillFailing

    try:
        _explore(check, run_seed, level, attempt, shrinking=True)
    except _StillFailing:
        return smallest
    return None


def _explore(check: Check, run_seed: int, level: Level, body: Callable[[Any], None], *, shrinking: bool) -> None:
    settings = hypothesis.settings(
        max_examples=DRAWS_A_CASE * check.case_counts[level],
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink) if shrinking else (Phase.generate,),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )

    def exploration(case: Any) -> None:
        body(case)

    assert check.cases is not None
    given = hypothesis.given(case=check.cases)(exploration)
    with _same_everywhere():
        hypothesis.seed(seed_of(run_seed, check.id))(settings(given))()


@contextmanager
def _same_everywhere() -> Iterator[None]:
    """Hypothesis also draws constants that it finds in the source of whatever modules are loaded. The same seed has to
    give the same cases in every installation, so these are left out; there is no setting for it."""
    known = "_local_constants"
    provider: Any = providers.HypothesisProvider
    if known not in vars(provider):
        yield
        return
    usual = vars(provider)[known]
    providers.CONSTANTS_CACHE.cache.clear()
    setattr(provider, known, providers.GLOBAL_CONSTANTS)
    try:
        yield
    finally:
        setattr(provider, known, usual)
        providers.CONSTANTS_CACHE.cache.clear()
