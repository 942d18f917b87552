"""Processes that are killed at one step of what they do: `python -m reference.tests.dying`.

It reads lines of JSON, `[story, place, step]`, and for each forks a process that is killed, as by `kill -9`, before its
statement number `step`. It answers `[killed, lines]`: what that process was answered before.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from reference.tests import city_side
from reference.tests.chain_pieces import EVENING, MUNICIPALITY, key_of, resident_of

from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest
from kofu.v1.feed_pb2 import FeedSnapshotPart
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import Registers
from kofu_reference.issuing.register import Register
from kofu_reference.relay.store import Store
from kofu_reference.storage import Database, Row, open_database

KEY: Final = key_of("card-expiring")
SNAPSHOT_ID: Final = "5a5a5a5a-5a5a-4a5a-8a5a-5a5a5a5a5a5a"


class Steps:
    """Counts what is done in the database, and ends the process before one of it."""

    def __init__(self, last: int) -> None:
        self._left = last

    def count(self, _: object = None) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingDatabase:
    """A database each of whose statements is a step, the commit too."""

    def __init__(self, database: Database, steps: Steps) -> None:
        self._database = database
        self._steps = steps

    def create(self, tables: str) -> None:
        self._database.create(tables)

    def execute(self, statement: str, *values: object) -> list[Row]:
        self._steps.count()
        return self._database.execute(statement, *values)

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        for row in rows:
            self._steps.count()
            self._database.execute_many(statement, [row])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._steps.count()
        with self._database.transaction():
            yield
            self._steps.count()

    @contextmanager
    def view(self) -> Iterator[None]:
        with self._database.view():
            yield

    def another(self) -> "DyingDatabase":
        return DyingDatabase(self._database.another(), self._steps)

    def elapsed(self) -> tuple[str, float]:
        return self._database.elapsed()

    def close(self) -> None:
        self._database.close()


_answers = 1
"""Where to say it."""


def say(what: object) -> None:
    """Answered: it has to hold whatever comes."""
    os.write(_answers, f"{what}\n".encode())


def file_two(database: Database) -> None:
    """The core files two changes, then hears that the first is acknowledged."""
    registers = Registers(database)
    office = ChangeOffice(registers)
    for name in ("一 番", "二 番"):
        filing = FileChangeRequest(municipality_code=MUNICIPALITY, change_name=ChangeName(resident_key=KEY, name=name))
        say(office.file(filing, EVENING).number)
    registers.acknowledge(1)
    say("acknowledged 1")


def apply_two(database: Database) -> None:
    """The issuing server applies two changes."""
    register = Register(database)
    register.open_feed(city_side.FEED_ID)
    for number in (1, 2):
        register.apply(named(number))
        say(number)


def apply_snapshot(database: Database) -> None:
    """The issuing server puts a snapshot in the place of a change."""
    register = Register(database)
    register.open_feed(city_side.FEED_ID)
    register.apply(named(1))
    say(1)
    for part in (1, 2):
        whole = register.take_part(
            FeedSnapshotPart(
                snapshot_id=SNAPSHOT_ID,
                number=7,
                change_id=SNAPSHOT_ID,
                part=part,
                residents=[named(5 + part).residents[0]],
                last=part == 2,
            )
        )
        if whole:
            say(7)


def named(number: int) -> Any:
    """A change that gives a resident of its own a name by its number."""
    resident = resident_of(key_of("plain", number))
    resident.name = f"{number} 番"
    return city_side.change(number, resident)


def pass_two(place: str, steps: Steps) -> None:
    """The relay takes two changes and hears that the first is acknowledged."""
    store = Store(Path(place))
    store.open_feed(city_side.FEED_ID)
    store._connection.set_trace_callback(steps.count)
    for number in (1, 2):
        store.add(named(number))
        say(number)
    store.acknowledge(1)
    say("acknowledged 1")


STORIES: Final[dict[str, Callable[[Database], None]]] = {
    "file_two": file_two,
    "apply_two": apply_two,
    "apply_snapshot": apply_snapshot,
}


def run(story: str, place: str, step: int) -> None:
    steps = Steps(step)
    if story == "pass_two":
        pass_two(place, steps)
        return
    url, file = (place, Path()) if place.startswith("postgresql:") else (None, Path(place))
    STORIES[story](DyingDatabase(open_database(url, file, records_of=story), steps))


def forked(story: str, place: str, step: int) -> tuple[bool, list[str]]:
    """Runs a story in a process of its own: whether it was killed, and what it was answered."""
    global _answers
    heard, _answers = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            run(story, place, step)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    os.close(_answers)
    with os.fdopen(heard, encoding="utf-8") as answers:
        lines = answers.read().splitlines()
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(story)
    return os.WIFSIGNALED(status), lines


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(forked(*json.loads(line))) + "\n")
        sys.stdout.flush()
