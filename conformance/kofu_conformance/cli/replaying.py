"""`kofu replay`: one stored case, again."""

import json
import sys
from pathlib import Path

from rich.console import Console

from kofu_conformance.cli.checking import (
    Suite,
    WrongUse,
    checked_profile,
    implementation,
    installed_suite,
    opened,
    terminated_as_interrupted,
)
from kofu_conformance.cli.reachability import require_reachable
from kofu_conformance.engine.execution import Outcome, execute
from kofu_conformance.engine.registry import Check
from kofu_conformance.report.files import OutFolderError, read_case, read_report
from kofu_conformance.report.model import CheckVerdict, Finding, Report, StoredCase
from kofu_conformance.report.screen import failure_text

PASSES, FAILS, SUITE_FAULT = 0, 1, 3


def run_replay(folder: Path, case: str, *, as_json: bool, suite: Suite | None = None) -> int:
    """Runs the case against the implementation of its run; shows and returns what came of it."""
    try:
        report, stored = read_report(folder), read_case(folder, case)
    except OutFolderError as error:
        raise WrongUse(str(error)) from None
    suite = suite or installed_suite()
    if stored.check not in suite.registry:
        raise WrongUse(f"CASE: {case} is of check {stored.check}, which is no more; run kofu check again")
    check = suite.registry[stored.check]
    outcome = _execute(folder, report, stored, check, suite)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(case, check, outcome), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(Console(), report, folder, case, outcome)
    if outcome.fault is not None:
        return SUITE_FAULT
    return FAILS if outcome.finding is not None or outcome.ledger else PASSES


def _execute(folder: Path, report: Report, stored: StoredCase, check: Check, suite: Suite) -> Outcome:
    reference = report.run.reference
    given, fault = (None, reference.fault) if reference else (Path(report.run.profile), None)
    with terminated_as_interrupted(), implementation(given, fault, folder, Console(stderr=True)) as path:
        profile = checked_profile(path)
        require_reachable(profile)
        with opened(suite, profile, stored.seed) as chain:
            outcome = execute(check, chain, json.dumps(stored.case, ensure_ascii=False))
        return suite.pseudonyms(profile).outcome(outcome)


def _show(console: Console, report: Report, folder: Path, case: str, outcome: Outcome) -> None:
    verdict, finding = _of_run(report, case)
    titles = {one.id: one for one in report.requirements}
    found = outcome.finding
    if found is not None:
        again = finding.model_copy(
            update={
                "code": found.code,
                "expected": found.expected,
                "observed": found.observed,
                "seen_at": found.seen_at,
                "story": outcome.steps,
                "shrinking_executions": 0,
            }
        )
        console.print(failure_text(verdict, again, titles, folder), soft_wrap=True, highlight=False)
        return
    lines = [
        f"case {case} of {verdict.id}",
        *(f"      {number} {step}" for number, step in enumerate(outcome.steps, 1)),
    ]
    if outcome.fault is not None:
        lines.append(f"ERROR  {outcome.fault.type}: {outcome.fault.message} (at {outcome.fault.place})")
    elif outcome.ledger:
        lines.extend(f"INCONCLUSIVE  could not observe: {why}" for why in outcome.ledger)
    else:
        lines.append("PASS  今回は合格 / passes now")
    console.print("\n".join(lines), soft_wrap=True, highlight=False, markup=False)


def _of_run(report: Report, case: str) -> tuple[CheckVerdict, Finding]:
    for check in report.checks:
        for finding in check.findings:
            if finding.case == case:
                return check, finding
    raise WrongUse(f"CASE: report.json names no {case}; run kofu check again")


def _as_json(case: str, check: Check, outcome: Outcome) -> dict[str, object]:
    finding, fault = outcome.finding, outcome.fault
    return {
        "case": case,
        "check": check.id,
        "verdict": "error" if fault else "fail" if finding else "inconclusive" if outcome.ledger else "pass",
        "story": list(outcome.steps),
        "finding": vars(finding) if finding else None,
        "unobserved": list(outcome.ledger),
        "fault": vars(fault) if fault else None,
    }
