"""`kofu selftest`: every seeded fault against the suite, and the matrix of what was found by which check."""

import contextlib
import json
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kofu_conformance.cli import reference
from kofu_conformance.cli.checking import WrongUse, terminated_as_interrupted
from kofu_conformance.engine.verdict import Verdict
from kofu_conformance.report.files import OutFolderError, read_report
from kofu_conformance.report.model import Report

FAULT_FREE = "(none)"


@dataclass(frozen=True)
class SeededFault:
    """A fault that the reference can be started with."""

    id: str
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
    def failed(self) -> dict[str, str]:
        """The checks that failed, each with the code of its finding."""
        checks = self.report.checks if self.report else ()
        return {one.id: one.findings[0].code for one in checks if one.verdict is Verdict.FAIL}

    @property
    def as_it_should(self) -> bool:
        """The reference passes everything; a fault is found by the check that it names."""
        if self.fault is None:
            return self.report is not None and self.report.conformant
        return self.fault.killed_by in self.failed


def run_selftest(faults: tuple[str, ...], *, named: bool, jobs: int, seed: int, out: Path | None, as_json: bool) -> int:
    """Tries the reference and each fault, shows the matrix, and returns the exit status."""
    wanted = _wanted(faults)
    console = Console(stderr=True)
    trials: list[Trial] = []
    with (
        terminated_as_interrupted(),
        _folder(out) as folder,
        _Subprocesses() as running,
        contextlib.suppress(KeyboardInterrupt),
    ):
        for trial in _tried([None, *wanted], folder, running, named=named, jobs=jobs, seed=seed):
            trials.append(trial)
            console.print(_progress_line(trial, len(trials), len(wanted) + 1), highlight=False, soft_wrap=True)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(trials, seed), ensure_ascii=False, indent=2) + "\n")
    else:
        Console().print(_matrix(trials, seed))
    whole = len(trials) == len(wanted) + 1
    if not whole:
        console.print(f"中断 / interrupted: {len(trials)} of {len(wanted) + 1} were tried")
    return 0 if whole and all(trial.as_it_should for trial in trials) else 1


def _wanted(ids: tuple[str, ...]) -> list[SeededFault]:
    known = {
        row["id"]: SeededFault(
            row["id"],
            row.get("statement", ""),
            row.get("killed_by", ""),
            row.get("sentence", row.get("description", "")),
        )
        for row in reference.list_faults()
    }
    for one in ids:
        if one not in known:
            raise WrongUse(f"--fault: no seeded fault {one}; there are {', '.join(sorted(known))}")
    return [known[one] for one in (dict.fromkeys(ids) if ids else sorted(known))]


def _tried(
    faults: Iterable[SeededFault | None],
    folder: Path,
    running: "_Subprocesses",
    *,
    named: bool,
    jobs: int,
    seed: int,
) -> Iterator[Trial]:
    pool = ThreadPoolExecutor(jobs)
    try:
        yield from pool.map(lambda fault: _try(fault, folder, running, named=named, seed=seed), faults)
    finally:
        running.end()
        pool.shutdown(cancel_futures=True)


def _try(fault: SeededFault | None, folder: Path, running: "_Subprocesses", *, named: bool, seed: int) -> Trial:
    out = folder / (fault.id if fault else "reference")
    command = [
        *reference.KOFU,
        "check",
        "--reference",
        "all",
        "--level",
        "quick",
        "--seed",
        str(seed),
        "--out",
        str(out),
    ]
    if fault is not None:
        command += ["--fault", fault.id, *(("--check", fault.killed_by) if named else ())]
    said = running.run(command)
    try:
        return Trial(fault, read_report(out), "")
    except OutFolderError:
        return Trial(fault, None, said or f"no report; run {shlex.join(command)}")


class _Subprocesses:
    """The runs under way, so that none outlives an interrupted selftest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._ended = False

    def __enter__(self) -> "_Subprocesses":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def run(self, command: list[str]) -> str:
        """Runs a command to its end; returns the last line that it wrote to standard error."""
        with self._lock:
            if self._ended:
                return "interrupted"
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            self._running.add(process)
        _, errors = process.communicate()
        with self._lock:
            self._running.discard(process)
        lines = errors.strip().splitlines()
        return lines[-1] if lines else ""

    def end(self) -> None:
        """Ends what still runs; each run ends its reference itself."""
        with self._lock:
            self._ended = True
            for process in self._running:
                process.terminate()


@contextlib.contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="kofu-selftest-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _progress_line(trial: Trial, done: int, total: int) -> Text:
    name = trial.fault.id if trial.fault else FAULT_FREE
    line = Text(f"[{done}/{total}] {name}: ")
    if trial.trouble:
        return line.append(trial.trouble, style="bold red")
    return line.append(
        "as it should" if trial.as_it_should else "NOT as it should", "green" if trial.as_it_should else "bold red"
    )


def _matrix(trials: list[Trial], seed: int) -> Table:
    """Faults as rows; the check that each names, whether it found it, and every other check that did."""
    table = Table(
        title=f"誤り × 検査 / fault × check   seed {seed:#x}", title_justify="left", show_edge=False, pad_edge=False
    )
    for column in ("fault", "statement", "named check", "verdict", "found by"):
        table.add_column(column, overflow="fold")
    for trial in trials:
        good = trial.as_it_should
        fault = trial.fault
        word = ("killed" if good else "SURVIVED") if fault else ("passes" if good else "FAILS")
        found = [f"{check} ({code})" for check, code in trial.failed.items()]
        table.add_row(
            Text(f"{fault.id}\n{fault.sentence}" if fault else f"{FAULT_FREE}\nthe reference as it is"),
            fault.statement if fault else "",
            fault.killed_by if fault else "",
            Text(word, style="green" if good else "bold red"),
            Text("\n".join(found) or trial.trouble or _why_not(trial)),
        )
    return table


def _why_not(trial: Trial) -> str:
    """What else the run says where no check failed."""
    checks = trial.report.checks if trial.report else ()
    return "\n".join(
        f"{one.id}: {one.verdict}: {'; '.join(one.reasons)}" for one in checks if one.verdict is not Verdict.PASS
    )


def _as_json(trials: list[Trial], seed: int) -> dict[str, object]:
    return {
        "seed": seed,
        "trials": [
            {
                "fault": trial.fault.id if trial.fault else None,
                "statement": trial.fault.statement if trial.fault else None,
                "killed_by": trial.fault.killed_by if trial.fault else None,
                "as_it_should": trial.as_it_should,
                "found_by": trial.failed,
                "verdicts": {one.id: one.verdict.value for one in trial.report.checks} if trial.report else {},
                "trouble": trial.trouble,
            }
            for trial in trials
        ],
    }
