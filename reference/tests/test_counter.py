"""The counter lifts a lock after an identity check, and hands record changes to the core system. [3.3.11, 2.6]"""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import grpc.aio
import pytest

from kofu.testing.v1 import control_pb2
from kofu.v1 import counter_pb2, counter_pb2_grpc, feed_pb2, reason_pb2
from kofu_reference.card.box import CardBox
from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import CardMemory
from kofu_reference.card.reader import JpkiReader, PinAccepted, PinLocked, PinRejected
from kofu_reference.counter.journal import CheckRecord, CounterJournal
from kofu_reference.counter.service import CounterServicer
from kofu_reference.runtime import CivilClock, Refusal

Answer = TypeVar("Answer")
NOON = datetime(2026, 10, 7, 3, 0, tzinfo=UTC)
CHECKED = counter_pb2.IdentityCheck(document_shown="運転免許証", clerk_id="SHIMIN01")
CHANGE = counter_pb2.FileChangeRequest(
    municipality_code="992011", cancel_seal=counter_pb2.CancelSeal(resident_key="r00000001")
)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "cards" / "locked"
    folder.mkdir(parents=True)
    (folder / "auth.der").write_bytes(b"certificate")
    (folder / "nv.json").write_text(json.dumps({"auth": {"pin": "1234", "tries": 0}}))
    return folder


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[CounterJournal]:
    journal = CounterJournal(tmp_path / "counter.sqlite3")
    yield journal
    journal.close()


@dataclass
class Counter:
    """The counter, with a core system that answers as told."""

    cards: CardBox
    journal: CounterJournal
    core: counter_pb2_grpc.CounterServiceServicer = field(default_factory=counter_pb2_grpc.CounterServiceServicer)

    async def _ask(self, method: str, request: object) -> object:
        server = grpc.aio.server()
        counter_pb2_grpc.add_CounterServiceServicer_to_server(self.core, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        clock = CivilClock()
        clock.set(control_pb2.CLOCK_MODE_FROZEN, NOON)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = counter_pb2_grpc.CounterServiceStub(channel)
            servicer = CounterServicer(self.cards, self.journal, clock, stub)
            try:
                return await getattr(servicer, method)(request, None)
            finally:
                await server.stop(None)

    def ask(self, method: str, request: object) -> object:
        return asyncio.run(self._ask(method, request))


@pytest.fixture
def counter(card: Path, journal: CounterJournal) -> Counter:
    return Counter(CardBox(card.parent), journal)


def reader_with(card: Path) -> JpkiReader:
    reader = JpkiReader(VirtualCard(card))
    reader.select_application()
    return reader


def test_identity_check_lifts_the_lock_and_sets_the_new_pin(counter: Counter, card: Path) -> None:
    before = reader_with(card)
    assert before.verify("1234") == PinLocked()
    request = counter_pb2.UnblockPinRequest(card_id="locked", new_pin="9876", identity_check=CHECKED)
    counter.ask("UnblockPin", request)
    assert before.verify("1234") == PinRejected(2)
    assert reader_with(card).verify("9876") == PinAccepted()


def test_check_is_recorded_without_an_item_of_the_person(
    counter: Counter, journal: CounterJournal, tmp_path: Path
) -> None:
    request = counter_pb2.UnblockPinRequest(card_id="locked", new_pin="9876", identity_check=CHECKED)
    counter.ask("UnblockPin", request)
    assert journal.checks() == [CheckRecord(NOON, "SHIMIN01", "運転免許証", "locked")]
    for path in tmp_path.glob("counter.sqlite3*"):
        assert b"9876" not in path.read_bytes()


@pytest.mark.parametrize(
    "identity_check",
    [
        None,
        counter_pb2.IdentityCheck(),
        counter_pb2.IdentityCheck(clerk_id="SHIMIN01"),
        counter_pb2.IdentityCheck(document_shown="運転免許証"),
    ],
)
def test_without_an_identity_check_the_card_stays_locked(
    counter: Counter, card: Path, journal: CounterJournal, identity_check: counter_pb2.IdentityCheck | None
) -> None:
    request = counter_pb2.UnblockPinRequest(card_id="locked", new_pin="9876", identity_check=identity_check)
    with pytest.raises(Refusal) as refused:
        counter.ask("UnblockPin", request)
    assert refused.value.reason == reason_pb2.REASON_IDENTITY_CHECK_MISSING
    assert CardMemory(card).read()["auth"].tries == 0
    assert journal.checks() == []


def test_unknown_card(counter: Counter, journal: CounterJournal) -> None:
    request = counter_pb2.UnblockPinRequest(card_id="nobodys", new_pin="9876", identity_check=CHECKED)
    with pytest.raises(Refusal) as refused:
        counter.ask("UnblockPin", request)
    assert refused.value.reason == reason_pb2.REASON_RECORD_NOT_FOUND
    assert journal.checks() == []


@dataclass
class Core(counter_pb2_grpc.CounterServiceServicer):
    """A core system that notes what it is asked."""

    refusal: Refusal | None = None
    asked: list[object] = field(default_factory=list)

    async def FileChange(  # noqa: N802
        self, request: counter_pb2.FileChangeRequest, context: object
    ) -> counter_pb2.FileChangeResponse:
        return await self._answer(
            request, context, counter_pb2.FileChangeResponse(number=7, kind=feed_pb2.RECORD_CHANGE_KIND_SEAL_CANCELLED)
        )

    async def GetChange(  # noqa: N802
        self, request: counter_pb2.GetChangeRequest, context: object
    ) -> counter_pb2.GetChangeResponse:
        return await self._answer(request, context, counter_pb2.GetChangeResponse(acknowledged=True))

    async def _answer(self, request: object, context: Any, response: Answer) -> Answer:
        self.asked.append(request)
        if self.refusal is not None:
            await context.abort(self.refusal.status_code, self.refusal.name, self.refusal.trailing_metadata())
        return response


def test_changes_and_questions_reach_the_core_system_unchanged(counter: Counter) -> None:
    counter.core = core = Core()
    question = counter_pb2.GetChangeRequest(municipality_code="992011", number=7)
    filed = counter.ask("FileChange", CHANGE)
    told = counter.ask("GetChange", question)
    assert core.asked == [CHANGE, question]
    assert filed == counter_pb2.FileChangeResponse(number=7, kind=feed_pb2.RECORD_CHANGE_KIND_SEAL_CANCELLED)
    assert told == counter_pb2.GetChangeResponse(acknowledged=True)


def test_refusal_of_the_core_system_comes_back_unchanged(counter: Counter) -> None:
    counter.core = Core(Refusal(reason_pb2.REASON_RECORD_NOT_FOUND, field="resident_key"))
    with pytest.raises(Refusal) as refused:
        counter.ask("FileChange", CHANGE)
    assert refused.value.reason == reason_pb2.REASON_RECORD_NOT_FOUND
    assert refused.value.metadata == {"field": "resident_key"}


def test_two_readers_at_once_never_share_a_try(card: Path) -> None:
    CardMemory(card).set_pin("auth", "1234")
    with ThreadPoolExecutor(6) as readers:
        verdicts = list(readers.map(lambda _: reader_with(card).verify("0000"), range(6)))
    assert sorted(v.tries_left for v in verdicts if isinstance(v, PinRejected)) == [1, 2]
    assert verdicts.count(PinLocked()) == 4
