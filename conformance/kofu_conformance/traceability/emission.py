"""The links that a run of the suite emitted, read from its reports."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from kofu_conformance.cli.selftesting import FAULT_FREE_FOLDER, MATRIX
from kofu_conformance.report.files import OutFolderError, read_report
from kofu_conformance.report.model import CheckVerdict, Report
from kofu_spec.traceability import CheckLink, FaultLink, Traceability

AGAIN = "run kofu selftest --named --out DIR again"


class RunFolderError(ValueError):
    """A folder holds no whole run from which links can be read. One line."""


class _Trial(BaseModel):
    model_config = ConfigDict(extra="ignore")

    fault: str | None
    system: str | None
    statement: str | None
    sentence: str | None
    killed_by: str | None
    found_by: dict[str, str]


class _Matrix(BaseModel):
    model_config = ConfigDict(extra="ignore")

    whole: bool
    trials: list[_Trial]


def emitted(folder: Path) -> Traceability:
    """The links of the selftest whose results `folder` holds. Raises `RunFolderError`.

    Checks come from the run of all checks against the reference without a fault, faults from the runs of each.
    """
    matrix = _matrix(folder / MATRIX)
    report = _report_of_all_checks(folder / FAULT_FREE_FOLDER)
    return Traceability(
        checks={one.id: _check_link(one) for one in sorted(report.checks, key=lambda one: one.id)},
        faults={link.id: link for link in sorted(map(_fault_link, matrix.trials[1:]), key=lambda one: one.id)},
        vectors={},
    )


def _matrix(path: Path) -> _Matrix:
    try:
        matrix = _Matrix.model_validate_json(path.read_bytes())
    except OSError as error:
        raise RunFolderError(f"DIR: {path} can't be read: {error.strerror}; {AGAIN}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise RunFolderError(f"DIR: {path}: {'.'.join(map(str, first['loc']))}: {first['msg']}; {AGAIN}") from None
    if not matrix.whole:
        raise RunFolderError(f"DIR: {path}: whole: not every seeded fault was tried; {AGAIN}")
    if not matrix.trials or matrix.trials[0].fault is not None:
        raise RunFolderError(f"DIR: {path}: trials: the first has to be the reference without a fault; {AGAIN}")
    return matrix


def _report_of_all_checks(folder: Path) -> Report:
    try:
        report = read_report(folder)
    except OutFolderError as error:
        raise RunFolderError(str(error)) from None
    left_out = [one.what for one in report.left_out if one.kind == "check"]
    if left_out or report.run.interrupted:
        what = f"left out {', '.join(left_out)}" if left_out else "was interrupted"
        raise RunFolderError(f"DIR: {folder}: the run without a fault {what}; {AGAIN}")
    return report


def _check_link(check: CheckVerdict) -> CheckLink:
    return CheckLink(
        id=check.id,
        suite=check.id.partition(".")[0],
        title=check.situation,
        quotation=check.quotation,
        story=check.story,
        requirements=tuple(sorted(check.requirements)),
        exercised=tuple(sorted(one for one in check.requirements if check.triggers.get(one, 0) > 0)),
    )


def _fault_link(trial: _Trial) -> FaultLink:
    named: dict[str, Any] = {
        name: getattr(trial, name) or "" for name in ("system", "statement", "sentence", "killed_by")
    }
    return FaultLink(id=trial.fault or "", killed=trial.killed_by in trial.found_by, **named)
