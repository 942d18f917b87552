"""The feed from core to relay to issuing server over real mutual TLS: in order, once, through every restart. [2.6]"""

import asyncio
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import grpc
import grpc.aio
import pytest
from reference.tests.chain_pieces import (
    EVENING,
    LOAD_CHANGES,
    MUNICIPALITY,
    UNSEEN_SECONDS,
    Chain,
    IssuingEnd,
    Story,
    in_chain,
    key_of,
    make_authority,
    recorded,
    resident_of,
    until,
)

from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest, GetChangeRequest, GetChangeResponse
from kofu.v1.feed_pb2 import FeedChange, FeedHeartbeat, FeedHello, FeedRequest, FeedResponse, RecordChangeKind
from kofu.v1.reason_pb2 import Reason
from kofu_reference.core.system import Core
from kofu_reference.feed.sender import FeedSender
from kofu_reference.relay.system import Relay
from kofu_reference.runtime import Refusal, System, call
from kofu_reference.runtime.refusal import from_rpc_error
from kofu_spec.pki.tls import TlsAuthority

LOADED: Final = LOAD_CHANGES
"""The changes in which the city is loaded."""
FEED: Final = str(uuid.UUID(int=1))
KEY: Final = key_of("card-expiring")
NAME: Final = "\ufa19見\u3000\U00020bb7\u8fbb\U000e0102"
HELLO: Final = FeedRequest(hello=FeedHello(municipality_code=MUNICIPALITY, feed_id=FEED))


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    return make_authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def chain(tmp_path: Path, tls: TlsAuthority) -> Callable[[Story], None]:
    """Runs a story in a chain in which nothing is started yet."""
    return lambda story: in_chain(tmp_path, tls, story)


def new_name(name: str = NAME) -> FileChangeRequest:
    return FileChangeRequest(municipality_code=MUNICIPALITY, change_name=ChangeName(resident_key=KEY, name=name))


async def acknowledged(counter: Any, number: int) -> bool:
    request = GetChangeRequest(municipality_code=MUNICIPALITY, number=number)
    answer: GetChangeResponse = await call(counter.GetChange, request, timeout=5)
    return answer.acknowledged


async def file(counter: Any, times: int = 1) -> int:
    """Files changes at the counter; the number of the last."""
    number = 0
    for time in range(times):
        number = (await call(counter.FileChange, new_name(f"{NAME}{time}"), timeout=5)).number
    return number


async def arrived_as_filed(chain: Chain, newest: int) -> None:
    """Waits until the newest change is acknowledged; all were applied once and in order, and stand as filed."""
    async with chain.counter() as counter:
        await until(lambda: acknowledged(counter, newest))
    assert chain.issuing.applied() == list(range(1, newest + 1))
    assert recorded(chain.issuing.path) == recorded(chain.core.config.data_folder / "core.sqlite3")
    await until(chain.issuing.is_current)


def test_city_and_what_is_filed_arrive_once_in_order_and_code_point_by_code_point(
    chain: Callable[[Story], None],
) -> None:
    async def story(chain: Chain) -> None:
        for system in (Core, Relay, IssuingEnd):
            await chain.start(system)
        async with chain.counter() as counter:
            newest = await file(counter, times=25)
        assert newest == LOADED + 25
        await arrived_as_filed(chain, newest)
        (residents, _) = recorded(chain.issuing.path)
        assert [ord(character) for character in residents[KEY].name] == [ord(character) for character in f"{NAME}24"]

    chain(story)


def test_core_says_acknowledged_only_after_the_receiver_has(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        held = LOADED + 2
        await chain.start(IssuingEnd, open_to=held - 1)
        await chain.start(Relay)
        await chain.start(Core)
        async with chain.counter() as counter:
            assert await file(counter, times=4) == held + 2
            await until(lambda: chain.issuing.gate.holds_at == held)
            await until(lambda: acknowledged(counter, held - 1))
            for _ in range(20):
                assert not await acknowledged(counter, held)
                await asyncio.sleep(0.01)
            await chain.stop(Relay)
            await chain.start(Relay)
            assert await file(counter) == held + 3
            await until(lambda: chain.relay.store.newest_number() == held + 3)
            assert not await acknowledged(counter, held)
            chain.issuing.gate.open_to = held
            await until(lambda: acknowledged(counter, held))
            assert chain.issuing.applied() == list(range(1, held + 1))
            assert not await acknowledged(counter, held + 1)
            chain.issuing.gate.open_to = held + 3
        await arrived_as_filed(chain, held + 3)

    chain(story)


@pytest.mark.parametrize("which", [IssuingEnd, Relay, Core])
def test_restart_in_the_middle_loses_doubles_and_reorders_nothing(
    chain: Callable[[Story], None], which: type[System]
) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(IssuingEnd, open_to=2)
        await chain.start(Relay)
        await chain.start(Core)
        async with chain.counter() as counter:
            await file(counter, times=3)
            await until(lambda: chain.issuing.gate.holds_at == 3)
            await chain.stop(which)
            await chain.start(which)
            chain.issuing.gate.open_to = float("inf")
            newest = await file(counter, times=3)
        assert newest == LOADED + 6
        await arrived_as_filed(chain, newest)

    chain(story)


def test_whoever_is_away_for_a_while_gets_everything_afterwards(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Core)
        async with chain.counter() as counter:
            await file(counter)
            await chain.start(Relay)
            await until(lambda: chain.relay.store.newest_number() == LOADED + 1)
            await chain.start(IssuingEnd)
            await until(lambda: acknowledged(counter, LOADED + 1))
            for away in (Relay, IssuingEnd):
                await chain.stop(away)
                await file(counter, times=2)
                await chain.start(away)
                newest = await file(counter)
                await until(partial(acknowledged, counter, newest))
        await arrived_as_filed(chain, LOADED + 7)

    chain(story)


def change(number: int) -> FeedRequest:
    made = FeedChange(
        number=number, kind=RecordChangeKind.RECORD_CHANGE_KIND_PERSONAL_ITEMS, residents=[resident_of(KEY)]
    )
    made.committed_at.FromDatetime(EVENING)
    return FeedRequest(change=made)


def heartbeat(newest: int) -> FeedRequest:
    return FeedRequest(heartbeat=FeedHeartbeat(newest_number=newest))


def test_relay_tells_the_newest_number_of_the_core_and_never_its_own_for_it(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(IssuingEnd)
        await chain.start(Relay)
        async with chain.feeding("core", to="relay") as feed:
            for request in (HELLO, change(1)):
                await feed.write(request)
            await until(lambda: chain.issuing.applied() == [1])
            await feed.write(heartbeat(2))
            await until(lambda: bool(chain.issuing.gate.newest_told))
            assert set(chain.issuing.gate.newest_told) == {2}
            assert not await chain.issuing.is_current()
            await feed.write(change(2))
            await until(chain.issuing.is_current)
            told = len(chain.issuing.gate.newest_told)
            await until(lambda: len(chain.issuing.gate.newest_told) > told)

    chain(story)


async def fed(chain: Chain, role: str, to: str, *requests: FeedRequest) -> list[FeedResponse]:
    """Says all this to a receiver and closes; what it answers."""
    async with chain.feeding(role, to) as feed:
        for request in requests:
            await feed.write(request)
        await feed.done_writing()
        answers, reason = await answers_of(feed)
    assert reason == "", "refused"
    return answers


async def refused(chain: Chain, role: str, to: str, *requests: FeedRequest) -> tuple[list[FeedResponse], str]:
    """Says all this to a receiver, the last of it wrong; what it answers, and the reason for which it ends the feed.

    Nothing is said after what is wrong: a client that still writes may be told of a broken line instead of the reason.
    """
    async with chain.feeding(role, to) as feed:
        for request in requests:
            await feed.write(request)
        return await answers_of(feed)


async def answers_of(feed: Any) -> tuple[list[FeedResponse], str]:
    """What comes until the feed ends, and the reason of a refusal."""
    answers: list[FeedResponse] = []
    try:
        async with asyncio.timeout(UNSEEN_SECONDS):
            while isinstance(answer := await feed.read(), FeedResponse):
                answers.append(answer)
    except grpc.aio.AioRpcError as error:
        return answers, from_rpc_error(error).name
    return answers, ""


ELSEWHERE: Final = FeedRequest(hello=FeedHello(municipality_code="992020", feed_id=FEED))
ANOTHER_FEED: Final = FeedRequest(hello=FeedHello(municipality_code=MUNICIPALITY, feed_id=str(uuid.UUID(int=2))))


@pytest.mark.parametrize(
    ("requests", "answered", "reason"),
    [
        ([HELLO, HELLO], 1, "REASON_OUT_OF_ORDER"),
        ([change(1)], 0, "REASON_OUT_OF_ORDER"),
        ([heartbeat(0)], 0, "REASON_OUT_OF_ORDER"),
        ([ELSEWHERE], 0, "REASON_MUNICIPALITY_NOT_SERVED"),
        ([HELLO, change(2)], 1, "REASON_FEED_GAP"),
        ([HELLO, FeedRequest()], 1, "REASON_INVALID_REQUEST"),
    ],
    ids=["second hello", "change first", "heartbeat first", "another municipality", "gap", "empty"],
)
@pytest.mark.parametrize(("role", "receiver"), [("core", Relay), ("relay", IssuingEnd)])
def test_receivers_refuse_what_is_out_of_order(
    chain: Callable[[Story], None],
    role: str,
    receiver: type[System],
    requests: list[FeedRequest],
    answered: int,
    reason: str,
) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(receiver)
        assert await refused(chain, role, receiver.name, *requests) == ([resume(1)] * answered, reason)
        assert await fed(chain, role, receiver.name, HELLO) == [resume(1)]

    chain(story)


@pytest.mark.parametrize(("role", "receiver"), [("issuing", Relay), ("counter", Relay), ("core", IssuingEnd)])
def test_feed_of_any_but_the_one_sender_is_refused(
    chain: Callable[[Story], None], role: str, receiver: type[System]
) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(receiver)
        assert await refused(chain, role, receiver.name) == ([], "REASON_ROLE_NOT_ALLOWED")

    chain(story)


def resume(number: int) -> FeedResponse:
    answer = FeedResponse()
    answer.resume.next_number = number
    return answer


@pytest.mark.parametrize(("role", "receiver"), [("core", Relay), ("relay", IssuingEnd)])
def test_receivers_go_on_where_they_are_and_refuse_another_feed(
    chain: Callable[[Story], None], role: str, receiver: type[System]
) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(receiver)
        await fed(chain, role, receiver.name, HELLO, change(1), change(1), change(2))
        assert (await fed(chain, role, receiver.name, HELLO))[0] == resume(3)
        assert await refused(chain, role, receiver.name, ANOTHER_FEED) == ([], "REASON_FEED_GAP")

    chain(story)


def test_core_that_comes_back_is_told_what_was_acknowledged_meanwhile(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(Relay)
        await fed(chain, "core", "relay", HELLO, change(1), change(2))
        await chain.start(IssuingEnd)
        await until(lambda: chain.relay.store.acknowledged_number() == 2)
        async with chain.feeding("core", to="relay") as feed:
            await feed.write(HELLO)
            assert [await feed.read(), (await feed.read()).acknowledgement.number] == [resume(3), 2]

    chain(story)


def test_relay_that_comes_back_is_told_what_was_applied_meanwhile(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await chain.start(IssuingEnd)
        await fed(chain, "relay", "issuing", HELLO, change(1), change(2))
        answers = await fed(chain, "relay", "issuing", HELLO)
        assert [answer.acknowledgement.number for answer in answers] == [0, 2]

    chain(story)


class BreakingLine:
    """A line to a receiver that breaks when told, seen from the sender."""

    def __init__(self) -> None:
        self.answers = iter([resume(1)])
        self.reading, self.broken = asyncio.Event(), asyncio.Event()

    async def write(self, request: FeedRequest) -> None: ...

    async def read(self) -> FeedResponse:
        for answer in self.answers:
            return answer
        self.reading.set()
        await self.broken.wait()
        raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE)

    def cancel(self) -> None: ...


@pytest.mark.parametrize("steps", range(5))
def test_sender_ends_also_when_the_line_breaks_at_that_moment(steps: int) -> None:
    class Nothing:
        async def feed_id(self) -> str:
            return FEED

        async def changes_from(self, number: int, most: int) -> list[FeedChange]:
            return []

        async def newest_number(self) -> int:
            return 0

        async def acknowledged(self, number: int) -> None: ...

    async def story() -> None:
        line = BreakingLine()
        sender = FeedSender(Nothing(), MUNICIPALITY, lambda: line)
        sender.start()
        await line.reading.wait()
        line.broken.set()
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await sender.stop()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(story())
