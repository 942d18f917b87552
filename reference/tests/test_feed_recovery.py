"""Whatever of the city is lost or put back from an older copy: issuance ends up with the city's records. [2.6]"""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from reference.tests.chain_pieces import (
    EVENING,
    MUNICIPALITY,
    Chain,
    IssuingEnd,
    Story,
    in_chain,
    key_of,
    make_authority,
    recorded_in,
    until,
)

from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest, GetChangeRequest
from kofu.v1.feed_pb2 import FeedAcknowledgement, FeedRequest, FeedResponse, FeedResume
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import FeedState, Registers
from kofu_reference.core.system import Core
from kofu_reference.feed.sender import FeedSender
from kofu_reference.relay.system import Relay
from kofu_reference.runtime import Refusal, System, call
from kofu_reference.storage import SqliteDatabase
from kofu_spec.pki.tls import TlsAuthority

KEY: Final = key_of("card-expiring")
SYSTEMS: Final = (IssuingEnd, Relay, Core)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    return make_authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def chain(tmp_path: Path, tls: TlsAuthority) -> Callable[[Story], None]:
    """Runs a story in a chain in which nothing is started yet."""
    return lambda story: in_chain(tmp_path, tls, story)


def new_name(name: str) -> FileChangeRequest:
    return FileChangeRequest(municipality_code=MUNICIPALITY, change_name=ChangeName(resident_key=KEY, name=name))


async def file(chain: Chain, *names: str) -> int:
    """Files a new name after another; the number of the last change."""
    number = 0
    async with chain.counter() as counter:
        for name in names:
            number = (await call(counter.FileChange, new_name(name), timeout=5)).number
    return number


async def is_acknowledged(chain: Chain, number: int) -> bool:
    async with chain.counter() as counter:
        request = GetChangeRequest(municipality_code=MUNICIPALITY, number=number)
        return bool((await call(counter.GetChange, request, timeout=5)).acknowledged)


async def at_one(chain: Chain, newest: int) -> None:
    """Waits until issuance has what the city has, and knows it."""
    await until(lambda: is_acknowledged(chain, newest))
    await until(chain.issuing.is_current)
    assert recorded_in(chain.issuing.path) == recorded_in(chain.config("core").data_folder / "core.sqlite3")


async def started(chain: Chain) -> None:
    for system in SYSTEMS:
        await chain.start(system)
    await at_one(chain, await file(chain, "一 番"))


def folder_of(chain: Chain, system: type[System]) -> Path:
    return chain.config(system.name).data_folder


async def keep_copy(chain: Chain, system: type[System]) -> Path:
    """A copy of all that a system has, taken while it is stopped; it goes on afterwards."""
    await chain.stop(system)
    copy = folder_of(chain, system).with_suffix(".copy")
    shutil.copytree(folder_of(chain, system), copy)
    await chain.start(system)
    return copy


async def put_back(chain: Chain, system: type[System], copy: Path | None, *, and_start: bool = True) -> None:
    """In place of what a system has: a copy of it, or nothing."""
    await chain.stop(system)
    shutil.rmtree(folder_of(chain, system))
    if copy is not None:
        shutil.copytree(copy, folder_of(chain, system))
    if and_start:
        await chain.start(system)


@pytest.mark.parametrize("copied", [False, True], ids=["lost", "an older copy"])
@pytest.mark.parametrize("which", [IssuingEnd, Relay], ids=["issuing", "relay"])
def test_server_that_lost_what_it_had_ends_up_with_the_citys_records(
    chain: Callable[[Story], None], which: type[System], copied: bool
) -> None:
    async def story(chain: Chain) -> None:
        await started(chain)
        copy = await keep_copy(chain, which) if copied else None
        await at_one(chain, await file(chain, "二 番", "三 番"))
        await put_back(chain, which, copy)
        await at_one(chain, await file(chain, "四 番"))

    chain(story)


def test_register_and_relay_lost_together_are_made_up_for(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await started(chain)
        for system in (IssuingEnd, Relay):
            await put_back(chain, system, None)
        await at_one(chain, await file(chain, "二 番"))

    chain(story)


def test_snapshot_that_breaks_off_is_begun_anew(chain: Callable[[Story], None]) -> None:
    """Each system on the way goes down in turn while a snapshot is on its way, and comes back."""

    async def story(chain: Chain) -> None:
        await chain.start(IssuingEnd, open_to=0)
        await chain.start(Relay)
        await chain.start(Core)
        for system in SYSTEMS:
            await until(lambda: chain.issuing.gate.parts > 0)
            await chain.stop(system)
            await chain.start(system, **({"open_to": 0} if system is IssuingEnd else {}))
            chain.issuing.gate.parts = 0
        chain.issuing.gate.open_to = float("inf")
        await at_one(chain, await file(chain, "一 番"))

    chain(story)


def feed_of(chain: Chain) -> FeedState:
    with closing(Registers(SqliteDatabase(folder_of(chain, Core) / "core.sqlite3"))) as registers:
        return registers.feed()


def file_alone(chain: Chain, *names: str) -> None:
    """Files changes in a core that nobody hears."""
    with closing(Registers(SqliteDatabase(folder_of(chain, Core) / "core.sqlite3"))) as registers:
        office = ChangeOffice(registers)
        for name in names:
            office.file(new_name(name), EVENING)


@pytest.mark.parametrize("meanwhile", [0, 1, 2, 5], ids=["at once", "fewer", "as many", "more"])
@pytest.mark.parametrize("relay_too", [False, True], ids=["", "relay lost"])
def test_core_restored_from_an_older_backup_begins_another_feed(
    chain: Callable[[Story], None], meanwhile: int, relay_too: bool
) -> None:
    """
    Two changes were fed that the backup does not have. Before anybody hears of the restored core it has filed others,
    under the same numbers: none of them may be passed over for one seen before.
    """

    async def story(chain: Chain) -> None:
        await started(chain)
        copy = await keep_copy(chain, Core)
        lost = await file(chain, "失 一", "失 二")
        await at_one(chain, lost)
        before = feed_of(chain)
        await put_back(chain, Core, copy, and_start=False)
        file_alone(chain, *(f"別 {number}" for number in range(meanwhile)))
        if relay_too:
            await put_back(chain, Relay, None)
        await chain.start(Core)
        await until(lambda: feed_of(chain).feed_id != before.feed_id)
        newest = await file(chain, "後 番")
        assert newest > lost
        await at_one(chain, newest)

    chain(story)


def test_change_that_a_restored_core_lost_is_not_found_there(chain: Callable[[Story], None]) -> None:
    async def story(chain: Chain) -> None:
        await started(chain)
        copy = await keep_copy(chain, Core)
        lost = await file(chain, "失 一", "失 二")
        await at_one(chain, lost)
        await put_back(chain, Core, copy)
        await at_one(chain, await file(chain, "後 番"))
        with pytest.raises(Refusal) as refused:
            await is_acknowledged(chain, lost)
        assert refused.value.name == "REASON_RECORD_NOT_FOUND"

    chain(story)


class Claiming:
    """A receiver that acknowledges what it was never sent, seen from the sender."""

    def __init__(self, answers: list[FeedResponse]) -> None:
        self._answers = iter(answers)

    async def write(self, request: FeedRequest) -> None: ...

    async def read(self) -> FeedResponse:
        for answer in self._answers:
            return answer
        await asyncio.Event().wait()
        raise AssertionError

    def cancel(self) -> None: ...


def acknowledgement(number: int) -> FeedResponse:
    return FeedResponse(acknowledgement=FeedAcknowledgement(number=number))


@pytest.mark.parametrize("system", [Core, Relay], ids=["core", "relay"])
def test_acknowledgement_of_what_was_never_sent_is_not_believed_and_logged(
    chain: Callable[[Story], None], caplog: pytest.LogCaptureFixture, system: type[System]
) -> None:
    async def story(chain: Chain) -> None:
        await started(chain)
        newest = await file(chain, "二 番")
        await at_one(chain, newest)
        await chain.stop(IssuingEnd)
        held = await file(chain, "三 番")
        source: Any = chain.core.outbox if system is Core else chain.relay.pending
        if system is Relay:
            await until(lambda: chain.relay.store.newest_number() == held)
        resume = FeedResume(next_number=held)
        dialled: list[Claiming] = []

        def dial() -> Claiming:
            dialled.append(Claiming([FeedResponse(resume=resume), acknowledgement(held + 1)]))
            return dialled[-1]

        sender = FeedSender(source, MUNICIPALITY, dial)
        sender.start()
        await until(lambda: len(dialled) > 2)
        await sender.stop()
        assert not await is_acknowledged(chain, held)
        await chain.start(IssuingEnd)
        await at_one(chain, held)

    caplog.set_level("WARNING")
    chain(story)
    assert "acknowledgement not believed" in caplog.messages
