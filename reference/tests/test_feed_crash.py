"""Killed at any step, core, relay and issuing server lose nothing that they answered, and double nothing. [2.6]"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import psycopg
import pytest
from reference.tests import city_side
from reference.tests.chain_pieces import (
    EVENING,
    MUNICIPALITY,
    key_of,
    recorded,
    replayed,
    resident_of,
)
from reference.tests.dying import KEY, named
from reference.tests.places import Cluster, Places, PostgresPlaces, SqlitePlaces

from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest
from kofu.v1.feed_pb2 import RecordChangeKind
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import Registers
from kofu_reference.issuing.register import Register
from kofu_reference.relay.store import Store
from kofu_reference.runtime import Refusal

ROOT: Final = Path(__file__).parents[2]
MOST_STEPS: Final = 100


class Dying:
    """Runs stories in processes that are killed at a step."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reference.tests.dying"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def killed_at(self, story: str, place: str, step: int) -> tuple[bool, list[str]]:
        """Whether the story was killed before this step, and what it was answered before."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([story, place, step]) + "\n")
        self._process.stdin.flush()
        killed, answered = json.loads(self._process.stdout.readline())
        return killed, answered

    def close(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture(scope="module")
def dying() -> Iterator[Dying]:
    with closing(Dying()) as dying:
        yield dying


def at_every_step(
    dying: Dying, story: str, prepared: Callable[[], str], judge: Callable[[str, list[str]], None]
) -> int:
    """Kills the story at its first step, its second, and so on until it is not killed any more; how many there were."""
    for step in range(1, MOST_STEPS):
        place = prepared()
        killed, answered = dying.killed_at(story, place, step)
        judge(place, answered)
        if not killed:
            return step - 1
    raise AssertionError("the story has no end")


def test_core_killed_at_any_step_of_filing(dying: Dying, places: Places) -> None:
    origin = places.fresh()
    with closing(Registers(places.open(origin))) as registers, registers.transaction():
        registers.commit(RecordChangeKind.RECORD_CHANGE_KIND_INITIAL_LOAD, EVENING, [resident_of(KEY)])

    def judge(place: str, answered: list[str]) -> None:
        with closing(places.open(place)) as database, closing(Registers(places.open(place))) as registers:
            fed = registers.changes_from(1, 99)
            assert recorded(database) == replayed(fed)
            assert [change.number for change in fed] == list(range(1, len(fed) + 1))
            assert registers.newest_number() == len(fed)
            numbers = [int(line) for line in answered if line.isdigit()]
            assert numbers == list(range(2, len(numbers) + 2))
            assert len(fed) - 1 - len(numbers) in (0, 1), "a change that was answered, or that nobody heard of"
            assert registers.acknowledged_number() >= ("acknowledged 1" in answered)
            filing = ChangeName(resident_key=KEY, name="後 番")
            request = FileChangeRequest(municipality_code=MUNICIPALITY, change_name=filing)
            assert ChangeOffice(registers).file(request, EVENING).number == len(fed) + 1

    assert at_every_step(dying, "file_two", lambda: places.copy(origin), judge) > 15


def names(register: Register, *numbers: int) -> list[str | None]:
    found = []
    for number in numbers:
        (holder,) = resident_of(key_of("plain", number)).control.holders
        standing = register.standing_of(holder)
        found.append(None if standing is None else standing.resident.name)
    return found


def test_issuing_server_killed_at_any_step_of_applying(dying: Dying, places: Places) -> None:
    def judge(place: str, answered: list[str]) -> None:
        with closing(Register(places.open(place))) as register:
            has = register.open_feed(city_side.FEED_ID).next_number - 1
            assert has - len(answered) in (0, 1)
            assert names(register, 1, 2) == [f"{number} 番" if number <= has else None for number in (1, 2)]
            for number in (1, 2, 3):
                register.apply(named(number))
            assert names(register, 1, 2, 3) == ["1 番", "2 番", "3 番"]

    assert at_every_step(dying, "apply_two", places.fresh, judge) > 15


def test_issuing_server_killed_at_any_step_of_a_snapshot(dying: Dying, places: Places) -> None:
    def judge(place: str, answered: list[str]) -> None:
        with closing(Register(places.open(place))) as register:
            resume = register.open_feed(city_side.FEED_ID)
            whole = resume.next_number == 8
            assert whole or "7" not in answered
            before = "1 番" if resume.next_number == 2 else None
            assert names(register, 1, 6, 7) == ([None, "6 番", "7 番"] if whole else [before, None, None])
            assert not register.is_current()

    assert at_every_step(dying, "apply_snapshot", places.fresh, judge) > 15


def test_relay_killed_at_any_step(dying: Dying, tmp_path: Path) -> None:
    places = SqlitePlaces(tmp_path)

    def judge(place: str, answered: list[str]) -> None:
        with closing(Store(Path(place))) as store:
            position = store.position()
            numbers = [line for line in answered if line.isdigit()]
            received = position.received or 0
            assert received - len(numbers) in (0, 1)
            held = [change.number for change in store.changes_from(position.held_from, 9)]
            assert held == list(range(position.acknowledged + 1, received + 1))
            assert position.acknowledged >= ("acknowledged 1" in answered)

    assert at_every_step(dying, "pass_two", places.fresh, judge) > 15


@pytest.fixture
def filing(cluster: Cluster) -> Iterator[tuple[str, Registers]]:
    """Registers in PostgreSQL with one resident."""
    places = PostgresPlaces(cluster)
    place = places.fresh()
    with closing(Registers(places.open(place))) as registers:
        with registers.transaction():
            registers.commit(RecordChangeKind.RECORD_CHANGE_KIND_INITIAL_LOAD, EVENING, [resident_of(KEY)])
        yield place, registers


def rename(registers: Registers, name: str) -> int:
    request = FileChangeRequest(municipality_code=MUNICIPALITY, change_name=ChangeName(resident_key=KEY, name=name))
    return ChangeOffice(registers).file(request, EVENING).number


def test_core_goes_on_after_postgresql_was_killed(cluster: Cluster, filing: tuple[str, Registers]) -> None:
    """What it was doing then is refused and leaves nothing; what was answered before is there."""
    place, registers = filing
    assert rename(registers, "一 番") == 2

    def killed_in_the_middle() -> None:
        with registers.transaction():
            registers.commit(RecordChangeKind.RECORD_CHANGE_KIND_CORRECTION, EVENING, [resident_of(KEY)])
            cluster.kill()
            registers.commit(RecordChangeKind.RECORD_CHANGE_KIND_CORRECTION, EVENING, [resident_of(KEY)])

    with pytest.raises(Refusal) as refused:
        killed_in_the_middle()
    assert refused.value.name == "REASON_UPSTREAM_UNAVAILABLE"
    with pytest.raises(Refusal):
        rename(registers, "落 番")
    cluster.start()
    assert [change.number for change in registers.changes_from(1, 9)] == [1, 2]
    assert rename(registers, "二 番") == 3
    with closing(PostgresPlaces(cluster).open(place)) as database:
        assert recorded(database) == replayed(registers.changes_from(1, 9))


def test_connection_that_is_cut_within_a_transaction_leaves_nothing_of_it(filing: tuple[str, Registers]) -> None:
    """Above all not its second half, on the connection that comes after it."""
    place, registers = filing

    def cut_in_the_middle() -> None:
        with registers.transaction():
            registers.commit(RecordChangeKind.RECORD_CHANGE_KIND_CORRECTION, EVENING, [resident_of(KEY)])
            cut(place)
            for _ in range(2):
                with suppress(Refusal):
                    registers.acknowledge(1)

    with pytest.raises(Refusal):
        cut_in_the_middle()
    assert [change.number for change in registers.changes_from(1, 9)] == [1]
    assert registers.acknowledged_number() == 0
    assert rename(registers, "一 番") == 2


def cut(place: str) -> None:
    """Ends every other connection to the database."""
    with psycopg.connect(place, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
