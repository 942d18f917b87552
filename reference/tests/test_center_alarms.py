"""The center flags what does not fit, and hands nothing of the city over until an officer has compared it. [P.7]"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from reference.tests.city_side import ALL_MATTERS, NOW, koseki_document, refusal_of

from kofu.testing.v1.control_pb2 import ClockMode
from kofu.v1.alarm_pb2 import Reconciliation
from kofu.v1.center_pb2 import ApplyRequest, ApplyResponse
from kofu.v1.common_pb2 import Holder
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import alarm_refusal
from kofu_reference.center.system import Center
from kofu_reference.runtime import CivilClock, Holds, Refusal, SystemConfig
from kofu_reference.runtime.config import PeerConfig
from kofu_spec.pki.tls import TlsAuthority

CITY = "992011"
ALARM = "REASON_ALARM_RAISED"
Answering = Callable[[IssueRequest], Awaitable[Document]]


class Call:
    """Of a call what the center looks at: who the peer is, and how long it waits."""

    def auth_context(self) -> dict[str, list[bytes]]:
        return {"x509_subject_alternative_name": [b"kiosk-1.kiosk.suite.kofu.invalid"]}

    def time_remaining(self) -> float | None:
        return None


class Counter:
    """A center whose site answers as told, and a kiosk with an authenticated session before it."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.answer: Answering = right
        self.asked = 0

    async def start(self) -> None:
        await self.center.start()
        self.center.issuing.issue = self._issue  # type: ignore[method-assign]
        session = self.center.sessions.open("KOFU-0001", "kiosk-1.kiosk.suite.kofu.invalid")
        session.holder = Holder(issuer_key_id=b"k" * 20, certificate_serial="1a")
        self._session = session.session_id

    async def _issue(self, request: IssueRequest, wait_seconds: float) -> IssueResponse:
        assert wait_seconds > 0
        self.asked += 1
        return IssueResponse(document=await self.answer(request))

    async def apply(self, request_id: str = "") -> ApplyResponse:
        request = ApplyRequest(session_id=self._session, request_id=request_id or new_id(), municipality_code=CITY)
        request.application.CopyFrom(ALL_MATTERS)
        request.copies = 1
        return await self.center.service.Apply(request, Call())

    async def refused(self, request_id: str = "") -> str:
        return (await refusal_of(self.apply(request_id))).name


def new_id() -> str:
    return str(uuid.uuid4())


async def right(request: IssueRequest) -> Document:
    asked = IssueKosekiRequest(request_id=request.request_id, application=request.application)
    document = await koseki_document(asked)
    items = document.koseki_all_matters
    items.head_of_register = "見本　一郎"
    items.created_on.unknown = True
    items.persons[0].birth_date.unknown = True
    items.persons[0].relationship_to_parents = "長男"
    return document


async def anothers(request: IssueRequest) -> Document:
    document = await right(request)
    document.request_id = new_id()
    return document


async def flagged_there(request: IssueRequest) -> Document:
    raise alarm_refusal(request.request_id)


async def stopped_there(request: IssueRequest) -> Document:
    raise alarm_refusal(new_id())


async def not_found(request: IssueRequest) -> Document:
    raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)


def told(tmp_path: Path, story: Callable[[Counter], Awaitable[Any]]) -> None:
    """Plays a story at a center of its own."""
    tls = TlsAuthority.create(tmp_path / "pki")
    tls.issue("center-1.center.suite.kofu.invalid")
    config = SystemConfig(
        system="center",
        identity="center-1.center.suite.kofu.invalid",
        certificate=tls.folder / "center-1.pem",
        key=tls.folder / "center-1.key",
        authority=tls.folder / "authority.pem",
        data_folder=tmp_path / "data",
        peers={"issuing": PeerConfig(address="127.0.0.1:9", identity="issuing-1.issuing.suite.kofu.invalid")},
        ocsp_url="http://127.0.0.1:9/",
        jpki_authorities=(tls.folder / "authority.pem",),
    )
    clock = CivilClock()
    clock.set(ClockMode.CLOCK_MODE_FROZEN, NOW)

    async def play() -> None:
        counter = Counter(Center(config, clock, Holds()))
        await counter.start()
        try:
            await story(counter)
        finally:
            await counter.center.stop()

    asyncio.run(play())


def reconcile(counter: Counter, request_id: str) -> None:
    counter.center.alarms.reconcile(CITY, request_id, Reconciliation(finding=2, pages_compared=2, officer_id="K0007"))


@pytest.mark.parametrize(("wrong", "faults"), [(anothers, ["request_id"]), (flagged_there, ["upstream.issuing"])])
def test_what_is_flagged_stops_the_city_until_its_content_was_compared(
    tmp_path: Path, wrong: Answering, faults: list[str]
) -> None:
    async def story(counter: Counter) -> None:
        flagged = new_id()
        counter.answer = wrong
        assert await counter.refused(flagged) == ALARM
        counter.answer = right
        asked = counter.asked
        assert await counter.refused() == ALARM
        assert counter.asked == asked, "nothing is asked of the city while its alarm is open"
        (alarm,) = counter.center.alarms.alarms_of(CITY)
        assert (alarm.request_id, list(alarm.faults)) == (flagged, faults)
        reconcile(counter, flagged)
        assert (await counter.apply()).document.pdf
        assert await counter.refused(flagged) == ALARM

    told(tmp_path, story)


@pytest.mark.parametrize(("answer", "reason"), [(stopped_there, ALARM), (not_found, "REASON_APPLICANT_NOT_FOUND")])
def test_a_refusal_that_is_no_error_of_this_request_raises_no_alarm(
    tmp_path: Path, answer: Answering, reason: str
) -> None:
    async def story(counter: Counter) -> None:
        counter.answer = answer
        assert await counter.refused() == reason
        assert counter.center.alarms.alarms_of(CITY) == []

    told(tmp_path, story)


def test_a_document_under_way_when_another_is_flagged_is_withheld(tmp_path: Path) -> None:
    async def story(counter: Counter) -> None:
        under_way = asyncio.Event()
        flagged = asyncio.Event()

        async def slowly(request: IssueRequest) -> Document:
            under_way.set()
            await flagged.wait()
            return await right(request)

        counter.answer = slowly
        first = asyncio.create_task(counter.refused())
        await under_way.wait()
        counter.answer = anothers
        assert await counter.refused() == ALARM
        flagged.set()
        assert await first == ALARM

    told(tmp_path, story)
