"""The core's registers: a change and its place in the feed are one, and the city is loaded once. [2.1, 2.3, 2.6]"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import protovalidate
import pytest
from reference.tests.chain_pieces import (
    EVENING,
    MUNICIPALITY,
    RESIDENTS,
    ROLES,
    TAXES,
    Chain,
    key_of,
    make_authority,
    recorded,
    replayed,
    resident_of,
)

from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest, GetChangeRequest, LinkCards, UnblockPinRequest
from kofu.v1.feed_pb2 import FeedChange, RecordChangeKind
from kofu.v1.reason_pb2 import Reason
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import Registers
from kofu_reference.core.system import Core
from kofu_reference.runtime import Refusal, call
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.writer import Writer
from kofu_spec.pki.tls import TlsAuthority

KEY: Final = key_of("card-expiring")
INITIAL_LOAD: Final = RecordChangeKind.RECORD_CHANGE_KIND_INITIAL_LOAD


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "core.sqlite3"


@pytest.fixture
def registers(path: Path) -> Iterator[Registers]:
    with closing(Registers(path)) as registers:
        yield registers


def new_name(name: str) -> FileChangeRequest:
    return FileChangeRequest(municipality_code=MUNICIPALITY, change_name=ChangeName(resident_key=KEY, name=name))


def load(registers: Registers) -> None:
    with registers.transaction():
        registers.commit(INITIAL_LOAD, EVENING, [resident_of(KEY)])


def instruct(path: Path, instruction: str) -> None:
    """Meddles with the file from outside."""
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(instruction)


@pytest.mark.parametrize("table", ["outbox", "resident", "holder"])
def test_change_that_breaks_off_in_the_middle_leaves_neither_record_nor_place_in_the_feed(
    path: Path, registers: Registers, table: str
) -> None:
    load(registers)
    office = ChangeOffice(registers)
    instruct(path, f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no place left'); END")

    with pytest.raises(sqlite3.IntegrityError, match="no place left"):
        office.file(new_name("新見\u3000例"), EVENING)

    assert recorded(path) == ({KEY: resident_of(KEY)}, {})
    assert registers.newest_number() == 1

    instruct(path, "DROP TRIGGER broken")
    assert office.file(new_name("新見\u3000例"), EVENING).number == 2
    assert recorded(path) == replayed(registers.changes_from(1, 9))


def test_nobody_else_sees_a_change_before_it_is_whole(path: Path, registers: Registers) -> None:
    load(registers)
    with registers.transaction():
        registers.commit(INITIAL_LOAD, EVENING, [resident_of(key_of("no-seal"))])
        assert recorded(path) == ({KEY: resident_of(KEY)}, {})


def test_what_was_filed_is_there_after_a_restart(path: Path) -> None:
    with closing(Registers(path)) as registers:
        load(registers)
        ChangeOffice(registers).file(new_name("\ufa19見\u3000例"), EVENING)
        registers.acknowledge(1)
        feed_id, changes = registers.feed_id(), registers.changes_from(1, 9)
    with closing(Registers(path)) as registers:
        assert registers.feed_id() == feed_id
        assert registers.acknowledged_number() == 1
        assert registers.changes_from(1, 9) == changes
        assert registers.resident(KEY) == changes[1].residents[0]
        assert ChangeOffice(registers).file(new_name("新見\u3000例"), EVENING).number == 3


def test_acknowledgement_that_comes_late_takes_nothing_back(registers: Registers) -> None:
    registers.acknowledge(3)
    registers.acknowledge(2)
    assert registers.acknowledged_number() == 3


def test_registers_made_anew_are_another_feed(registers: Registers, tmp_path: Path) -> None:
    with closing(Registers(tmp_path / "anew.sqlite3")) as anew:
        assert anew.feed_id() != registers.feed_id()


def test_changes_are_told_in_order_from_any_number_on(registers: Registers) -> None:
    for _ in range(12):
        load(registers)
    assert [change.number for change in registers.changes_from(9, 2)] == [9, 10]
    assert [change.number for change in registers.changes_from(9, 20)] == [9, 10, 11, 12]
    assert registers.changes_from(13, 20) == []


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    return make_authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def city_hall(tmp_path: Path, tls: TlsAuthority) -> Iterator[Chain]:
    """A chain in which only the core is ever started."""
    with ReservedPorts("127.0.0.1", ROLES) as ports:
        yield Chain(tmp_path, tls, ports)


async def started(chain: Chain, *filings: FileChangeRequest) -> tuple[str, list[FeedChange]]:
    """Starts the core, files changes, stops it again; the feed's id and all that is in it."""
    core = chain.make(Core)
    try:
        await core.start()
        for filing in filings:
            await core.file(filing)
        return await core.outbox.feed_id(), list(await core.outbox.changes_from(1, 1000))
    finally:
        await core.stop()


def test_first_start_feeds_the_whole_city_in_changes_of_fifty(city_hall: Chain) -> None:
    _, changes = asyncio.run(started(city_hall))
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    assert {change.kind for change in changes} == {INITIAL_LOAD}
    assert [len(change.residents) for change in changes] == [50] * (len(RESIDENTS) // 50) + [len(RESIDENTS) % 50]
    assert replayed(changes) == (RESIDENTS, TAXES)
    for change in changes:
        protovalidate.validate(change)


def test_city_is_loaded_once(city_hall: Chain) -> None:
    feed_id, loaded = asyncio.run(started(city_hall, new_name("新見\u3000例")))
    again = asyncio.run(started(city_hall))
    assert again == (feed_id, loaded)
    with closing(Registers(city_hall.config("core").data_folder / "core.sqlite3")) as registers:
        assert registers.resident(KEY) == loaded[-1].residents[0]


def test_load_that_breaks_off_leaves_nothing_and_is_made_up_for_at_the_next_start(city_hall: Chain) -> None:
    path = city_hall.config("core").data_folder / "core.sqlite3"
    path.parent.mkdir()
    Registers(path).close()
    instruct(
        path,
        "CREATE TRIGGER broken BEFORE INSERT ON outbox WHEN new.number = 3"
        " BEGIN SELECT RAISE(ABORT, 'no place left'); END",
    )
    with pytest.raises(sqlite3.IntegrityError, match="no place left"):
        asyncio.run(started(city_hall))
    with closing(Registers(path)) as registers:
        assert registers.newest_number() == 0
        assert recorded(path) == ({}, {})

    instruct(path, "DROP TRIGGER broken")
    _, changes = asyncio.run(started(city_hall))
    assert replayed(changes) == (RESIDENTS, TAXES) == recorded(path)


def asked(city_hall: Chain, method: str, *requests: object, role: str = "counter") -> list[Refusal]:
    """Asks a running core over the wire what it has to refuse; nothing may come of it."""

    async def story() -> list[Refusal]:
        refusals = []
        await city_hall.start(Core)
        try:
            async with city_hall.counter(role) as counter:
                for request in requests:
                    with pytest.raises(Refusal) as caught:
                        await call(getattr(counter, method), request, timeout=5)
                    refusals.append(caught.value)
            newest = await city_hall.core.outbox.newest_number()
            assert {change.kind for change in await city_hall.core.outbox.changes_from(1, newest)} == {INITIAL_LOAD}
        finally:
            await city_hall.stop_all()
        return refusals

    return asyncio.run(story())


def test_only_the_counter_files_changes_and_asks_for_them(city_hall: Chain) -> None:
    (filing,) = asked(city_hall, "FileChange", new_name("新見\u3000例"), role="office")
    (question,) = asked(
        city_hall, "GetChange", GetChangeRequest(municipality_code=MUNICIPALITY, number=1), role="relay"
    )
    assert filing.reason == question.reason == Reason.REASON_ROLE_NOT_ALLOWED


def test_core_unblocks_no_pin(city_hall: Chain) -> None:
    (refusal,) = asked(city_hall, "UnblockPin", UnblockPinRequest(card_id="card", new_pin="1234"))
    assert refusal.reason == Reason.REASON_ROLE_NOT_ALLOWED


def test_changes_of_another_municipality_are_not_served(city_hall: Chain) -> None:
    filing = new_name("新見\u3000例")
    filing.municipality_code = "992020"
    refusals = asked(city_hall, "FileChange", filing)
    refusals += asked(city_hall, "GetChange", GetChangeRequest(municipality_code="992020", number=1))
    assert [refusal.name for refusal in refusals] == ["REASON_MUNICIPALITY_NOT_SERVED"] * 2


def test_change_that_was_not_filed_is_not_found(city_hall: Chain) -> None:
    (refusal,) = asked(city_hall, "GetChange", GetChangeRequest(municipality_code=MUNICIPALITY, number=99))
    assert refusal.reason == Reason.REASON_RECORD_NOT_FOUND


def test_refused_filing_reaches_the_counter_with_field_rule_message_and_remedy(city_hall: Chain) -> None:
    (others,) = resident_of(key_of("twins")).control.holders
    filing = FileChangeRequest(municipality_code=MUNICIPALITY, link_cards=LinkCards(resident_key=KEY, holders=[others]))
    (refusal,) = asked(city_hall, "FileChange", filing)
    assert refusal.reason == Reason.REASON_INVALID_REQUEST
    assert refusal.metadata["field"] == "link_cards.holders[0]"
    assert all(refusal.metadata[part] for part in ("rule", "message", "remedy"))


def test_writer_runs_calls_in_one_thread_in_the_order_in_which_they_came() -> None:
    ran: list[tuple[int, int]] = []

    def note(number: int) -> int:
        time.sleep(0.001 * (number % 3))
        ran.append((number, threading.get_ident()))
        return number

    async def calls() -> list[int]:
        writer = Writer("test")
        try:
            return await asyncio.gather(*(writer.run(note, number) for number in range(20)))
        finally:
            writer.close()

    assert asyncio.run(calls()) == list(range(20))
    assert [number for number, _ in ran] == list(range(20))
    threads = {thread for _, thread in ran}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_writer_hands_on_what_the_call_raises_and_goes_on() -> None:
    nothing: dict[str, str] = {}

    async def calls() -> str:
        writer = Writer("test")
        try:
            with pytest.raises(KeyError, match="missing"):
                await writer.run(nothing.__getitem__, "missing")
            return await writer.run(str, 7)
        finally:
            writer.close()

    assert asyncio.run(calls()) == "7"


def test_call_whose_caller_gave_up_is_finished_before_the_next_and_before_the_close() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def slow() -> None:
        begun.set()
        go_on.wait(10)
        done.append("slow")

    async def calls() -> None:
        writer = Writer("test")
        caller = asyncio.create_task(writer.run(slow))
        await asyncio.to_thread(begun.wait, 10)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        next_one = asyncio.create_task(writer.run(done.append, "next"))
        await asyncio.sleep(0)
        assert done == []
        go_on.set()
        writer.close()
        assert done == ["slow", "next"]
        await next_one

    asyncio.run(calls())
