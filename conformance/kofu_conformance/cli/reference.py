"""Starts the reference as a subprocess for the time of a run, and always ends it."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import rich_click as click

KOFU = (sys.executable, "-P", "-c", "from kofu_spec.cli import main; main()")
"""The command `kofu` of this installation. -P keeps modules in the current folder from taking the place of ours."""

READY_WITHIN_SECONDS = 120.0
ENDS_WITHIN_SECONDS = 15.0


class ReferenceFailure(click.ClickException):
    """The reference could not be started. One line."""

    exit_code = 2


@contextlib.contextmanager
def reference_running(folder: Path, fault: str | None) -> Iterator[Path]:
    """Runs the whole chain below `folder` and gives the path of its profile. Raises `ReferenceFailure`.

    The reference ends when its standard input closes; it does so however this block, or this process, ends.
    """
    command = [*KOFU, "serve", "all", "--dir", str(folder), "--json", "--outer-responder"]
    command += ["--fault", fault] if fault else []
    with tempfile.TemporaryFile() as errors:
        # A session of its own: Ctrl-C in the terminal reaches only us, and we end the reference in our own time.
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        )
        try:
            yield _profile_when_ready(process, errors)
        finally:
            _end(process)


def list_faults() -> list[dict[str, str]]:
    """The seeded faults that the reference knows: id, system, statement, killed_by, sentence."""
    done = subprocess.run([*KOFU, "serve", "all", "--list-faults", "--json"], capture_output=True, check=False)
    try:
        faults = json.loads(done.stdout)
    except ValueError:
        raise ReferenceFailure(f"kofu serve --list-faults: {_last_line(done.stderr) or 'gave no list'}") from None
    return [{str(key).lower(): str(value) for key, value in one.items()} for one in _rows(faults)]


def _rows(faults: object) -> list[dict[str, object]]:
    if isinstance(faults, dict):
        faults = faults.get("faults", [])
    assert isinstance(faults, list)
    return faults


def _profile_when_ready(process: subprocess.Popen[bytes], errors: IO[bytes]) -> Path:
    assert process.stdout is not None
    said: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_pass_on, args=(process.stdout, said), daemon=True).start()
    while True:
        try:
            line = said.get(timeout=READY_WITHIN_SECONDS)
        except queue.Empty:
            raise ReferenceFailure(
                f"--reference: not ready within {READY_WITHIN_SECONDS:.0f} s; look at what kofu serve all says"
            ) from None
        if line is None:
            process.wait()
            errors.seek(0)
            why = _last_line(errors.read()) or f"ended with status {process.returncode}"
            raise ReferenceFailure(f"--reference: {why}")
        with contextlib.suppress(ValueError):
            message = json.loads(line)
            if isinstance(message, dict) and isinstance(message.get("profile"), str):
                return Path(message["profile"])


def _pass_on(stream: IO[bytes], said: "queue.Queue[str | None]") -> None:
    for line in stream:
        said.put(line.decode(errors="replace"))
    said.put(None)


def _last_line(output: bytes) -> str:
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("kofu: ").removeprefix("Error: ") if lines else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Closing its input asks the reference to end; only where it doesn't is it ended by force."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    for force in (None, signal.SIGTERM, signal.SIGKILL):
        if force is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, force)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDS_WITHIN_SECONDS)
            break
    if process.stdout is not None:
        process.stdout.close()
