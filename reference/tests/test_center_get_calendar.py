"""The center shows the calendar that it applies. [1.2, 1.4, 1.5, 1.6]"""

import asyncio
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import protovalidate
import pytest

from kofu.v1.calendar_pb2 import DailyHours, IrregularHours, ServiceCalendar
from kofu.v1.center_pb2 import GetCalendarRequest
from kofu.v1.center_pb2_grpc import CenterServiceStub
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.reason_pb2 import Reason
from kofu_reference.center import calendar as center_calendar
from kofu_reference.center.system import Center
from kofu_reference.runtime import CivilClock, Holds, Refusal, SystemConfig, call
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

WEDNESDAY, SATURDAY, NEXT_WEEK = date(2026, 10, 7), date(2026, 10, 10), date(2026, 10, 14)
FULL = center_calendar.ServiceCalendar(
    closed_days=frozenset({NEXT_WEEK, WEDNESDAY}),
    office_closed_days=frozenset({WEDNESDAY}),
    office_open_days=frozenset({SATURDAY}),
    irregular_hours={SATURDAY: (time(8, 0), time(20, 15))},
)


def day(number: int) -> CivilDate:
    return CivilDate(year=2026, month=10, day=number)


def test_calendar_is_shown_as_it_is_applied() -> None:
    shown = center_calendar.as_message(FULL, "992011")
    protovalidate.validate(shown)
    assert shown == ServiceCalendar(
        municipality_code="992011",
        starts_on=CivilDate(year=2022, month=3, day=1),
        hours=DailyHours(opens_at_minute=390, closes_at_minute=1380),
        koseki_hours=DailyHours(opens_at_minute=540, closes_at_minute=1020),
        closed_days=[day(7), day(14)],
        office_closed_days=[day(7)],
        office_open_days=[day(10)],
        irregular_hours=[IrregularHours(day=day(10), hours=DailyHours(opens_at_minute=480, closes_at_minute=1215))],
    )


@pytest.fixture
def center(tmp_path: Path) -> Center:
    """A center on its own, with one more closing day; nothing that it calls is there."""
    tls = TlsAuthority.create(tmp_path / "pki")
    for role in ("center", "kiosk", "issuing"):
        tls.issue(f"{role}-1.{role}.suite.kofu.invalid")
    config = SystemConfig(
        system="center",
        identity="center-1.center.suite.kofu.invalid",
        certificate=tls.folder / "center-1.pem",
        key=tls.folder / "center-1.key",
        authority=tls.folder / "authority.pem",
        data_folder=tmp_path,
        peers={"issuing": PeerConfig(address="127.0.0.1:9", identity="issuing-1.issuing.suite.kofu.invalid")},
        ocsp_url="http://127.0.0.1:9/",
        jpki_authorities=(tls.folder / "authority.pem",),
    )
    center = Center(config, CivilClock(), Holds())
    center.calendar = replace(center.calendar, closed_days=frozenset({NEXT_WEEK}))
    return center


def asked(center: Center, municipality_code: str = "992011", role: str = "kiosk") -> Any:
    """What a peer hears over the wire."""

    async def run() -> Any:
        server = Server(center.config, center.bindings())
        await center.start()
        await server.start()
        own = PeerConfig(address=f"127.0.0.1:{server.port}", identity=center.config.identity)
        folder = center.config.authority.parent
        certificate, key = folder / f"{role}-1.pem", folder / f"{role}-1.key"
        try:
            async with open_channel(own, authority=center.config.authority, certificate=certificate, key=key) as line:
                request = GetCalendarRequest(municipality_code=municipality_code)
                return await call(CenterServiceStub(line).GetCalendar, request, timeout=5)
        finally:
            await server.stop(0)
            await center.stop()

    return asyncio.run(run())


def test_kiosk_hears_the_calendar_without_a_session(center: Center) -> None:
    answer = asked(center)
    protovalidate.validate(answer)
    assert answer.calendar == center_calendar.as_message(center.calendar, "992011")
    assert list(answer.calendar.closed_days) == [day(14)]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"municipality_code": "992020"}, Reason.REASON_MUNICIPALITY_NOT_SERVED),
        ({"municipality_code": "992012"}, Reason.REASON_INVALID_REQUEST),
        ({"role": "issuing"}, Reason.REASON_ROLE_NOT_ALLOWED),
    ],
    ids=["another city", "wrong check digit", "another role"],
)
def test_calendar_of_another_city_or_for_another_role_is_refused(
    center: Center, question: dict[str, str], reason: int
) -> None:
    with pytest.raises(Refusal) as caught:
        asked(center, **question)
    assert caught.value.reason == reason
