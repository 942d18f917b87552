"""When the center serves. [1.2, 1.4, 1.5, 1.6]"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_reference.center.calendar import ServiceCalendar, is_public_holiday
from kofu_reference.runtime import JST

CALENDAR = ServiceCalendar()
RESIDENCE = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
KOSEKI = CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS
INDIVIDUAL = CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("instant", "reason"),
    [
        ("2026-10-07T06:29:59.999", Reason.REASON_OUT_OF_HOURS),
        ("2026-10-07T06:30:00", None),
        ("2026-10-07T22:59:59.999", None),
        ("2026-10-07T23:00:00", Reason.REASON_OUT_OF_HOURS),
        ("2026-10-10T12:00:00", None),
        ("2026-12-28T12:00:00", None),
        ("2026-12-29T12:00:00", Reason.REASON_OUT_OF_HOURS),
        ("2027-01-03T12:00:00", Reason.REASON_OUT_OF_HOURS),
        ("2027-01-04T12:00:00", None),
        ("2022-02-28T12:00:00", Reason.REASON_SERVICE_NOT_STARTED),
        ("2022-03-01T06:29:59.999", Reason.REASON_OUT_OF_HOURS),
        ("2022-03-01T06:30:00", None),
    ],
)
def test_service_hours_are_half_open_in_japanese_time(instant: str, reason: int | None) -> None:
    assert CALENDAR.refusal_at(at(instant)) == reason
    assert CALENDAR.refusal_at(at(instant), RESIDENCE) == reason


@pytest.mark.parametrize(
    ("instant", "reason"),
    [
        ("2026-10-07T08:59:59.999", Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-07T09:00:00", None),
        ("2026-10-07T16:59:59.999", None),
        ("2026-10-07T17:00:00", Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-07T23:30:00", Reason.REASON_OUT_OF_HOURS),
        ("2026-10-10T12:00:00", Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-11T12:00:00", Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-12T12:00:00", Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-09-22T12:00:00", Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-05-06T12:00:00", Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-12-31T12:00:00", Reason.REASON_OUT_OF_HOURS),
    ],
)
@pytest.mark.parametrize("kind", [KOSEKI, INDIVIDUAL])
def test_koseki_needs_an_office_day_and_office_hours(kind: CertificateKind, instant: str, reason: int | None) -> None:
    assert CALENDAR.refusal_at(at(instant), kind) == reason


def test_hours_do_not_depend_on_the_zone_of_the_instant() -> None:
    for minutes in range(0, 24 * 60, 30):
        instant = at("2026-10-07T00:00:00") + timedelta(minutes=minutes)
        elsewhere = instant.astimezone(tz=None)
        assert CALENDAR.refusal_at(instant, KOSEKI) == CALENDAR.refusal_at(elsewhere, KOSEKI)


def test_irregular_closings_are_data() -> None:
    day = date(2026, 10, 7)
    closed = replace(CALENDAR, closed_days=frozenset({day}))
    assert closed.refusal_at(at("2026-10-07T12:00:00")) == Reason.REASON_OUT_OF_HOURS
    office = replace(CALENDAR, office_closed_days=frozenset({day}))
    assert office.refusal_at(at("2026-10-07T12:00:00"), RESIDENCE) is None
    assert office.refusal_at(at("2026-10-07T12:00:00"), KOSEKI) == Reason.REASON_KOSEKI_OUT_OF_HOURS


def test_hours_of_one_day_stand_for_the_usual_ones() -> None:
    """Also for the koseki kinds: what the service does not do, the office can't."""
    short = replace(CALENDAR, irregular_hours={date(2026, 10, 7): (time(10, 0), time(16, 0))})
    for kind in (None, RESIDENCE, KOSEKI):
        assert short.refusal_at(at("2026-10-07T09:59:59.999"), kind) == Reason.REASON_OUT_OF_HOURS
        assert short.refusal_at(at("2026-10-07T10:00:00"), kind) is None
        assert short.refusal_at(at("2026-10-07T15:59:59.999"), kind) is None
        assert short.refusal_at(at("2026-10-07T16:00:00"), kind) == Reason.REASON_OUT_OF_HOURS
    assert short.refusal_at(at("2026-10-08T09:59:59"), RESIDENCE) is None


def test_office_that_opens_on_a_saturday_gives_no_koseki() -> None:
    opened = replace(CALENDAR, office_open_days=frozenset({date(2026, 10, 10)}))
    assert opened.refusal_at(at("2026-10-10T12:00:00"), RESIDENCE) is None
    assert opened.refusal_at(at("2026-10-10T12:00:00"), KOSEKI) == Reason.REASON_KOSEKI_OUT_OF_HOURS


def test_closing_time_can_be_replaced() -> None:
    late = replace(CALENDAR, closes_at=time(23, 1))
    assert late.refusal_at(at("2026-10-07T23:00:59")) is None


@pytest.mark.parametrize(
    "day",
    [date(2026, 9, 22), date(2026, 5, 6), date(2021, 7, 23), date(2021, 8, 9), date(2019, 5, 1), date(2019, 10, 22)],
    ids=["sandwiched", "substitute", "Olympics", "Olympic substitute", "accession", "enthronement"],
)
def test_holidays_by_law_and_by_special_law(day: date) -> None:
    assert is_public_holiday(day)


def test_holidays_agree_with_a_second_source() -> None:
    jpholiday = pytest.importorskip("jpholiday")
    day = date(2022, 3, 1)
    while day < date(2031, 1, 1):
        assert is_public_holiday(day) == jpholiday.is_holiday(day), day
        day += timedelta(days=1)
