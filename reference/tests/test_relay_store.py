"""What the relay holds of the feed and for how long, and that koseki requests pass it by. [2.6, 2.9]"""

import asyncio
import threading
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc.aio
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.tests.chain_pieces import (
    EVENING,
    MUNICIPALITY,
    Chain,
    KosekiEnd,
    Story,
    in_chain,
    key_of,
    make_authority,
    resident_of,
)

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate, Holder, KosekiAllOptions
from kofu.v1.document_pb2 import Document, KosekiItems
from kofu.v1.feed_pb2 import FeedChange, FeedResume, FeedSnapshotPart, RecordChangeKind
from kofu.v1.koseki_pb2 import IssueKosekiRequest, IssueKosekiResponse
from kofu.v1.reason_pb2 import Reason
from kofu_reference.relay.passage import Passage
from kofu_reference.relay.pending import Pending
from kofu_reference.relay.store import Position, Store
from kofu_reference.relay.system import Relay
from kofu_reference.runtime import Refusal, call
from kofu_reference.runtime.config import WaitsConfig
from kofu_reference.runtime.refusal import from_rpc_error
from kofu_reference.runtime.writer import Writer
from kofu_spec.pki.tls import TlsAuthority

FEED: Final = str(uuid.UUID(int=1))
ANOTHER: Final = str(uuid.UUID(int=2))
MARK: Final = "\ufa19秘\U00020bb7密"
"""A name that stands nowhere else."""

Answer = TypeVar("Answer")


def change_id(number: int) -> str:
    return str(uuid.UUID(int=number))


def change(number: int, name: str = MARK) -> FeedChange:
    resident = resident_of(key_of("large-household"))
    resident.name = f"{name}{number}"
    made = FeedChange(
        number=number,
        kind=RecordChangeKind.RECORD_CHANGE_KIND_PERSONAL_ITEMS,
        residents=[resident],
        change_id=change_id(number),
    )
    made.committed_at.FromDatetime(EVENING)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relay.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store(path)) as store:
        store.open_feed(FEED)
        yield store


def fill(store: Store, *numbers: int) -> None:
    for number in numbers:
        store.add(change(number))


def gap(caught: "pytest.ExceptionInfo[Refusal]") -> dict[str, str]:
    assert caught.value.reason == Reason.REASON_FEED_GAP
    return caught.value.metadata


def test_changes_are_held_whole_and_told_in_order(store: Store) -> None:
    fill(store, 1, 2, 3)
    assert store.changes_from(1, 10) == [change(1), change(2), change(3)]
    assert store.changes_from(2, 1) == [change(2)]
    assert store.changes_from(4, 10) == []
    assert store.newest_number() == 3


def test_number_seen_before_is_passed_over(store: Store) -> None:
    fill(store, 1, 2)
    store.add(change(1, "another"))
    store.add(change(2, "another"))
    assert store.changes_from(1, 10) == [change(1), change(2)]
    assert store.newest_number() == 2


def test_number_acknowledged_before_is_passed_over(store: Store) -> None:
    fill(store, 1, 2)
    store.acknowledge(2)
    fill(store, 1, 2, 3)
    assert store.acknowledged_number() == 2
    assert store.changes_from(3, 10) == [change(3)]


def test_number_left_out_is_a_gap_and_not_taken(store: Store) -> None:
    fill(store, 1)
    with pytest.raises(Refusal) as caught:
        store.add(change(3))
    assert gap(caught) == {"expected": "2", "received": "3"}
    assert store.changes_from(1, 10) == [change(1)]
    fill(store, 2, 3)
    assert store.newest_number() == 3


def test_feed_goes_on_where_it_was(store: Store) -> None:
    fill(store, 1, 2)
    assert not store.open_feed(FEED)
    assert store.position() == Position(FEED, 2, change_id(2), 1, 0)
    assert store.changes_from(1, 10) == [change(1), change(2)]


def test_of_a_feed_that_was_built_anew_nothing_of_the_former_counts(store: Store) -> None:
    fill(store, 1, 2)
    store.acknowledge(1)
    assert store.open_feed(ANOTHER)
    assert store.position() == Position(ANOTHER, None, "", 1, 0)
    assert store.changes_from(1, 10) == []


def resume(next_number: int, *, wanted: bool = False, last: str | None = None) -> FeedResume:
    """What the issuing server says; by default with the id of the change before the next number."""
    known = change_id(next_number - 1) if next_number > 1 else ""
    return FeedResume(next_number=next_number, snapshot_wanted=wanted, last_change_id=known if last is None else last)


def test_relay_that_knows_nothing_of_a_feed_goes_on_where_the_issuing_server_is(store: Store) -> None:
    assert not store.receiver_resumed(resume(31))
    assert store.position() == Position(FEED, 30, change_id(30), 31, 30)
    fill(store, 31)
    assert store.changes_from(31, 10) == [change(31)]


def test_relay_that_was_restored_from_an_older_copy_goes_on_where_the_issuing_server_is(store: Store) -> None:
    fill(store, 1, 2)
    assert not store.receiver_resumed(resume(6))
    assert store.position() == Position(FEED, 5, change_id(5), 6, 5)
    assert store.changes_from(6, 10) == []


def test_what_the_issuing_server_has_when_it_comes_back_is_acknowledged(store: Store) -> None:
    fill(store, 1, 2, 3)
    assert not store.receiver_resumed(resume(3))
    assert store.acknowledged_number() == 2
    assert store.changes_from(3, 10) == [change(3)]


@pytest.mark.parametrize(
    "asks",
    [resume(1, wanted=True), resume(2), resume(4, last=change_id(99))],
    ids=["nothing is there", "what it needs is gone", "another change stands there"],
)
def test_issuing_server_that_can_not_go_on_from_what_is_held_needs_a_snapshot(store: Store, asks: FeedResume) -> None:
    fill(store, 1, 2, 3)
    store.acknowledge(2)
    assert store.receiver_resumed(asks)
    assert store.changes_from(3, 10) == [change(3)], "it is held until the snapshot is acknowledged"


def test_relay_that_holds_the_feed_from_its_first_change_on_needs_no_snapshot(store: Store) -> None:
    fill(store, 1, 2)
    assert not store.receiver_resumed(resume(1, wanted=True))


def test_after_a_snapshot_the_number_after_it_comes_and_it_is_not_acknowledged_by_passing(store: Store) -> None:
    fill(store, 1, 2, 3)
    store.skip_to(2, change_id(2))
    assert store.position() == Position(FEED, 3, change_id(3), 1, 0)
    store.skip_to(9, change_id(9))
    assert store.position() == Position(FEED, 9, change_id(9), 10, 0)
    with pytest.raises(Refusal) as caught:
        store.changes_from(9, 10)
    assert gap(caught) == {"expected": "9", "held_from": "10"}
    fill(store, 10)
    assert store.changes_from(10, 10) == [change(10)]
    store.acknowledge(9)
    assert (store.acknowledged_number(), store.changes_from(10, 10)) == (9, [change(10)])


@pytest.mark.parametrize("number", [3, 1000])
def test_acknowledgement_of_what_never_came_is_not_believed(store: Store, number: int) -> None:
    fill(store, 1, 2)
    with pytest.raises(Refusal) as caught:
        store.acknowledge(number)
    assert gap(caught) == {"received": "2", "acknowledged": str(number)}
    assert store.acknowledged_number() == 0
    assert store.changes_from(1, 10) == [change(1), change(2)]


def test_without_a_feed_there_is_none(path: Path) -> None:
    with closing(Store(path)) as store:
        assert store.position() == Position(None, None, "", 1, 0)


def test_what_is_acknowledged_is_no_longer_to_be_had(store: Store) -> None:
    fill(store, 1, 2, 3)
    store.acknowledge(2)
    assert store.acknowledged_number() == 2
    assert store.changes_from(3, 10) == [change(3)]
    for number in (1, 2):
        with pytest.raises(Refusal) as caught:
            store.changes_from(number, 10)
        assert gap(caught) == {"expected": str(number), "held_from": "3"}


def test_acknowledgement_that_comes_late_takes_nothing_back(store: Store) -> None:
    fill(store, 1, 2, 3)
    store.acknowledge(3)
    store.acknowledge(1)
    assert store.acknowledged_number() == 3


def content(path: Path) -> bytes:
    """The bytes of every file that the store has."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("closed", [False, True], ids=["while it runs", "after its end"])
def test_of_what_is_acknowledged_no_byte_is_left_in_the_files(path: Path, closed: bool) -> None:
    """
    Promised is this much: once `acknowledge` returns, no file of the store has a byte of the change, its write-ahead
    log included; so neither a copy of the folder nor a relay that was killed gives a person's record away.
    What the disk keeps in places that belong to no file any more is not spoken of.
    """
    with closing(Store(path)) as store:
        store.open_feed(FEED)
        fill(store, *range(1, 41))
        assert content(path).count(MARK.encode()) >= 40
        store.acknowledge(39)
        if not closed:
            held_only(path, 40)
    if closed:
        held_only(path, 40)


def held_only(path: Path, number: int) -> None:
    bytes_left = content(path)
    assert f"{MARK}{number}".encode() in bytes_left
    assert bytes_left.count(MARK.encode()) == 1


def test_restart_keeps_everything(path: Path) -> None:
    with closing(Store(path)) as store:
        store.open_feed(FEED)
        fill(store, 1, 2, 3)
        store.acknowledge(1)
    with closing(Store(path)) as store:
        assert not store.open_feed(FEED)
        assert store.position() == Position(FEED, 3, change_id(3), 2, 1)
        assert store.changes_from(2, 10) == [change(2), change(3)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "acknowledge", "restart"]), st.integers(1, 6)), max_size=20))
def test_whatever_happens_the_store_holds_what_came_in_order_and_is_not_acknowledged(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("store") / "relay.sqlite3"
    store, came, acknowledged = Store(path), 0, 0
    for event, number in events:
        if event == "restart":
            store.close()
            store = Store(path)
        elif event == "acknowledge":
            acknowledged = max(acknowledged, min(number, came))
            store.acknowledge(min(number, came))
        elif number > came + 1:
            with pytest.raises(Refusal):
                store.add(change(number))
        else:
            store.add(change(number))
            came = max(came, number)

        assert (store.newest_number(), store.acknowledged_number()) == (came, acknowledged)
        assert store.changes_from(acknowledged + 1, 10) == [change(held) for held in range(acknowledged + 1, came + 1)]
    store.close()


class SlowStore(Store):
    """Takes an acknowledgement only when it is let."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def acknowledge(self, number: int) -> None:
        self.begun.set()
        self.go_on.wait(10)
        super().acknowledge(number)


def test_acknowledgement_is_passed_on_though_the_line_that_brought_it_broke(path: Path) -> None:
    async def broken_line(store: SlowStore) -> int:
        thread = Writer("relay")
        pending = Pending(store, thread)
        core_side = asyncio.create_task(pending.acknowledged_beyond(0))
        await asyncio.sleep(0.01)
        issuing_side = asyncio.create_task(pending.acknowledged(1))
        await asyncio.to_thread(store.begun.wait, 10)
        issuing_side.cancel()
        store.go_on.set()
        try:
            return await asyncio.wait_for(core_side, 2)
        finally:
            thread.close()

    with closing(SlowStore(path)) as store:
        fill(store, 1)
        assert asyncio.run(broken_line(store)) == 1


def part(number: int, of: str = "a", last: bool = False) -> FeedSnapshotPart:
    return FeedSnapshotPart(snapshot_id=of, part=number, number=7, last=last)


async def in_time(waiting: Coroutine[Any, Any, Answer]) -> Answer:
    """What comes of it; one that never ends fails its test."""
    return await asyncio.wait_for(waiting, 5)


def test_snapshot_passes_in_order_and_whoever_sends_waits_for_whoever_receives() -> None:
    async def story() -> None:
        passage = Passage()
        sending = asyncio.create_task(put_all(passage, *(part(number) for number in range(1, 9))))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not sending.done()
        assert [(await in_time(passage.get())).part for _ in range(8)] == list(range(1, 9))
        await in_time(sending)

    async def put_all(passage: Passage, *parts: FeedSnapshotPart) -> None:
        for one in parts:
            await passage.put(one)

    asyncio.run(story())


def test_rest_of_a_snapshot_that_broke_off_is_dropped_and_the_one_begun_anew_passes() -> None:
    async def story() -> None:
        passage = Passage()
        for late in (part(57), part(58, last=True)):
            await in_time(passage.put(late))
        await in_time(passage.put(part(1, "b")))
        assert await in_time(passage.get()) == part(1, "b")

    asyncio.run(story())


def test_closed_passage_lets_go_of_both_ends() -> None:
    async def story() -> None:
        full, empty = Passage(), Passage()
        for number in (1, 2):
            await in_time(full.put(part(number)))
        sending, receiving = asyncio.create_task(full.put(part(3))), asyncio.create_task(empty.get())
        await asyncio.sleep(0)
        full.close()
        empty.close()
        await in_time(sending)
        with pytest.raises(Refusal):
            await in_time(receiving)

    asyncio.run(story())


def test_what_the_core_told_is_passed_on_for_a_moment_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A core that is silent is not made up for by the relay."""
    now = 100.0
    monkeypatch.setattr("kofu_reference.relay.pending.time.monotonic", lambda: now)

    async def told(store: Store) -> list[int | None]:
        nonlocal now
        thread = Writer("relay")
        pending = Pending(store, thread)
        try:
            heard = [await pending.newest_number()]
            pending.note_newest(5)
            heard.append(await pending.newest_number())
            now += 1.9
            heard.append(await pending.newest_number())
            now += 0.2
            return [*heard, await pending.newest_number()]
        finally:
            thread.close()

    with closing(Store(path)) as store:
        assert asyncio.run(told(store)) == [None, 5, 5, None]


REQUEST: Final = IssueKosekiRequest(
    request_id=str(uuid.UUID(int=3)),
    municipality_code=MUNICIPALITY,
    holder=Holder(issuer_key_id=bytes(20), certificate_serial="1a"),
    application=Application(koseki_all_matters=KosekiAllOptions()),
    received_at=Timestamp(seconds=1, nanos=999),
)
DOCUMENT: Final = Document(
    document_id=str(uuid.UUID(int=4)),
    request_id=REQUEST.request_id,
    kind=CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS,
    issued_on=CivilDate(year=2026, month=10, day=7),
    pdf=MARK.encode() + bytes(range(256)) * 20_000,
    koseki_all_matters=KosekiItems(head_of_register=MARK),
)
REFUSED: Final = Refusal(Reason.REASON_KOSEKI_FILING_IN_PROGRESS, field="koseki", rule="filing")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    return make_authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def chain(tmp_path: Path, tls: TlsAuthority) -> Callable[[Story], None]:
    """Runs a story in a chain in which nothing is started yet."""
    return lambda story: in_chain(tmp_path, tls, story)


class Impatient(Chain):
    """A chain whose relay waits half a second for the koseki system."""

    waits = WaitsConfig(koseki_seconds=0.5)


def test_koseki_requests_and_certificates_pass_the_relay_unchanged_and_leave_nothing_there(
    chain: Callable[[Story], None],
) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Relay)
        await chain.start(KosekiEnd)
        chain.koseki.answer = IssueKosekiResponse(document=DOCUMENT)
        async with chain.koseki_by_relay() as relay:
            answer = await call(relay.IssueKoseki, REQUEST, timeout=5)
        assert chain.koseki.asked == [REQUEST]
        assert answer == IssueKosekiResponse(document=DOCUMENT)
        for kept in chain.relay.config.data_folder.iterdir():
            assert MARK.encode() not in kept.read_bytes()
            assert REQUEST.request_id.encode() not in kept.read_bytes()

    chain(story)


async def koseki_refused(chain: Chain, timeout: float | None, role: str = "issuing") -> Refusal:
    """Asks for a koseki certificate by the relay, in vain."""
    async with chain.koseki_by_relay(role) as relay:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await relay.IssueKoseki(REQUEST, timeout=timeout)
    return from_rpc_error(caught.value)


def test_refusal_of_the_koseki_system_comes_back_with_its_reason_and_metadata(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Relay)
        await chain.start(KosekiEnd)
        chain.koseki.answer = REFUSED
        refusal = await koseki_refused(chain, timeout=5)
        assert (refusal.reason, refusal.metadata) == (REFUSED.reason, REFUSED.metadata)

    chain(story)


def test_silent_koseki_system_is_waited_for_no_longer_than_the_caller_waits(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Relay)
        await chain.start(KosekiEnd)
        assert (await koseki_refused(chain, timeout=1)).reason == Reason.REASON_TIMED_OUT
        assert chain.koseki.asked == [REQUEST]
        assert chain.koseki.seconds_given[0] <= 1

    chain(story)


def test_silent_koseki_system_is_not_waited_for_without_end(tmp_path: Path, tls: TlsAuthority) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Relay)
        await chain.start(KosekiEnd)
        assert (await koseki_refused(chain, timeout=None)).reason == Reason.REASON_TIMED_OUT
        assert chain.koseki.asked == [REQUEST]

    in_chain(tmp_path, tls, story, Impatient)


def test_without_a_koseki_system_the_relay_says_so(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Relay)
        assert (await koseki_refused(chain, timeout=5)).reason == Reason.REASON_UPSTREAM_UNAVAILABLE

    chain(story)


def test_koseki_requests_of_others_than_the_issuing_server_do_not_pass(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Relay)
        await chain.start(KosekiEnd)
        for role in ("core", "koseki", "counter"):
            refusal = await koseki_refused(chain, timeout=5, role=role)
            assert refusal.reason == Reason.REASON_ROLE_NOT_ALLOWED
        assert chain.koseki.asked == []

    chain(story)
