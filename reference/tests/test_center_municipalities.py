"""Each municipality has kinds, fees, closings and servers of its own; no other is served. [1.3, 1.4, 2.7]"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import protovalidate
import pytest
from reference.tests.center_side import (
    CITY,
    NEIGHBOUR,
    NOW,
    STRANGER,
    Authority,
    City,
    Kiosk,
    apply,
    at_work,
    cities,
    entry,
    offers,
    open_session,
    write_table,
)
from reference.tests.city_side import refusal_of

from kofu.v1.alarm_pb2 import ListAlarmsRequest, ReconcileAlarmRequest, Reconciliation
from kofu.v1.center_pb2 import AuthenticateResponse, GetCalendarRequest, MunicipalityName
from kofu.v1.common_pb2 import Application, CertificateKind, SealOptions
from kofu_reference.center.calendar import OwnDays, ServiceCalendar
from kofu_reference.center.municipalities import read_municipalities
from kofu_reference.center.system import Center
from kofu_reference.runtime import SystemConfig
from kofu_reference.runtime.config import CalendarConfig, ConfigurationInvalid
from kofu_spec.rules.check_digits import municipality_code_check_digit

KIOSK = Kiosk("shop")
RESIDENCE = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
SEAL = CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION
ALL_MATTERS = CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS
FLAGGED = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
COMPARED = Reconciliation(finding="CONTENT_FINDING_ANOTHERS", pages_compared=1, officer_id="K0007")
WEDNESDAY, THURSDAY = date(2026, 10, 7), date(2026, 10, 8)
FULL = entry(
    CITY,
    fees_yen={"residence_certificate": 0, "koseki_all_matters": 450},
    starts_on="2023-04-01",
    hours=["07:00", "20:30"],
    koseki_hours=["09:00", "16:00"],
    closed_days=["2026-10-08"],
    office_closed_days=["2026-10-07"],
    office_open_days=["2026-10-10"],
    irregular_hours={"2026-10-09": ["08:00", "12:00"]},
)


def test_line_of_the_table_is_read_whole(tmp_path: Path) -> None:
    table = read_municipalities(write_table(tmp_path / "table.jsonl", FULL, entry(NEIGHBOUR)))
    assert table.codes == (CITY, NEIGHBOUR)
    city = table.must_serve(CITY)
    assert city.fees_yen == {RESIDENCE: 0, ALL_MATTERS: 450}
    assert [server.address for server in city.servers] == ["127.0.0.1:9"]
    assert city.own_days == OwnDays(
        starts_on=date(2023, 4, 1),
        hours=(time(7), time(20, 30)),
        koseki_hours=(time(9), time(16)),
        closed_days=frozenset({THURSDAY}),
        office_closed_days=frozenset({WEDNESDAY}),
        office_open_days=frozenset({date(2026, 10, 10)}),
        irregular_hours={date(2026, 10, 9): (time(8), time(12))},
    )
    assert table.must_serve(NEIGHBOUR).own_days == OwnDays()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"municipality_code": "99202"}, "municipality_code: string should match pattern"),
        ({"municipality_code": "992021"}, "municipality_code: must have its check digit at the end; copy"),
        ({"municipality_code": CITY}, "municipality_code: stands on line 1 already; leave one"),
        ({"fees_yen": {"residence_certificate": -1}}, "fees_yen.residence_certificate: input should be greater"),
        ({"fees_yen": {"residence_certificate": 300.5}}, "fees_yen.residence_certificate: input should be a valid int"),
        ({"fees_yen": {"passport": 300}}, "fees_yen.passport: is not a known field; mend"),
        ({"servers": []}, "servers: tuple should have at least 1 item"),
        ({"servers": [{"address": "here", "identity": "x"}]}, "servers.0.address: string should match pattern"),
        ({"hours": ["06:00", "23:00"]}, "hours: must be two times in order, from 06:30 to 23:00 at the most; write"),
        ({"koseki_hours": ["17:00", "09:00"]}, "koseki_hours: must be two times in order"),
        ({"closed_days": ["2026-13-01"]}, "closed_days.0: input should be a valid date"),
        ({"irregular_hours": {"2026-10-09": ["08:00", "23:30"]}}, "irregular_hours.2026-10-09: must be two times"),
        ({"fee": 3}, "fee: is not a known field; mend this field"),
    ],
    ids=str,
)
def test_wrong_field_is_named_with_line_rule_and_remedy(tmp_path: Path, wrong: dict[str, Any], says: str) -> None:
    path = write_table(tmp_path / "table.jsonl", entry(CITY), {**entry(NEIGHBOUR), **wrong})
    with pytest.raises(ConfigurationInvalid) as caught:
        read_municipalities(path)
    assert str(caught.value).startswith(f"{path} line 2, {says}")
    assert "; " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"{\n", "line 1, municipality: must be one JSON object"), (b"", "at least one"), (b"\xff", "must be UTF-8")],
)
def test_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "table.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigurationInvalid, match=says):
        read_municipalities(path)


def test_calendar_of_the_service_and_of_the_city_hold_together() -> None:
    service = ServiceCalendar(closed_days=frozenset({WEDNESDAY}), irregular_hours={THURSDAY: (time(8), time(9))})
    own = OwnDays(hours=(time(7), time(20)), closed_days=frozenset({THURSDAY}))
    both = own.over(service)
    assert both.closed_days == {WEDNESDAY, THURSDAY}
    assert (both.opens_at, both.closes_at, both.koseki_closes_at) == (time(7), time(20), time(17))
    wide = OwnDays(irregular_hours={THURSDAY: (time(7), time(22)), WEDNESDAY: (time(7), time(22))})
    assert wide.over(service).irregular_hours[THURSDAY] == (time(8), time(9)), "the service opens to nobody besides"
    assert wide.over(service).irregular_hours[WEDNESDAY] == (time(7), time(22))


Story = Callable[[Center, Path, list[City]], Awaitable[None]]


def played(tmp_path: Path, story: Story, **of_the_city: Any) -> None:
    """Plays a story at a center that serves a city, with what it has of its own, and its neighbour."""

    async def play() -> None:
        authority = Authority(tmp_path)
        async with cities(authority, CITY, NEIGHBOUR) as (city, neighbour):
            entries = entry(CITY, city.peer, **of_the_city), entry(NEIGHBOUR, neighbour.peer)
            table = write_table(tmp_path / "table.jsonl", *entries)
            async with at_work(authority.center(municipalities=table)) as center:
                await story(center, table, [city, neighbour])

    asyncio.run(asyncio.wait_for(play(), 30))


def test_application_goes_to_the_servers_of_its_municipality_at_its_fee(tmp_path: Path) -> None:
    async def story(center: Center, _table: Path, both: list[City]) -> None:
        session = await open_session(center, KIOSK)
        for city, fee_yen in zip(both, (150, 300), strict=True):
            answer = await apply(center, KIOSK, session, city.code, copies=2)
            assert answer.fee_yen == 2 * fee_yen
            assert answer.document.residence_certificate.address == f"架空市{city.code}番地"
            assert [request.municipality_code for request in city.asked] == [city.code]

    played(tmp_path, story, fees_yen={"residence_certificate": 150})


def test_municipality_that_is_not_served_is_refused_and_nobody_asked(tmp_path: Path) -> None:
    async def story(center: Center, _table: Path, both: list[City]) -> None:
        session = await open_session(center, KIOSK)
        for refused in (
            apply(center, KIOSK, session, STRANGER),
            offers(center, KIOSK, session, STRANGER),
            center.service.GetCalendar(GetCalendarRequest(municipality_code=STRANGER), KIOSK),
        ):
            assert (await refusal_of(refused)).name == "REASON_MUNICIPALITY_NOT_SERVED"
        assert [city.asked for city in both] == [[], []]

    played(tmp_path, story)


def test_kind_that_this_municipality_does_not_issue_is_neither_offered_nor_asked_for(tmp_path: Path) -> None:
    async def story(center: Center, _table: Path, both: list[City]) -> None:
        session = await open_session(center, KIOSK)
        assert await offers(center, KIOSK, session, CITY) == {SEAL: 200}
        assert await offers(center, KIOSK, session, NEIGHBOUR) == {RESIDENCE: 300}
        assert (await refusal_of(apply(center, KIOSK, session, CITY))).name == "REASON_KIND_NOT_OFFERED"
        seal = Application(seal_registration=SealOptions())
        refusal = await refusal_of(apply(center, KIOSK, session, NEIGHBOUR, application=seal))
        assert refusal.name == "REASON_KIND_NOT_OFFERED"
        assert [city.asked for city in both] == [[], []]

    played(tmp_path, story, fees_yen={"seal_registration": 200})


def test_closing_of_one_municipality_closes_no_other(tmp_path: Path) -> None:
    async def story(center: Center, _table: Path, both: list[City]) -> None:
        session = await open_session(center, KIOSK)
        assert await offers(center, KIOSK, session, CITY) == {}
        assert (await refusal_of(apply(center, KIOSK, session, CITY))).name == "REASON_OUT_OF_HOURS"
        assert (await apply(center, KIOSK, session, NEIGHBOUR)).document.pdf
        assert both[0].asked == []
        for code, closed in ((CITY, 1), (NEIGHBOUR, 0)):
            shown = await center.service.GetCalendar(GetCalendarRequest(municipality_code=code), KIOSK)
            assert len(shown.calendar.closed_days) == closed
            protovalidate.validate(shown)

    played(tmp_path, story, closed_days=["2026-10-07"])


def test_what_a_municipality_changes_counts_from_the_next_call(tmp_path: Path) -> None:
    async def story(center: Center, table: Path, both: list[City]) -> None:
        city, neighbour = both
        session = await open_session(center, KIOSK)
        assert (await apply(center, KIOSK, session, CITY)).fee_yen == 300
        changed = entry(CITY, neighbour.peer, fees_yen={"residence_certificate": 400})
        write_table(table, changed, entry(STRANGER, city.peer))
        assert (await apply(center, KIOSK, session, CITY)).fee_yen == 400
        assert len(city.asked) == 1, "its server is another now"
        assert (await apply(center, KIOSK, session, STRANGER)).document.pdf
        assert (await refusal_of(apply(center, KIOSK, session, NEIGHBOUR))).name == "REASON_MUNICIPALITY_NOT_SERVED"

    played(tmp_path, story)


def test_officers_see_the_alarms_of_their_own_municipality_alone(tmp_path: Path) -> None:
    async def story(center: Center, _table: Path, _both: list[City]) -> None:
        alarms: Any = next(each for each in center.bindings() if "ListAlarms" in each.roles).servicer

        async def listed(code: str, area: str) -> int:
            return len((await alarms.ListAlarms(ListAlarmsRequest(municipality_code=code), Kiosk(area))).alarms)

        center.alarms.raise_alarm(CITY, FLAGGED, NOW, ["pages"])
        assert (await listed(CITY, CITY), await listed(NEIGHBOUR, NEIGHBOUR)) == (1, 0)
        assert await listed(CITY, "suite") == 1, "a tester plays every officer"
        assert (await refusal_of(listed(CITY, NEIGHBOUR))).name == "REASON_ROLE_NOT_ALLOWED"
        assert (await refusal_of(listed(STRANGER, STRANGER))).name == "REASON_MUNICIPALITY_NOT_SERVED"
        anothers = ReconcileAlarmRequest(municipality_code=CITY, request_id=FLAGGED, reconciliation=COMPARED)
        refusal = await refusal_of(alarms.ReconcileAlarm(anothers, Kiosk(NEIGHBOUR)))
        assert refusal.name == "REASON_ROLE_NOT_ALLOWED"
        session = await open_session(center, KIOSK)
        assert (await refusal_of(apply(center, KIOSK, session, CITY))).name == "REASON_ALARM_RAISED"
        assert (await apply(center, KIOSK, session, NEIGHBOUR)).document.pdf
        await alarms.ReconcileAlarm(anothers, Kiosk(CITY))
        assert (await apply(center, KIOSK, session, CITY)).document.pdf

    played(tmp_path, story)


def test_names_are_told_of_those_that_have_one(tmp_path: Path) -> None:
    named = entry(CITY, name_ja="架空市", name_en="Kakū City")
    table = read_municipalities(write_table(tmp_path / "table.jsonl", named, entry(NEIGHBOUR)))
    assert list(table.names) == [MunicipalityName(municipality_code=CITY, name_ja="架空市", name_en="Kakū City")]
    table = read_municipalities(write_table(tmp_path / "table.jsonl", entry(CITY, name_ja="架空市"), entry(NEIGHBOUR)))
    assert list(table.names) == [MunicipalityName(municipality_code=CITY, name_ja="架空市", name_en="架空市")]


def test_every_municipality_of_the_country_is_named_to_the_kiosk_and_no_line_opened(tmp_path: Path) -> None:
    codes = [f"{number}{municipality_code_check_digit(str(number))}" for number in range(10_000, 11_700)]
    table = write_table(tmp_path / "table.jsonl", *(entry(code) for code in codes))

    async def story() -> None:
        async with at_work(Authority(tmp_path).center(municipalities=table)) as center:
            named = AuthenticateResponse(municipality_codes=center.municipalities.last.codes)
            protovalidate.validate(named)
            assert list(named.municipality_codes) == codes
            assert center.issuing.open_lines == 0

    asyncio.run(story())


def test_center_without_a_table_serves_the_city_of_its_configuration(tmp_path: Path) -> None:
    async def story(config: SystemConfig) -> None:
        async with at_work(config) as center:
            session = await open_session(center, KIOSK)
            assert center.municipalities.last.codes == (CITY,)
            assert await offers(center, KIOSK, session, CITY) == {}

    config = Authority(tmp_path).center()
    closed = CalendarConfig(closed_days=(WEDNESDAY,))
    asyncio.run(story(config.model_copy(update={"calendar": closed})))


def test_configuration_is_another_where_the_files_say_something_else(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    async def named(table: Path) -> str:
        async with at_work(authority.center(municipalities=table)) as center:
            return center.configuration

    first = asyncio.run(named(write_table(tmp_path / "one.jsonl", entry(CITY))))
    assert asyncio.run(named(write_table(tmp_path / "two.jsonl", entry(CITY)))) == first
    assert asyncio.run(named(write_table(tmp_path / "two.jsonl", entry(CITY, hours=["07:00", "20:00"])))) != first
