"""Runs the Promela twin in Spin: its states and steps, shortest breaks of the invariants, liveness.

Needs `spin` and a C compiler. See README.md; `python spec/twin/spin.py --help` for the command line.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

HERE: Final = Path(__file__).resolve().parent
CACHE: Final = HERE.parents[1] / ".cache" / "twin"
SOURCES: Final = ("chain.pml", "tell.h")

# Every constant of the model: its value where a configuration does not name it, the least and the most it may be.
CONSTANTS: Final[Mapping[str, tuple[int, int, int]]] = {
    **dict.fromkeys(("KIOSKS", "CITIZENS", "SERVERS", "PAGES", "COPIES"), (1, 1, 2)),
    "REQUESTS": (0, 0, 3),
    "CHANGES": (0, 0, 2),
    **dict.fromkeys(("FRONT", "WRONG_PINS", "SWAPS", "VALIDITY", "COUNTER", "CLOCK", "KOSEKI"), (0, 0, 1)),
    **dict.fromkeys(("FILINGS", "TIMEOUTS", "SILENCE"), (0, 0, 1)),
    **dict.fromkeys(("LOSSES", "DUPLICATES", "GLITCHES", "MISHAPS"), (0, 0, 35)),
}
PROPERTIES: Final = ("session_ends", "payment_settled")

# Breadth first: the first break is a shortest one, and the edges of a state come out together.
COMPILED_FOR: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "edges": ((), ("-DBFS", "-DNOREDUCE", "-DPRINTF")),
    "check": ((), ("-DBFS", "-DNOREDUCE")),
    "survey": (("-DSURVEY",), ("-DBFS", "-DNOREDUCE")),
    "live": (("-DLIVENESS",), ("-DNOREDUCE",)),
}
MEMORY_MEGABYTES: Final = 8192
DEEPEST: Final = 2_000_000


class SpinMissing(Exception):
    """Spin or the C compiler is not installed, or does not take the twin. One line."""


class WrongConfiguration(ValueError):
    """A constant, mutant, invariant or property that the twin does not have. One line: field, rule, remedy."""


class Incomplete(Exception):
    """Spin did not see everything: the run says nothing. One line."""


@dataclass(frozen=True)
class Reach:
    """All that can be reached: how much it is, and digests that do not depend on the order of finding.

    A digest is the sum modulo 2**64 of the 8-byte BLAKE2b digests of distinct lines, `state` or `state label state`.
    """

    states: int
    edges: int
    state_digest: int
    edge_digest: int
    seconds: float


@dataclass(frozen=True)
class Step:
    """An action and the state after it, as text."""

    label: str
    state: str


@dataclass(frozen=True)
class Verdict:
    """Whether it holds; if not, a history that breaks it, from the initial state on.

    Of an invariant the history is a shortest one. Of a liveness property it runs once round the cycle, which begins
    after `cycle_from` steps; where these are all, the kiosk can do nothing and nobody else has to.
    """

    holds: bool
    states: int
    seconds: float
    initial: str = ""
    steps: tuple[Step, ...] = ()
    cycle_from: int | None = None

    @property
    def length(self) -> int | None:
        """The number of actions of the history; None where it holds."""
        return None if self.holds else len(self.steps)


def configuration(**named: int) -> dict[str, int]:
    """A value for every constant of the model; those not named are 0, or 1 where there has to be one.

    Raises WrongConfiguration.
    """
    for name, value in named.items():
        if name not in CONSTANTS:
            raise WrongConfiguration(f"{name}: is no constant of the model; name one of {', '.join(CONSTANTS)}")
        _, least, most = CONSTANTS[name]
        if not least <= value <= most:
            raise WrongConfiguration(f"{name}: has to be {least} to {most}, not {value}; choose one of these")
    return {name: named.get(name, usual) for name, (usual, _, _) in CONSTANTS.items()}


def invariants() -> dict[str, int]:
    """Every invariant that the twin judges, by name: its number there."""
    return _numbers(r"^#define inv_(\w+) +(\d+)")


def mutants() -> dict[str, int]:
    """Every mutant by name: its number. From 101 on they are of liveness."""
    return _numbers(r"^#define (\w+) +\(mutant == (\d+)\)")


def reach(constants: Mapping[str, int], *, mutant: int = 0, edges_file: Path | None = None) -> Reach:
    """Everything that can be reached; `edges_file` gets a line for every edge, in no order that means anything.

    Raises Incomplete, SpinMissing, WrongConfiguration.
    """
    program = build("edges")
    began = time.monotonic()
    command = [str(program), *_bounds()]
    with (
        _scratch() as folder,
        _opened(edges_file) as copy,
        subprocess.Popen(
            command, cwd=folder, env=_environment(constants, mutant), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as run,
    ):
        assert run.stdout is not None
        count = Count()
        said = [line for line in run.stdout if not count.takes(line, copy)]
    _require_complete(b"".join(said).decode(), count)
    return Reach(
        states=len(count.states),
        edges=count.edges,
        state_digest=sum(count.states) % 2**64,
        edge_digest=count.edge_sum % 2**64,
        seconds=time.monotonic() - began,
    )


def check(constants: Mapping[str, int], invariant: str, *, mutant: int = 0) -> Verdict:
    """Whether no step breaks this invariant; else a shortest history that does.

    Raises Incomplete, SpinMissing, WrongConfiguration.
    """
    number = invariants().get(invariant)
    if number is None:
        raise WrongConfiguration(f"invariant: there is no {invariant!r}; name one of {', '.join(invariants())}")
    return _judge("check", _environment(constants, mutant, number), [])


def survey(constants: Mapping[str, int], *, mutant: int = 0) -> dict[str, int | None]:
    """Of every invariant the length of a shortest history that breaks it, None where it holds; all in one run.

    Raises Incomplete, SpinMissing, WrongConfiguration.
    """
    program = build("survey")
    with _scratch() as folder:
        said = _output([str(program), *_bounds(), "-n"], folder, _environment(constants, mutant))
    _require_complete(said, None)
    lengths = {int(which): int(length) for which, length in re.findall(r"^! (\d+) (\d+)$", said, re.M)}
    return {name: lengths.get(number) for name, number in invariants().items()}


def live(constants: Mapping[str, int], name: str, *, mutant: int = 0) -> Verdict:
    """Whether this property of liveness holds where kiosk 1 goes on whenever it can, and nobody else has to.

    Raises Incomplete, SpinMissing, WrongConfiguration.
    """
    if name not in PROPERTIES:
        raise WrongConfiguration(f"property: there is no {name!r}; name one of {', '.join(PROPERTIES)}")
    return _judge("live", _environment(constants, mutant), ["-a", "-N", name])


def build(mode: str) -> Path:
    """The compiled verifier of a mode, from the cache where sources and options are the same.

    Raises SpinMissing.
    """
    options, flags = COMPILED_FOR[mode]
    compiler = [os.environ.get("CC", "gcc"), "-O1", "-w", *flags, f"-DMEMLIM={MEMORY_MEGABYTES}"]
    key = hashlib.blake2b(digest_size=12)
    for part in (*(HERE.joinpath(name).read_bytes() for name in SOURCES), repr((options, compiler)).encode()):
        key.update(hashlib.blake2b(part).digest())
    program = CACHE / f"{mode}-{key.hexdigest()}"
    if program.exists():
        return program
    CACHE.mkdir(parents=True, exist_ok=True)
    with _scratch() as folder:
        for name in SOURCES:
            shutil.copy(HERE / name, folder)
        _call(["spin", "-a", *options, "chain.pml"], folder)
        _call([*compiler, "-o", "pan", "pan.c"], folder)
        ready = Path(tempfile.mkdtemp(dir=CACHE)) / "pan"
        shutil.move(folder / "pan", ready)
        ready.replace(program)  # whoever builds at the same time replaces it by the same
        ready.parent.rmdir()
    return program


class Count:
    """Counts what the verifier tells; each state is expanded once, so its edges come together."""

    def __init__(self) -> None:
        self.states: set[int] = set()
        self.edges = 0
        self.edge_sum = 0
        self._width = 0
        self._source = b""
        self._of_source: set[bytes] = set()

    def takes(self, line: bytes, copy: IO[bytes] | None) -> bool:
        """Counts a line that tells a state or an edge; another line is not taken."""
        mark, edge = line[:2], line[2:-1]
        if mark == b"= ":
            self._width = len(edge)
            self.states.add(digest(edge))
            return True
        if mark != b"> ":
            return False
        source = edge[: self._width]
        if source != self._source:
            self._source = source
            self._of_source.clear()
        if edge not in self._of_source:
            self._of_source.add(edge)
            self.edges += 1
            self.edge_sum += digest(edge)
            self.states.add(digest(edge[-self._width :]))
            if copy is not None:
                copy.write(edge + b"\n")
        return True


def digest(line: bytes) -> int:
    """The 8-byte BLAKE2b digest of a line, as a number."""
    return int.from_bytes(hashlib.blake2b(line, digest_size=8).digest(), "big")


def _require_complete(said: str, count: Count | None) -> None:
    """Raises Incomplete unless Spin went to the end and its own numbers agree with what was counted."""
    for trouble in (
        "Search not completed",
        "max search depth too small",
        "truncated",
        "reached -DMEMLIM",
        "out of memory",
    ):
        if trouble in said:
            raise Incomplete(f"spin: {trouble}; take a smaller configuration or more memory")
    stored, transitions, atomic = (
        re.search(rf"^\s*(\S+) {words}", said, re.M) for words in ("states, stored", "transitions", "atomic steps")
    )
    if not (stored and transitions and atomic and re.search(r"errors: 0$", said, re.M)):
        raise Incomplete(f"spin: ended without its summary: {' '.join(said.split())[-300:]!r}")
    if count is None:
        return
    # The steps of `init` before the model's initial state are Spin's own: one for each part of its atomic sequence,
    # and the way in and out of it.
    own = int(atomic[1])
    expected = (f"{len(count.states) + 1 + own:.8g}", f"{count.edges + 2 + own:.8g}")
    if expected != (stored[1], transitions[1]):
        raise Incomplete(f"spin: has {stored[1]} states and {transitions[1]} edges with its own, told were {expected}")


def _judge(mode: str, environment: dict[str, str], options: list[str]) -> Verdict:
    program = build(mode)
    began = time.monotonic()
    with _scratch() as folder:
        said = _output([str(program), *_bounds(), "-n", *options], folder, environment)
        states = re.search(r"^\s*(\S+) states, stored", said, re.M)
        if not (folder / "chain.pml.trail").exists():
            _require_complete(said, None)
            return Verdict(True, int(float(states[1])) if states else 0, time.monotonic() - began)
        told = _output([str(program), "-r", "-n", *options], folder, environment)
    initial, steps, cycle_from = _history(told)
    return Verdict(False, int(float(states[1])) if states else 0, time.monotonic() - began, initial, steps, cycle_from)


def _history(told: str) -> tuple[str, tuple[Step, ...], int | None]:
    """The steps of a replayed counterexample, and after how many of them its cycle begins."""
    initial = ""
    steps: list[Step] = []
    cycle_from = None
    for line in told.splitlines():
        if line.startswith("= "):
            initial = line[2:]
        elif "START OF CYCLE" in line:
            cycle_from = len(steps)
        elif line.startswith("> "):
            before, *label, after = line[2:].split(" ")
            if before != (steps[-1].state if steps else initial):
                raise Incomplete("spin: the replayed history has a gap; run it again")
            steps.append(Step(" ".join(label), after))
    if not initial:
        raise Incomplete(f"spin: the counterexample could not be replayed: {' '.join(told.split())[-300:]!r}")
    return initial, tuple(steps), cycle_from


def _bounds() -> list[str]:
    return [f"-m{DEEPEST}", "-w20"]


def _environment(constants: Mapping[str, int], mutant: int, invariant: int = 0) -> dict[str, str]:
    if mutant and mutant not in mutants().values():
        raise WrongConfiguration(f"mutant: there is no number {mutant}; see chain.pml, section Mutants")
    numbers = {**configuration(**constants), "MUTANT": mutant, "INVARIANT": invariant}
    return {**os.environ, **{name: str(number) for name, number in numbers.items()}}


def _numbers(pattern: str) -> dict[str, int]:
    text = (HERE / "chain.pml").read_text(encoding="utf-8")
    return {name: int(number) for name, number in re.findall(pattern, text, re.M)}


def _call(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise SpinMissing(f"{command[0]}: not installed; install Debian's packages spin, gcc and libc6-dev") from None
    except subprocess.CalledProcessError as failed:
        last = " ".join((failed.stdout + failed.stderr).split())[-300:]
        raise SpinMissing(f"{command[0]}: does not take the twin: {last}") from None


def _output(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    run = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.stdout.decode()


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kofu-twin-") as folder:
        yield Path(folder)


@contextmanager
def _opened(path: Path | None) -> Iterator[IO[bytes] | None]:
    if path is None:
        yield None
    else:
        with path.open("wb") as file:
            yield file


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit status 0 it holds, 1 it is broken, 2 wrong use, 3 Spin did not get through."""
    parser = argparse.ArgumentParser(description="The Promela twin of the model.")
    parser.add_argument("mode", choices=tuple(COMPILED_FOR))
    parser.add_argument("constants", nargs="*", metavar="NAME=NUMBER")
    parser.add_argument("--mutant", type=int, default=0)
    parser.add_argument("--invariant", default="identity", help="of check")
    parser.add_argument("--property", default=PROPERTIES[0], help="of live", choices=PROPERTIES)
    parser.add_argument("--edges", type=Path, metavar="FILE", help="of edges: every edge as a line")
    given = parser.parse_args(arguments)
    try:
        constants = _parsed(given.constants)
        if given.mode == "edges":
            found = reach(constants, mutant=given.mutant, edges_file=given.edges)
            _say({**asdict(found), "states_per_second": round(found.states / found.seconds)})
            return 0
        if given.mode == "survey":
            lengths = survey(constants, mutant=given.mutant)
            _say(lengths)
            return 0 if set(lengths.values()) == {None} else 1
        if given.mode == "check":
            verdict = check(constants, given.invariant, mutant=given.mutant)
        else:
            verdict = live(constants, given.property, mutant=given.mutant)
    except WrongConfiguration as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    except (SpinMissing, Incomplete) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 3
    _say(
        {
            "holds": verdict.holds,
            "length": verdict.length,
            **({} if verdict.cycle_from is None else {"cycle_from": verdict.cycle_from}),
            "states": verdict.states,
            "states_per_second": round(verdict.states / verdict.seconds),
        }
    )
    if not verdict.holds:
        _say({"state": verdict.initial})
        for step in verdict.steps:
            _say(asdict(step))
    return 0 if verdict.holds else 1


def _parsed(texts: list[str]) -> dict[str, int]:
    for text in texts:
        if not re.fullmatch(r"\w+=\d+", text):
            raise WrongConfiguration(f"{text}: is no NAME=NUMBER; write for example KIOSKS=2")
    return configuration(**{name: int(number) for name, number in (text.split("=") for text in texts)})


def _say(what: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    sys.exit(main())
