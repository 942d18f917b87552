"""A city that is slow or dead takes its own places and nobody else's, and no wait outlasts its caller's. [2.7, 2.8]"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import grpc.aio
import pytest
from reference.tests.center_side import (
    CITY,
    HOLDER,
    NEIGHBOUR,
    RESIDENCE,
    Authority,
    City,
    Kiosk,
    apply,
    at_once,
    at_work,
    cities,
    entry,
    open_session,
    write_table,
)
from reference.tests.city_side import (
    ALL_MATTERS,
    IssuingSide,
    KosekiStub,
    issue_request,
    issuing_side,
    refusal_of,
    with_everything,
)

from kofu.v1.center_pb2 import ApplyRequest, AuthenticateRequest, OpenSessionRequest
from kofu.v1.center_pb2_grpc import CenterServiceStub
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu.v1.koseki_pb2 import IssueKosekiRequest, IssueKosekiResponse
from kofu_reference.center.site import IssuingSite
from kofu_reference.center.system import Center
from kofu_reference.runtime import Refusal, call
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import PeerConfig, WaitsConfig
from kofu_reference.runtime.deadline import wait_within
from kofu_reference.runtime.server import Server

KIOSK = Kiosk("shop")
UNAVAILABLE = "REASON_UPSTREAM_UNAVAILABLE"
TIMED_OUT = "REASON_TIMED_OUT"
PLACES = 3
PATIENT_SECONDS = 60.0
ROUNDED_SECONDS = 0.5
"""gRPC sends waits rounded up."""


async def never(request: IssueRequest) -> Document:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


Story = Callable[[Center, City, City], Awaitable[None]]


def played(tmp_path: Path, story: Story, authority: Authority | None = None, **waits: float) -> None:
    """Plays a story at a center that serves two cities, each with a few places."""
    authority = authority or Authority(tmp_path)

    async def play() -> None:
        async with cities(authority, CITY, NEIGHBOUR) as (city, neighbour):
            table = write_table(tmp_path / "table.jsonl", entry(CITY, city.peer), entry(NEIGHBOUR, neighbour.peer))
            config = authority.center(municipalities=table, requests_a_municipality=PLACES)
            config = config.model_copy(update={"waits": WaitsConfig(**waits)})
            async with at_work(config) as center:
                await story(center, city, neighbour)

    asyncio.run(asyncio.wait_for(play(), 60))


async def until(reached: Callable[[], bool]) -> None:
    while not reached():
        await asyncio.sleep(0.01)


def test_city_that_does_not_answer_takes_its_own_places_alone(tmp_path: Path) -> None:
    async def story(center: Center, city: City, _neighbour: City) -> None:
        city.answer = never
        session = await open_session(center, KIOSK)
        waiting = [asyncio.create_task(apply(center, KIOSK, session, CITY)) for _ in range(PLACES)]
        await until(lambda: len(city.asked) == PLACES)

        refused = await refusal_of(apply(center, KIOSK, session, CITY))
        assert (refused.name, refused.metadata) == (UNAVAILABLE, {"busy": "issuing"})
        assert len(city.asked) == PLACES, "nothing more is asked of a city that has its hands full"
        for _ in range(2 * PLACES):
            assert (await apply(center, KIOSK, session, NEIGHBOUR)).document.pdf

        city.answer = at_once
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for _ in range(2 * PLACES):
            assert (await apply(center, KIOSK, session, CITY)).document.pdf

    played(tmp_path, story, issuing_seconds=PATIENT_SECONDS)


def test_places_are_free_again_after_answers_refusals_and_waits_that_ran_out(tmp_path: Path) -> None:
    async def story(center: Center, city: City, _neighbour: City) -> None:
        session = await open_session(center, KIOSK)
        for _ in range(PLACES + 1):
            assert (await apply(center, KIOSK, session, CITY)).document.pdf
        city.answer = never
        for _ in range(PLACES + 1):
            assert (await refusal_of(apply(center, KIOSK, session, CITY))).name == TIMED_OUT
        await city.server.stop(0)
        for _ in range(PLACES + 1):
            assert (await refusal_of(apply(center, KIOSK, session, CITY))).name == UNAVAILABLE

    played(tmp_path, story, issuing_seconds=0.2)


def test_lines_are_opened_at_the_first_application_alone(tmp_path: Path) -> None:
    async def story(center: Center, _city: City, _neighbour: City) -> None:
        session = await open_session(center, KIOSK)
        assert center.issuing.open_lines == 0
        for _ in range(2):
            await apply(center, KIOSK, session, CITY)
            assert center.issuing.open_lines == 1

    played(tmp_path, story)


def test_server_that_takes_connections_and_says_nothing_is_passed_over_once_another_is_there(tmp_path: Path) -> None:
    async def story(center: Center, city: City, _neighbour: City) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            silent = PeerConfig(address=f"127.0.0.1:{mute.getsockname()[1]}", identity=city.peer.identity)
            lines = [center._line(peer) for peer in (silent, city.peer)]
            site = IssuingSite(lines)
            lines[1].get_state(try_to_connect=True)
            while lines[1].get_state() is not grpc.ChannelConnectivity.READY:
                await lines[1].wait_for_state_change(lines[1].get_state())
            for _ in range(4):
                request = issue_request("1a", RESIDENCE, municipality_code=CITY)
                assert (await site.issue(request, PATIENT_SECONDS)).document.pdf
            await site.close()

    played(tmp_path, story)


# Deadlines


@pytest.mark.parametrize(("remaining", "waited"), [(None, 4.0), (2.5, 2.5), (9.0, 4.0)])
def test_wait_is_the_callers_where_that_is_shorter(remaining: float | None, waited: float) -> None:
    assert wait_within(4.0, Kiosk(remaining_seconds=remaining)) == waited


def test_nothing_is_asked_for_a_caller_who_waits_no_longer() -> None:
    with pytest.raises(Refusal, match=TIMED_OUT):
        wait_within(4.0, Kiosk(remaining_seconds=0.0))


def test_city_hears_how_long_the_kiosk_still_waits(tmp_path: Path) -> None:
    async def story(center: Center, city: City, _neighbour: City) -> None:
        hurried = Kiosk("shop", remaining_seconds=7.0)
        session = await open_session(center, KIOSK)
        await apply(center, hurried, session, CITY)
        await apply(center, KIOSK, session, CITY)
        assert 0 < city.waits_seconds[0] < 7.0 + ROUNDED_SECONDS
        assert 7.0 + ROUNDED_SECONDS < city.waits_seconds[1] < PATIENT_SECONDS + ROUNDED_SECONDS

    played(tmp_path, story, issuing_seconds=PATIENT_SECONDS)


def test_kiosk_that_gives_up_ends_what_is_under_way_in_the_city(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    async def story(center: Center, city: City, _neighbour: City) -> None:
        city.answer = never
        server = Server(center.config, center.bindings())
        await server.start()
        own = PeerConfig(address=f"127.0.0.1:{server.port}", identity=center.config.identity)
        as_kiosk = authority.config(KIOSK.identity)
        async with open_channel(
            own, authority=as_kiosk.authority, certificate=as_kiosk.certificate, key=as_kiosk.key
        ) as line:
            kiosk = CenterServiceStub(line)
            opened = await kiosk.OpenSession(OpenSessionRequest(terminal_id="KOFU-0001"))
            center.sessions.find(opened.session_id, KIOSK.identity).holder = HOLDER
            request = ApplyRequest(
                session_id=opened.session_id,
                request_id=issue_request("1a", RESIDENCE).request_id,
                municipality_code=CITY,
                application=RESIDENCE,
                copies=1,
            )
            applying = kiosk.Apply(request)
            under_way = asyncio.ensure_future(applying)
            await until(lambda: bool(city.asked))
            under_way.cancel()
            async with asyncio.timeout(PATIENT_SECONDS / 4):
                await city.given_up.wait()
        await server.stop(0)

    played(tmp_path, story, authority, issuing_seconds=PATIENT_SECONDS)


def test_responder_is_not_waited_for_longer_than_the_kiosk_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kofu_reference.center.service.check_signature", lambda *_: None)

    async def story(center: Center, _city: City, _neighbour: City) -> None:
        async def silent(*_: object) -> None:
            await asyncio.Event().wait()

        center.validity.check = silent  # type: ignore[method-assign]
        proven = SimpleNamespace(certificate=None, holder=HOLDER)
        center.authorities.verify = lambda *_: proven  # type: ignore[method-assign, assignment, return-value]
        session = await center.service.OpenSession(OpenSessionRequest(terminal_id="KOFU-0001"), KIOSK)
        request = AuthenticateRequest(session_id=session.session_id, certificate=b"0", signature=b"1")
        asking = center.service.Authenticate(request, Kiosk("shop", remaining_seconds=0.2))
        async with asyncio.timeout(PATIENT_SECONDS / 4):
            assert (await refusal_of(asking)).name == UNAVAILABLE

    played(tmp_path, story, center_seconds=PATIENT_SECONDS)


def test_relay_hears_how_long_the_center_still_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    answered = KosekiStub.IssueKoseki

    async def noted(stub: KosekiStub, request: IssueKosekiRequest, context: Any) -> IssueKosekiResponse:
        waits.append(context.time_remaining())
        return await answered(stub, request, context)

    async def asked_within(side: IssuingSide, seconds: float) -> None:
        request = issue_request(with_everything()[0], ALL_MATTERS)
        await call(IssuingServiceStub(side.center).Issue, request, timeout=seconds)

    monkeypatch.setattr(KosekiStub, "IssueKoseki", noted)
    with issuing_side(tmp_path) as side:
        for seconds in (20.0, 50.0):
            side.run(asked_within(side, seconds))
    assert 0 < waits[0] < 20.0 + ROUNDED_SECONDS < waits[1] < 50.0 + ROUNDED_SECONDS
