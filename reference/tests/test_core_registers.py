"""The core's registers: a change and its place in the feed are one, and the city is loaded once. [2.1, 2.3, 2.6]"""

import asyncio
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
from reference.tests.places import Places

from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest, GetChangeRequest, LinkCards, UnblockPinRequest
from kofu.v1.feed_pb2 import FeedChange, FeedSnapshotPart, RecordChangeKind
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import FeedState, Registers
from kofu_reference.core.system import Core
from kofu_reference.runtime import Refusal, call
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.writer import Writer
from kofu_spec.pki.tls import TlsAuthority

KEY: Final = key_of("card-expiring")
Recorded = tuple[dict[str, ResidentRecord], dict[tuple[str, int], TaxRecord]]
INITIAL_LOAD: Final = RecordChangeKind.RECORD_CHANGE_KIND_INITIAL_LOAD


@pytest.fixture
def place(places: Places) -> str:
    return places.fresh()


@pytest.fixture
def registers(places: Places, place: str) -> Iterator[Registers]:
    with closing(Registers(places.open(place))) as registers:
        yield registers


def new_name(name: str) -> FileChangeRequest:
    return FileChangeRequest(municipality_code=MUNICIPALITY, change_name=ChangeName(resident_key=KEY, name=name))


def load(registers: Registers) -> None:
    with registers.transaction():
        registers.commit(INITIAL_LOAD, EVENING, [resident_of(KEY)])


def standing(places: Places, place: str) -> tuple[dict[str, ResidentRecord], dict[tuple[str, int], TaxRecord]]:
    """The records as another one sees them."""
    with closing(places.open(place)) as database:
        return recorded(database)


@pytest.mark.parametrize("table", ["outbox", "resident", "holder"])
def test_change_that_breaks_off_in_the_middle_leaves_neither_record_nor_place_in_the_feed(
    places: Places, place: str, registers: Registers, table: str
) -> None:
    load(registers)
    office = ChangeOffice(registers)
    places.break_inserts(place, table)

    with pytest.raises(Exception, match="no place left"):
        office.file(new_name("新見\u3000例"), EVENING)

    assert standing(places, place) == ({KEY: resident_of(KEY)}, {})
    assert registers.newest_number() == 1

    places.mend(place, table)
    assert office.file(new_name("新見\u3000例"), EVENING).number == 2
    assert standing(places, place) == replayed(registers.changes_from(1, 9))


def test_nobody_else_sees_a_change_before_it_is_whole(places: Places, place: str, registers: Registers) -> None:
    load(registers)
    with registers.transaction():
        registers.commit(INITIAL_LOAD, EVENING, [resident_of(key_of("no-seal"))])
        assert standing(places, place) == ({KEY: resident_of(KEY)}, {})


def test_what_was_filed_is_there_after_a_restart(places: Places, place: str) -> None:
    with closing(Registers(places.open(place))) as registers:
        load(registers)
        ChangeOffice(registers).file(new_name("\ufa19見\u3000例"), EVENING)
        registers.acknowledge(1)
        feed, changes = registers.feed(), registers.changes_from(1, 9)
    with closing(Registers(places.open(place))) as registers:
        assert registers.feed() == feed
        assert registers.acknowledged_number() == 1
        assert registers.changes_from(1, 9) == changes
        assert registers.resident(KEY) == changes[1].residents[0]
        assert ChangeOffice(registers).file(new_name("新見\u3000例"), EVENING).number == 3


def test_acknowledgement_that_comes_late_takes_nothing_back(registers: Registers) -> None:
    registers.acknowledge(3)
    registers.acknowledge(2)
    assert registers.acknowledged_number() == 3


def test_registers_made_anew_are_another_feed(registers: Registers, places: Places) -> None:
    with closing(Registers(places.open(places.fresh()))) as anew:
        assert anew.feed().feed_id != registers.feed().feed_id


def test_changes_are_told_in_order_from_any_number_on(registers: Registers) -> None:
    for _ in range(12):
        load(registers)
    assert [change.number for change in registers.changes_from(9, 2)] == [9, 10]
    assert [change.number for change in registers.changes_from(9, 20)] == [9, 10, 11, 12]
    assert registers.changes_from(13, 20) == []


def snapshot_of(registers: Registers) -> list[FeedSnapshotPart]:
    return list(registers.snapshot())


def test_snapshot_is_all_that_is_recorded_at_one_moment_in_parts_that_follow_one_another(
    registers: Registers,
) -> None:
    with registers.transaction():
        registers.load(RESIDENTS.values(), TAXES.values())
    whole = registers.snapshot()
    first = next(whole)
    ChangeOffice(registers).file(new_name("新見\u3000例"), EVENING)
    parts = [first, *whole]
    for part in parts:
        protovalidate.validate(part)
        assert (part.snapshot_id, part.number, part.change_id) == (first.snapshot_id, 1, first.change_id)
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert replayed([FeedChange(residents=part.residents, taxes=part.taxes) for part in parts]) == (RESIDENTS, TAXES)

    again = snapshot_of(registers)
    assert {part.number for part in again} == {2}
    assert again[0].snapshot_id != first.snapshot_id
    assert again[0].change_id == registers.changes_from(2, 1)[0].change_id


def test_snapshot_of_many_is_of_parts_that_a_message_can_hold(registers: Registers) -> None:
    template = resident_of(key_of("no-seal"))

    def named(number: int) -> ResidentRecord:
        record = ResidentRecord.FromString(template.SerializeToString())
        record.control.resident_key = f"r{number:08d}"
        record.control.ClearField("holders")
        return record

    with registers.transaction():
        registers.load(map(named, range(1, 1203)), [])
    whole = registers.snapshot()
    first = next(whole)
    renamed = named(1200)
    renamed.name = "後\u3000番"
    with registers.transaction():
        registers.commit(RecordChangeKind.RECORD_CHANGE_KIND_CORRECTION, EVENING, [renamed])
    parts = [first, *whole]
    assert [len(part.residents) for part in parts] == [500, 500, 202]
    assert parts[2].residents[199] == named(1200), "as it stood when the snapshot began"
    keys = [resident.control.resident_key for part in parts for resident in part.residents]
    assert keys == [f"r{number:08d}" for number in range(1, 1203)]


def test_feed_that_is_begun_anew_gives_no_number_twice(registers: Registers) -> None:
    load(registers)
    former = registers.feed()
    registers.begin_feed_anew(receiver_has=7)
    assert registers.feed().feed_id != former.feed_id
    assert ChangeOffice(registers).file(new_name("新見\u3000例"), EVENING).number == 8
    assert [registers.was_given(number) for number in (1, 2, 7, 8)] == [True, False, False, True]
    assert {part.number for part in snapshot_of(registers)} == {8}


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    return make_authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def city_hall(tmp_path: Path, tls: TlsAuthority, places: Places, place: str) -> Iterator[Chain]:
    """A chain in which only the core is ever started."""
    with ReservedPorts("127.0.0.1", ROLES) as ports:
        yield Chain(tmp_path, tls, ports, core=places.settings(place))


async def started(chain: Chain, *filings: FileChangeRequest) -> tuple[FeedState, list[FeedChange], Recorded]:
    """Starts the core, files changes, stops it again; its feed, all changes in it, and what is recorded."""
    core = chain.make(Core)
    try:
        await core.start()
        for filing in filings:
            await core.file(filing)
        parts = list(core.registers.snapshot())
        standing = replayed([FeedChange(residents=part.residents, taxes=part.taxes) for part in parts])
        return core.registers.feed(), list(await core.outbox.changes_from(1, 1000)), standing
    finally:
        await core.stop()


def test_first_start_records_the_whole_city_as_change_1(city_hall: Chain) -> None:
    feed, changes, standing = asyncio.run(started(city_hall))
    assert (feed.newest, feed.begins_after, feed.acknowledged) == (1, 1, 0)
    assert changes == []
    assert standing == (RESIDENTS, TAXES)


def test_city_is_loaded_once(city_hall: Chain) -> None:
    feed, changes, (residents, _) = asyncio.run(started(city_hall, new_name("新見\u3000例")))
    assert [change.number for change in changes] == [2]
    assert residents[KEY] == changes[0].residents[0]
    assert asyncio.run(started(city_hall)) == (feed, changes, (residents, TAXES))


def test_load_that_breaks_off_leaves_nothing_and_is_made_up_for_at_the_next_start(
    city_hall: Chain, places: Places
) -> None:
    config = city_hall.config("core")
    config.data_folder.mkdir()
    place = config.database_url or str(config.data_folder / "core.sqlite3")
    Registers(places.open(place)).close()
    places.break_inserts(place, "tax", f"new.resident_key = '{max(TAXES)[0]}'")
    with pytest.raises(Exception, match="no place left"):
        asyncio.run(started(city_hall))
    assert standing(places, place) == ({}, {})

    places.mend(place, "tax")
    assert asyncio.run(started(city_hall))[2] == (RESIDENTS, TAXES)


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
            assert await city_hall.core.outbox.newest_number() == 1
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
