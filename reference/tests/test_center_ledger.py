"""A request id serves once at the center, also among many that come together, and after a restart. [3.1.4]"""

import asyncio
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from kofu_reference.center.ledger import Ledger, LedgerDesk
from kofu_reference.runtime.writer import Writer

ID = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


class Watched(Ledger):
    """A ledger that tells how many ids were written in each step."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.steps: list[int] = []
        self.broken = False

    def use_all(self, request_ids: Sequence[str]) -> list[bool]:
        self.steps.append(len(request_ids))
        if self.broken:
            raise sqlite3.OperationalError("disk full")
        return super().use_all(request_ids)


def played(path: Path, story: Callable[[LedgerDesk, Watched], Awaitable[None]]) -> None:
    async def play() -> None:
        thread = Writer("ledger")
        ledger = await thread.run(Watched, path)
        try:
            await asyncio.wait_for(story(LedgerDesk(ledger, thread), ledger), 30)
        finally:
            await thread.run(ledger.close)
            thread.close()

    asyncio.run(play())


def new_ids(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


async def outcomes(desk: LedgerDesk, ids: Sequence[str]) -> list[str]:
    """`used` or the reason, each asked for at the same time."""
    told = await asyncio.gather(*map(desk.use, ids), return_exceptions=True)
    return ["used" if one is None else str(one) for one in told]


def test_id_serves_once_also_in_capitals_and_after_a_restart(tmp_path: Path) -> None:
    async def first(desk: LedgerDesk, _ledger: Watched) -> None:
        assert await outcomes(desk, [ID]) == ["used"]
        assert await outcomes(desk, [ID.upper()]) == ["REASON_REQUEST_ID_USED"]

    async def again(desk: LedgerDesk, _ledger: Watched) -> None:
        assert await outcomes(desk, [ID]) == ["REASON_REQUEST_ID_USED"]

    played(tmp_path / "ledger.sqlite", first)
    played(tmp_path / "ledger.sqlite", again)


def test_ids_that_come_together_are_written_together_and_each_serves_once(tmp_path: Path) -> None:
    async def story(desk: LedgerDesk, ledger: Watched) -> None:
        ids = new_ids(500)
        told = await outcomes(desk, [*ids, *ids])
        assert sorted(told) == ["REASON_REQUEST_ID_USED"] * 500 + ["used"] * 500
        assert sum(ledger.steps) == 1000
        assert len(ledger.steps) <= 3

    played(tmp_path / "ledger.sqlite", story)


def test_id_of_a_caller_who_went_away_is_used_up_all_the_same(tmp_path: Path) -> None:
    async def story(desk: LedgerDesk, _ledger: Watched) -> None:
        going = asyncio.create_task(desk.use(ID))
        await asyncio.sleep(0)
        going.cancel()
        assert await outcomes(desk, [ID]) == ["REASON_REQUEST_ID_USED"]

    played(tmp_path / "ledger.sqlite", story)


def test_disk_that_fails_is_told_to_all_who_wait_and_no_id_is_used(tmp_path: Path) -> None:
    async def story(desk: LedgerDesk, ledger: Watched) -> None:
        ids = new_ids(20)
        ledger.broken = True
        assert await outcomes(desk, ids) == ["disk full"] * 20
        ledger.broken = False
        assert await outcomes(desk, ids) == ["used"] * 20

    played(tmp_path / "ledger.sqlite", story)


def test_step_that_fails_in_its_middle_uses_no_id(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    one, another = new_ids(2)
    with pytest.raises(AttributeError):
        ledger.use_all([one, 7])  # type: ignore[list-item]
    assert ledger.use_all([one, another]) == [True, True]
    ledger.close()
