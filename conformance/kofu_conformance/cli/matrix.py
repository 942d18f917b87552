"""The matrix fault × check that `kofu selftest` ends with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.text import Text

from kofu_conformance.engine.verdict import Verdict
from kofu_conformance.report.model import Finding, Report

FAULT_FREE = "(none)"


@dataclass(frozen=True)
class SeededFault:
    """A fault that the reference can be started with."""

    id: str
    system: str
    statement: str
    killed_by: str
    sentence: str


@dataclass(frozen=True)
class Trial:
    """What the suite made of the reference with one fault, or with none."""

    fault: SeededFault | None
    report: Report | None
    trouble: str
    """Why there is no report, or empty."""

    @property
    def failed(self) -> dict[str, Finding]:
        """The checks that failed, each with its finding."""
        checks = self.report.checks if self.report else ()
        return {one.id: one.findings[0] for one in checks if one.verdict is Verdict.FAIL}

    @property
    def as_it_should(self) -> bool:
        """The reference passes everything; a fault is found by the check that it names."""
        if self.fault is None:
            return self.report is not None and self.report.conformant
        return self.fault.killed_by in self.failed


NAMED, OTHER, NOT_FOUND, UNSEEN, NOT_RUN = "#", "x", "·", "?", " "
MARKS: Final = (
    (NAMED, "誤りが名指す検査が発見 / found by the check that the fault names"),
    (OTHER, "他の検査が発見 / found by another check"),
    (NOT_FOUND, "発見せず / run, not found"),
    (UNSEEN, "判定不能 / inconclusive or error"),
)


def show_matrix(console: Console, trials: Sequence[Trial], seed: int) -> None:
    """Prints faults as rows and checks as numbered columns, then what the numbers and the faults are."""
    checks = sorted({one.id for trial in trials for one in (trial.report.checks if trial.report else ())})
    width = max([len(_name(trial)) for trial in trials], default=0)
    lines = [Text(f"誤り × 検査 / fault × check   seed {seed:#x}", style="bold")]
    numbers = range(1, len(checks) + 1)
    lines.append(Text(" " * width + "  " + "".join(f"{n // 10}" if n >= 10 else " " for n in numbers), style="dim"))
    lines.append(Text(" " * width + "  " + "".join(f"{n % 10}" for n in numbers), style="dim"))
    lines += [_row(trial, checks, width) for trial in trials]
    lines.append(Text())
    lines += [Text(f"{mark}  {meaning}", style="dim") for mark, meaning in MARKS]
    lines.append(Text())
    lines += [Text(f"{number:>2}  {check}") for number, check in enumerate(checks, start=1)]
    lines.append(Text())
    lines += [line for trial in trials if trial.fault for line in _about(trial, seed)]
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _name(trial: Trial) -> str:
    return trial.fault.id if trial.fault else FAULT_FREE


def _row(trial: Trial, checks: Iterable[str], width: int) -> Text:
    good = trial.as_it_should
    verdicts = {one.id: one.verdict for one in trial.report.checks} if trial.report else {}
    named = trial.fault.killed_by if trial.fault else ""
    row = Text(f"{_name(trial):<{width}}  ")
    for check in checks:
        mark = _mark(verdicts.get(check), check == named)
        row.append(mark, "bold red" if mark in (OTHER, UNSEEN) and trial.fault is None else None)
    word = ("killed" if good else "SURVIVED") if trial.fault else ("passes" if good else "FAILS")
    return row.append(f"  {word}", "green" if good else "bold red")


def _mark(verdict: Verdict | None, named: bool) -> str:
    if verdict is None or verdict is Verdict.NOT_APPLICABLE:
        return NOT_RUN
    if verdict is Verdict.FAIL:
        return NAMED if named else OTHER
    return NOT_FOUND if verdict is Verdict.PASS else UNSEEN


def _about(trial: Trial, seed: int) -> list[Text]:
    """What the fault is and by which case, with its schedule, it was found; else what the run says instead."""
    fault = trial.fault
    assert fault is not None
    lines = [Text.assemble((fault.id, "bold"), f"  {fault.statement}  {fault.sentence}")]
    if trial.as_it_should:
        finding = trial.failed[fault.killed_by]
        how = f"    killed by {fault.killed_by} ({finding.code}), seed {seed:#x}: {'; '.join(finding.story[:2])}"
        return [*lines, Text(how, style="green")]
    said = trial.trouble or "; ".join(_not_passed(trial)) or "every check passed"
    return [*lines, Text(f"    SURVIVED {fault.killed_by}: {said}", style="bold red")]


def _not_passed(trial: Trial) -> list[str]:
    checks = trial.report.checks if trial.report else ()
    return [f"{one.id}: {one.verdict}: {'; '.join(one.reasons)}" for one in checks if one.verdict is not Verdict.PASS]
