"""The files of a run: report.json, junit.xml, transcripts and stored cases below one folder."""

import contextlib
import json
from pathlib import Path

from pydantic import ValidationError

from kofu_conformance.engine.execution import Outcome
from kofu_conformance.report.junit import junit_xml
from kofu_conformance.report.model import Report, StoredCase, Tool

REPORT, JUNIT = "report.json", "junit.xml"


class OutFolderError(OSError):
    """The folder for results can't be used, or holds no run. The message is one line."""


def prepare(out: Path) -> None:
    """Makes the folder, and takes away the cases that an earlier run left in it. Raises `OutFolderError`."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutFolderError(f"--out: {out} can't be written: {error.strerror}; name another folder") from None
    if not (out / REPORT).exists():
        return
    try:
        earlier = read_report(out)
    except OutFolderError:
        return
    for finding in (finding for check in earlier.checks for finding in check.findings):
        for path in (out / finding.transcript, out / finding.stored_case):
            if path.resolve().is_relative_to(out.resolve()):
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):
                    path.parent.rmdir()  # only where nothing else is left in it
    for name in (REPORT, JUNIT):
        (out / name).unlink(missing_ok=True)


def write_case(out: Path, name: str, check_id: str, seed: int, outcome: Outcome, tool: Tool) -> None:
    """Stores the transcript and the case of a failure under its name, such as `3.3.10/41`."""
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(event, ensure_ascii=False, default=str) for event in outcome.transcript)
    (out / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    stored = StoredCase(check=check_id, seed=seed, case=json.loads(outcome.case_json), tool=tool)
    (out / f"{name}.json").write_text(stored.model_dump_json(indent=2) + "\n", encoding="utf-8")


def write_report(out: Path, report: Report) -> Path:
    """Writes report.json and junit.xml; returns the path of the former."""
    path = out / REPORT
    path.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (out / JUNIT).write_bytes(junit_xml(report))
    return path


def read_report(out: Path) -> Report:
    """The report in a folder. Raises `OutFolderError` where there is none that can be read."""
    path = out / REPORT
    try:
        return Report.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise OutFolderError(f"DIR: {out} holds no {REPORT}; name the folder given to kofu check --out") from None
    except OSError as error:
        raise OutFolderError(f"DIR: {path} can't be read: {error.strerror}; name another folder") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise OutFolderError(f"DIR: {path}: {field or 'content'}: {first['msg']}; run kofu check again") from None


def read_case(out: Path, name: str) -> StoredCase:
    """A stored case by its name. Raises `OutFolderError` where there is none, naming those that are there."""
    path = out / f"{name}.json"
    if path.resolve().is_relative_to(out.resolve()) and path.is_file() and "/" in name:
        try:
            return StoredCase.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            raise OutFolderError(f"CASE: {path} holds no case that can be read; run kofu check again") from None
    there = [finding.case for check in read_report(out).checks for finding in check.findings]
    remedy = f"there are {', '.join(there)}" if there else "this run has no failing case"
    raise OutFolderError(f"CASE: no stored case {name}; {remedy}")
