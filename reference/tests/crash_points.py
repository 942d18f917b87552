"""Crash points, counted from the system calls themselves: where a process writes, there it can be killed. [2.6, 3.1.4]

A point is the n-th call of one kind on one file of the system's data folder, or the n-th message that it sends. strace
counts them in one run of a scenario, and kills the process on entry to one of them in another.
"""

import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WRITING: Final = (
    *("write", "writev", "pwrite64", "pwritev", "pwritev2", "copy_file_range", "sendfile"),
    *("fsync", "fdatasync", "sync_file_range", "ftruncate", "fallocate"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"),
)
SENDING: Final = ("sendmsg",)
_CALL: Final = re.compile(r"^(?P<thread>\d+) +(?P<name>[a-z0-9_]+)\((?P<rest>.*)")
_PATH: Final = re.compile(r'</([^>]+)>|"/([^"]+)"')


@dataclass(frozen=True)
class CrashPoint:
    """The `number`-th call of a kind, on one file or, without one, of the whole process."""

    system: str
    call: str
    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.system}: {self.call} {self.number} {self.file or 'to a peer'}"

    def arguments(self, folder: Path) -> list[str]:
        """What strace is told, so that it kills the process there."""
        on = ["-P", str(folder / self.file)] if self.file else []
        return [*on, "-e", f"trace={self.call}", "-e", f"inject={self.call}:signal=KILL:when={self.number}"]


@contextmanager
def straced(process: subprocess.Popen[bytes], arguments: list[str], log: Path) -> Iterator[None]:
    """A running process, and what it starts, under strace."""
    command = ["strace", "-f", "-y", "-s", "0", "-o", str(log), *arguments, "-p", str(process.pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    assert tracer.stderr is not None
    told = b""
    while b"attached" not in told:
        told = tracer.stderr.readline()
        if not told:
            raise AssertionError(f"strace ended at once with status {tracer.wait()}; may this user trace processes?")
    try:
        yield
    finally:
        if process.poll() is None and tracer.poll() is None:
            os.kill(tracer.pid, signal.SIGINT)
        tracer.communicate(timeout=60)


def points_in(log: Path, system: str, folder: Path) -> list[CrashPoint]:
    """The crash points of a run, from its log. Threads are counted apart, as strace does when it kills."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for line in log.read_text("utf-8", "replace").splitlines():
        call = _CALL.match(line)
        if call is None or call["rest"].startswith("<... "):
            continue
        if call["name"] in SENDING:
            counted[call["name"], "", call["thread"]] += 1
        elif file := _file_in(call["rest"], folder):
            counted[call["name"], file, call["thread"]] += 1
    most: dict[tuple[str, str], int] = {}
    for (name, file, _), count in counted.items():
        most[name, file] = max(count, most.get((name, file), 0))
    return [
        CrashPoint(system, name, file, number)
        for (name, file), count in sorted(most.items(), key=lambda each: (each[0][1], each[0][0]))
        for number in range(1, count + 1)
    ]


def _file_in(arguments: str, folder: Path) -> str:
    """The file below the folder that a call is about; empty where it is about none."""
    for match in _PATH.finditer(arguments):
        path = Path("/" + (match[1] or match[2]).removesuffix(" (deleted)"))
        if path.is_relative_to(folder):
            return str(path.relative_to(folder))
    return ""
