"""Sessions end by the elapsed clock, a challenge serves once, and no more are open than may be. [3.2.3, 3.3.9]"""

import asyncio
from pathlib import Path

import pytest
from reference.tests.center_side import Authority, Kiosk, at_work, open_session
from reference.tests.city_side import refusal_of

from kofu_reference.center.sessions import Session, Sessions
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.config import WaitsConfig

PEER = "kiosk-1.kiosk.shop.kofu.invalid"
NOT_OPEN = "REASON_SESSION_NOT_OPEN"


class Clock:
    """The elapsed clock, in a test's hand."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def opened(sessions: Sessions) -> Session:
    return sessions.open("KOFU-0001", PEER)


def test_session_ends_when_its_time_has_run_out() -> None:
    clock = Clock()
    sessions = Sessions(300, clock)
    session = opened(sessions)
    clock.seconds += 299.9
    assert sessions.find(session.session_id, PEER) is session
    clock.seconds += 0.1
    with pytest.raises(Refusal, match=NOT_OPEN):
        sessions.find(session.session_id, PEER)
    assert len(sessions) == 0


def test_session_is_another_kiosks_to_nobody_else() -> None:
    sessions = Sessions(300, Clock())
    session = opened(sessions)
    with pytest.raises(Refusal, match=NOT_OPEN):
        sessions.find(session.session_id, "kiosk-2.kiosk.shop.kofu.invalid")
    assert sessions.find(session.session_id, PEER) is session


def test_challenge_is_new_for_each_session_and_serves_once() -> None:
    sessions = Sessions(300, Clock())
    one, another = opened(sessions), opened(sessions)
    assert len({one.challenge, another.challenge}) == 2
    assert len(sessions.take_challenge(one)) == 32
    with pytest.raises(Refusal, match="REASON_OUT_OF_ORDER"):
        sessions.take_challenge(one)


def test_what_ran_out_is_forgotten_when_another_opens_and_nothing_else_is() -> None:
    clock = Clock()
    sessions = Sessions(300, clock)
    old = [opened(sessions) for _ in range(5)]
    sessions.close(old[0].session_id)
    clock.seconds += 200
    young = opened(sessions)
    clock.seconds += 100
    newest = opened(sessions)
    assert len(sessions) == 2
    assert [sessions.find(each.session_id, PEER) for each in (young, newest)] == [young, newest]


def test_no_more_sessions_open_than_may_be_at_once(tmp_path: Path) -> None:
    kiosk = Kiosk("shop")

    async def story() -> None:
        async with at_work(Authority(tmp_path).center(open_sessions=3)) as center:
            open_now = [await open_session(center, kiosk) for _ in range(3)]
            refused = await refusal_of(open_session(center, kiosk))
            assert (refused.name, refused.metadata) == ("REASON_UPSTREAM_UNAVAILABLE", {"busy": "sessions"})
            assert [center.sessions.find(one, kiosk.identity).session_id for one in open_now] == open_now
            center.sessions.close(open_now[0])
            assert await open_session(center, kiosk)

    asyncio.run(story())


def test_a_terminal_that_opens_without_end_shuts_out_no_other(tmp_path: Path) -> None:
    kiosk = Kiosk("shop")

    async def story() -> None:
        async with at_work(Authority(tmp_path).center(sessions_a_terminal=2)) as center:
            open_now = [await open_session(center, kiosk) for _ in range(2)]
            refused = await refusal_of(open_session(center, kiosk))
            assert (refused.name, refused.metadata) == ("REASON_UPSTREAM_UNAVAILABLE", {"busy": "sessions"})
            assert await open_session(center, kiosk, "KOFU-0002")
            center.sessions.close(open_now[0])
            center.sessions.close(open_now[0])
            assert await open_session(center, kiosk)
            assert await refusal_of(open_session(center, kiosk))

    asyncio.run(story())


def test_full_center_is_open_again_when_sessions_have_run_out() -> None:
    clock = Clock()
    sessions = Sessions(300, clock, most=100)
    for _ in range(100):
        opened(sessions)
    with pytest.raises(Refusal, match="REASON_UPSTREAM_UNAVAILABLE"):
        opened(sessions)
    clock.seconds += 300
    assert opened(sessions)
    assert len(sessions) == 1


def test_what_ran_out_is_forgotten_also_where_nobody_comes_any_more(tmp_path: Path) -> None:
    config = Authority(tmp_path).center()
    brief = config.model_copy(update={"waits": WaitsConfig(session_seconds=0.2)})

    async def story() -> None:
        async with at_work(brief) as center, asyncio.timeout(30):
            await open_session(center, Kiosk("shop"))
            while len(center.sessions):
                await asyncio.sleep(0.01)

    asyncio.run(story())
