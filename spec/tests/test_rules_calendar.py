"""Hours, closing days, koseki hours and the first day. [1.2, 1.4, 1.5, 1.6]"""

import itertools
from datetime import UTC, date, datetime, time, timedelta, timezone

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.common_pb2 import Application, CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.calendar import JST, KOSEKI_KINDS, boundaries, is_office_day, national_holidays, refusal_at
from kofu_spec.rules.eligibility import kind_of

RESIDENCE = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
KOSEKI = CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS
ISSUED = [kind_of(Application(**{field.name: {}})) for field in Application.DESCRIPTOR.fields]
KINDS = st.sampled_from([None, *ISSUED])
DAYS = st.dates(date(2022, 3, 1), date(2049, 12, 31))
INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2049, 12, 31), timezones=st.just(JST))  # noqa: DTZ001


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("day", "clock", "residence", "koseki"),
    [
        ("2022-02-28", "10:00", Reason.REASON_SERVICE_NOT_STARTED, Reason.REASON_SERVICE_NOT_STARTED),
        ("2022-02-28", "23:59:59.999", Reason.REASON_SERVICE_NOT_STARTED, Reason.REASON_SERVICE_NOT_STARTED),
        ("2022-03-01", "00:00", Reason.REASON_OUT_OF_HOURS, Reason.REASON_OUT_OF_HOURS),
        ("2022-03-01", "06:30", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-07", "06:29:59.999", Reason.REASON_OUT_OF_HOURS, Reason.REASON_OUT_OF_HOURS),
        ("2026-10-07", "06:30:00.000", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-07", "08:59:59.999", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-07", "09:00:00.000", None, None),
        ("2026-10-07", "16:59:59.999", None, None),
        ("2026-10-07", "17:00:00.000", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-07", "22:59:59.999", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-07", "23:00:00.000", Reason.REASON_OUT_OF_HOURS, Reason.REASON_OUT_OF_HOURS),
        ("2026-12-28", "10:00", None, None),
        ("2026-12-29", "10:00", Reason.REASON_OUT_OF_HOURS, Reason.REASON_OUT_OF_HOURS),
        ("2027-01-03", "10:00", Reason.REASON_OUT_OF_HOURS, Reason.REASON_OUT_OF_HOURS),
        ("2027-01-04", "10:00", None, None),
        ("2024-02-29", "10:00", None, None),
        ("2026-10-10", "10:00", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-10-11", "10:00", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2026-09-22", "10:00", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
        ("2023-01-02", "10:00", Reason.REASON_OUT_OF_HOURS, Reason.REASON_OUT_OF_HOURS),
        ("2024-02-12", "10:00", None, Reason.REASON_KOSEKI_OUT_OF_HOURS),
    ],
    ids=lambda value: str(value),
)
def test_the_hours_at_their_boundaries(
    day: str, clock: str, residence: "Reason | None", koseki: "Reason | None"
) -> None:
    assert refusal_at(None, at(day, clock)) == residence
    assert refusal_at(RESIDENCE, at(day, clock)) == residence
    assert refusal_at(KOSEKI, at(day, clock)) == koseki


def test_olympic_years_moved_their_holidays() -> None:
    """2021: Marine Day on 22 July, Sports Day on 23 July; their usual Mondays were office days."""
    started = date(2019, 1, 1)
    assert refusal_at(KOSEKI, at("2021-07-22", "10:00"), started) == Reason.REASON_KOSEKI_OUT_OF_HOURS
    assert refusal_at(KOSEKI, at("2021-07-23", "10:00"), started) == Reason.REASON_KOSEKI_OUT_OF_HOURS
    assert refusal_at(KOSEKI, at("2021-07-19", "10:00"), started) is None
    assert refusal_at(KOSEKI, at("2021-10-11", "10:00"), started) is None


@pytest.mark.parametrize("year", range(2022, 2050))
def test_two_sources_agree_on_the_holidays(year: int) -> None:
    assert national_holidays(year) == {day for day, _ in jpholiday.year_holidays(year)}


@given(kind=KINDS, instant=INSTANTS, offset=st.integers(-12, 14))
def test_the_answer_depends_on_the_instant_and_not_on_its_zone(
    kind: "CertificateKind | None", instant: datetime, offset: int
) -> None:
    elsewhere = instant.astimezone(timezone(timedelta(hours=offset)))
    assert refusal_at(kind, instant) == refusal_at(kind, elsewhere) == refusal_at(kind, instant.astimezone(UTC))


@given(instant=INSTANTS)
def test_koseki_can_be_had_only_when_the_others_can(instant: datetime) -> None:
    service = refusal_at(None, instant)
    for kind in ISSUED:
        answer = refusal_at(kind, instant)
        assert answer == service or (kind in KOSEKI_KINDS and service is None)


@given(day=DAYS, kind=KINDS)
def test_within_a_day_the_answer_changes_at_boundaries_only(day: date, kind: "CertificateKind | None") -> None:
    marks = boundaries(day)
    assert marks == sorted(marks)
    for before, after in itertools.pairwise(marks):
        middle = before + (after - before) / 2
        assert refusal_at(kind, middle) == refusal_at(kind, before)


@given(day=DAYS)
def test_every_day_is_open_but_six(day: date) -> None:
    closed = (day.month, day.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    assert (refusal_at(None, datetime.combine(day, time(12), JST)) is not None) == closed


@given(day=DAYS, kind=KINDS)
def test_a_special_closing_shuts_the_whole_day_and_no_other(day: date, kind: "CertificateKind | None") -> None:
    noon = datetime.combine(day, time(12), JST)
    closings = frozenset({day})
    assert refusal_at(kind, noon, special_closings=closings) == Reason.REASON_OUT_OF_HOURS
    next_noon = noon + timedelta(days=1)
    assert refusal_at(kind, next_noon, special_closings=closings) == refusal_at(kind, next_noon)


@given(starts_on=DAYS, instant=INSTANTS)
def test_nothing_is_issued_before_the_first_day(starts_on: date, instant: datetime) -> None:
    refused = refusal_at(RESIDENCE, instant, service_starts_on=starts_on) == Reason.REASON_SERVICE_NOT_STARTED
    assert refused == (instant.date() < starts_on)


def test_office_days_of_one_week() -> None:
    """Silver week of 2026: 21 Monday, 22 between two holidays, 23 Wednesday."""
    week = [date(2026, 9, 20) + timedelta(days=step) for step in range(7)]
    assert [day.day for day in week if is_office_day(day)] == [24, 25]


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="instant: must carry a time zone"):
        refusal_at(None, datetime(2026, 10, 7, 10))  # noqa: DTZ001
