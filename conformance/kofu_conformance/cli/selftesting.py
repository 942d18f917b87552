"""`kofu selftest`: every seeded fault against the suite, and the matrix of what was found by which check."""

import contextlib
import difflib
import json
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.text import Text

from kofu_conformance.cli import reference
from kofu_conformance.cli.checking import WrongUse, terminated_as_interrupted
from kofu_conformance.cli.matrix import FAULT_FREE, SeededFault, Trial, show_matrix
from kofu_conformance.report.files import OutFolderError, read_report

MATRIX = "selftest.json"
"""What `--out` holds besides the reports: the trials, as `--json` prints them."""

FAULT_FREE_FOLDER = "reference"
"""Where in `--out` the report of the reference without a fault stands; the others stand under their faults' ids."""


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
    whole = len(trials) == len(wanted) + 1
    matrix = json.dumps(_as_json(trials, seed, whole=whole and not faults), ensure_ascii=False, indent=2) + "\n"
    if out is not None:
        (out / MATRIX).write_text(matrix, encoding="utf-8")
    if as_json:
        sys.stdout.write(matrix)
    else:
        show_matrix(Console(), trials, seed)
    if not whole:
        console.print(f"中断 / interrupted: {len(trials)} of {len(wanted) + 1} were tried")
    return 0 if whole and all(trial.as_it_should for trial in trials) else 1


def _wanted(ids: tuple[str, ...]) -> list[SeededFault]:
    known = {
        row["id"]: SeededFault(
            row["id"],
            row.get("system", ""),
            row.get("statement", ""),
            row.get("killed_by", ""),
            row.get("sentence", row.get("description", "")),
        )
        for row in reference.list_faults()
    }
    for one in ids:
        if one not in known:
            near = difflib.get_close_matches(one, known, n=3, cutoff=0.5)
            remedy = f"did you mean {' or '.join(near)}?" if near else "see kofu serve --list-faults"
            raise WrongUse(f"--fault: no seeded fault {one}; {remedy}")
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
    out = folder / (fault.id if fault else FAULT_FREE_FOLDER)
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
        try:
            out.mkdir(parents=True, exist_ok=True)
            (out / MATRIX).unlink(missing_ok=True)
        except OSError as error:
            raise WrongUse(f"--out: {out} can't be written: {error.strerror}; name another folder") from None
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


def _as_json(trials: list[Trial], seed: int, *, whole: bool) -> dict[str, object]:
    """`whole`: every seeded fault was tried."""
    return {
        "seed": seed,
        "whole": whole,
        "trials": [
            {
                "fault": trial.fault.id if trial.fault else None,
                "system": trial.fault.system if trial.fault else None,
                "sentence": trial.fault.sentence if trial.fault else None,
                "statement": trial.fault.statement if trial.fault else None,
                "killed_by": trial.fault.killed_by if trial.fault else None,
                "as_it_should": trial.as_it_should,
                "found_by": {check: finding.code for check, finding in trial.failed.items()},
                "verdicts": {one.id: one.verdict.value for one in trial.report.checks} if trial.report else {},
                "trouble": trial.trouble,
            }
            for trial in trials
        ],
    }
