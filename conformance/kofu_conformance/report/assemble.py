"""The report of a run, made from the results of its checks."""

import platform
import shlex
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from kofu_conformance.engine.registry import Level
from kofu_conformance.engine.runner import CheckResult
from kofu_conformance.engine.selection import LeftOut
from kofu_conformance.engine.verdict import Verdict, worst
from kofu_conformance.report.model import (
    CheckVerdict,
    Fault,
    Finding,
    LedgerEntry,
    LeftOutEntry,
    Report,
    RequirementVerdict,
    Run,
    Tool,
)

CONFORMANT, NOT_CONFORMANT, SUITE_FAULT = 0, 1, 3


class Statement(Protocol):
    """What a report takes of a requirement of the catalogue."""

    @property
    def id(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def title_ja(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def ja(self) -> str: ...
    @property
    def en(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def classes(self) -> AbstractSet[str]: ...
    @property
    def least_triggers(self) -> Mapping[str, int]: ...
    @property
    def pending(self) -> str | None: ...


@dataclass(frozen=True)
class Results:
    """What a run gave, before it becomes a report."""

    run: Run
    out: Path
    results: tuple[CheckResult, ...]
    left_out: tuple[LeftOut, ...]


def tool_versions() -> Tool:
    """The versions on which the drawing of cases depends."""
    return Tool(
        kofu=version("kofu"),
        python=platform.python_version(),
        hypothesis=version("hypothesis"),
        pytest=version("pytest"),
    )


def case_names(results: Iterable[CheckResult]) -> dict[str, str]:
    """The name under which the failing case of each check is stored: requirement/case number, `3.3.10/41`.

    Two checks of one requirement may fail in the same case number; the second is then called `3.3.10/41-2`.
    """
    names: dict[str, str] = {}
    for result in results:
        if result.failure is None:
            continue
        first = name = f"{result.check.requirements[0]}/{result.failure.case_number}"
        turn = 2
        while name in names.values():
            name, turn = f"{first}-{turn}", turn + 1
        names[result.check.id] = name
    return names


def assemble(given: Results, catalogue: Sequence[Statement]) -> Report:
    """The report. Requirements without a check are pending, never passed."""
    names = case_names(given.results)
    requirements = tuple(_requirements(given, catalogue))
    status = _exit_status(given, requirements)
    return Report(
        conformant=status == CONFORMANT,
        exit_status=status,
        run=given.run,
        requirements=requirements,
        checks=tuple(_check(result, given, names) for result in given.results),
        unobserved=tuple(
            LedgerEntry(check=result.check.id, case_number=one.case_number, why=one.why)
            for result in given.results
            for one in result.unseen
        ),
        left_out=tuple(_left_out(given, requirements, {one.id: one for one in catalogue})),
    )


def _exit_status(given: Results, requirements: Iterable[RequirementVerdict]) -> int:
    """0 only if something ran and all of it passed. A failure outweighs a fault of the suite."""
    ran = [one.verdict for one in requirements if one.checks]
    reached = worst([*ran, *(result.verdict for result in given.results)])
    if reached is Verdict.ERROR:
        return SUITE_FAULT
    return CONFORMANT if reached is Verdict.PASS and not given.run.interrupted else NOT_CONFORMANT


def _requirements(given: Results, catalogue: Sequence[Statement]) -> Iterable[RequirementVerdict]:
    judged = _by_requirement(given.results)
    skipped: dict[str, list[LeftOut]] = {}
    for one in given.left_out:
        for requirement in one.check.requirements:
            skipped.setdefault(requirement, []).append(one)
    known = {one.id: one for one in catalogue}
    unknown = [one for one in (*judged, *skipped) if one not in known]
    for requirement in dict.fromkeys([*known, *unknown]):
        yield _requirement(
            requirement,
            known.get(requirement),
            judged.get(requirement, []),
            skipped.get(requirement, []),
            given.run.level,
        )


def _by_requirement(results: Iterable[CheckResult]) -> Mapping[str, list[CheckResult]]:
    judged: dict[str, list[CheckResult]] = {}
    for result in results:
        for requirement in result.check.requirements:
            judged.setdefault(requirement, []).append(result)
    return judged


def _requirement(
    requirement: str, statement: Statement | None, results: list[CheckResult], left_out: list[LeftOut], level: Level
) -> RequirementVerdict:
    verdict = worst(result.verdict for result in results)
    reasons = [f"{one.check.id}: {reason}" for one in results if one.verdict is verdict for reason in one.reasons]
    if not results and any(one.not_applicable for one in left_out):
        verdict = Verdict.NOT_APPLICABLE
        reasons = [f"{one.check.id}: {one.why}" for one in left_out if one.not_applicable]
    triggers = sum(result.triggers.get(requirement, 0) for result in results)
    # A run of only some of its checks is not asked for the triggers of all.
    least = statement.least_triggers.get(level, 1) if statement and not left_out else 1
    if verdict is Verdict.PASS and triggers < least:
        verdict = Verdict.INCONCLUSIVE
        reasons = [f"its situation arose {triggers} times; at level {level} at least {least} are asked for"]
    if statement is None and results:
        verdict = worst([verdict, Verdict.ERROR])
        reasons.append("the catalogue of requirements has no such id")
    return RequirementVerdict(
        id=requirement,
        level=str(statement.level) if statement else "",
        title_ja=statement.title_ja if statement else "",
        title_en=statement.title_en if statement else "",
        ja=statement.ja if statement else "",
        en=statement.en if statement else "",
        source=statement.source if statement else "",
        verdict=verdict,
        reasons=tuple(reasons) if verdict is not Verdict.PASS else (),
        checks=tuple(result.check.id for result in results),
        not_run=tuple(one.check.id for one in left_out),
        cases=sum(result.cases for result in results),
        triggers=triggers,
    )


def _check(result: CheckResult, given: Results, names: Mapping[str, str]) -> CheckVerdict:
    check, fault = result.check, result.fault
    return CheckVerdict(
        id=check.id,
        requirements=check.requirements,
        situation=check.situation,
        quotation=check.quotation,
        story=check.description,
        verdict=result.verdict,
        reasons=result.reasons,
        cases=result.cases,
        planned=result.planned,
        triggers=dict(result.triggers),
        seconds=round(result.seconds, 3),
        findings=(_finding(result, given, names[check.id]),) if result.failure else (),
        fault=None
        if fault is None
        else Fault(
            type=fault.type,
            message=fault.message,
            place=fault.place,
            traceback=fault.traceback,
            story=result.faulty.steps if result.faulty else (),
        ),
    )


def _finding(result: CheckResult, given: Results, name: str) -> Finding:
    failure = result.failure
    assert failure is not None
    found = failure.outcome.finding
    assert found is not None
    return Finding(
        code=found.code,
        requirement=name.partition("/")[0],
        expected=found.expected,
        observed=found.observed,
        seen_at=found.seen_at,
        story=failure.outcome.steps,
        case=name,
        case_number=failure.case_number,
        steps_before_shrinking=failure.first_steps,
        shrinking_executions=failure.executions,
        seed=given.run.seed,
        replay=f"kofu replay {shlex.quote(str(given.out))} {name}",
        transcript=f"{name}.jsonl",
        stored_case=f"{name}.json",
    )


def _left_out(
    given: Results, requirements: Iterable[RequirementVerdict], catalogue: Mapping[str, Statement]
) -> Iterable[LeftOutEntry]:
    for one in given.left_out:
        yield LeftOutEntry(what=one.check.id, kind="check", why=one.why)
    for requirement in requirements:
        if requirement.verdict is Verdict.PENDING and not requirement.not_run:
            why = _why_pending(catalogue[requirement.id])
            yield LeftOutEntry(what=requirement.id, kind="requirement", why=why)


def _why_pending(statement: Statement) -> str:
    if statement.pending:
        return f"not yet covered; waits for {statement.pending}"
    return "informative, nothing to check" if statement.classes <= {"informative"} else "not yet covered by a check"
