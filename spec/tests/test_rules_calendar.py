"""Hours, closing days, koseki hours and the first day. [1.2, 1.4, 1.5, 1.6]"""

import itertools
from datetime import UTC, date, datetime, time, timedelta, timezone

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.calendar_pb2 import DailyHours, IrregularHours, ServiceCalendar
from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate
from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.calendar import (
    CLOSES_AT,
    HOLIDAY_YEARS,
    JST,
    KOSEKI_KINDS,
    OPENS_AT,
    USUAL,
    Calendar,
    Hours,
    boundaries,
    holiday_names,
    is_office_day,
    is_year_end,
    national_holidays,
    refusal_at,
)
from kofu_spec.rules.eligibility import kind_of

RESIDENCE = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
KOSEKI = CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS
ISSUED = [kind_of(Application(**{field.name: {}})) for field in Application.DESCRIPTOR.fields]
KINDS = st.sampled_from([None, *ISSUED])
DAYS = st.dates(date(2022, 3, 1), date(2046, 12, 30))
INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2046, 12, 31), timezones=st.just(JST))  # noqa: DTZ001
CLOCKS = st.times(OPENS_AT, CLOSES_AT).map(lambda clock: clock.replace(second=0, microsecond=0))
HOURS = st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Hours(*pair))
SOME_DAYS = st.frozensets(st.dates(date(2026, 10, 1), date(2026, 10, 14)), max_size=6)
OF_THESE_DAYS = st.datetimes(datetime(2026, 9, 30), datetime(2026, 10, 15), timezones=st.just(JST))  # noqa: DTZ001
SUBSTITUTE, SANDWICHED = "振替休日", "国民の休日"


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
    started = Calendar(starts_on=date(2019, 1, 1))
    assert refusal_at(KOSEKI, at("2021-07-22", "10:00"), started) == Reason.REASON_KOSEKI_OUT_OF_HOURS
    assert refusal_at(KOSEKI, at("2021-07-23", "10:00"), started) == Reason.REASON_KOSEKI_OUT_OF_HOURS
    assert refusal_at(KOSEKI, at("2021-07-19", "10:00"), started) is None
    assert refusal_at(KOSEKI, at("2021-10-11", "10:00"), started) is None


@pytest.mark.parametrize("year", HOLIDAY_YEARS)
def test_two_sources_agree_on_the_holidays(year: int) -> None:
    assert national_holidays(year) == {day for day, _ in jpholiday.year_holidays(year)}
    substitutes = {day for day, name in jpholiday.year_holidays(year) if SUBSTITUTE in name}
    assert {day for day, name in holiday_names(year).items() if name == SUBSTITUTE} == substitutes


def test_the_years_that_are_known_hold_every_kind_of_year() -> None:
    """New Year's Day on each weekday, in common and in leap years: fourteen kinds, as many as there are."""
    kinds = {(date(year, 1, 1).weekday(), (date(year + 1, 1, 1) - date(year, 1, 1)).days) for year in HOLIDAY_YEARS}
    assert len(kinds) == 14


@pytest.mark.parametrize("year", [2018, 2047])
def test_a_year_whose_holidays_are_not_known_is_told(year: int) -> None:
    with pytest.raises(ValueError, match="year: holidays are known from 2019 to 2046"):
        is_office_day(next(date(year, 6, day) for day in range(1, 8) if date(year, 6, day).weekday() == 2))


def own_holidays(year: int) -> dict[date, str]:
    """The holidays that the law names, without those that follow from them."""
    return {day: name for day, name in holiday_names(year).items() if name not in (SUBSTITUTE, SANDWICHED)}


@pytest.mark.parametrize("year", HOLIDAY_YEARS)
def test_a_holiday_on_a_sunday_is_made_up_for_on_the_next_day_that_is_none(year: int) -> None:
    """Article 3, paragraph 2 of the act on national holidays; and nothing else is a substitute."""
    due = set()
    for sunday in (day for day in own_holidays(year) if day.weekday() == 6):
        due.add(next(day for step in range(1, 8) if (day := sunday + timedelta(days=step)) not in own_holidays(year)))
    assert {day for day, name in holiday_names(year).items() if name == SUBSTITUTE} == due


@pytest.mark.parametrize("year", HOLIDAY_YEARS)
def test_a_day_between_two_holidays_is_one_too(year: int) -> None:
    """Article 3, paragraph 3 of the same act; a Sunday needs no such rule, and a substitute comes first."""
    own, step = own_holidays(year), timedelta(days=1)
    between = {day + step for day in own if day + 2 * step in own and day + step not in own}
    expected = {day for day in between if holiday_names(year).get(day) != SUBSTITUTE and day.weekday() != 6}
    assert {day for day, name in holiday_names(year).items() if name == SANDWICHED} == expected


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
    calendar = Calendar(closed_days=frozenset({day}))
    for instant in boundaries(day):
        if instant.date() == day:
            assert refusal_at(kind, instant, calendar) == Reason.REASON_OUT_OF_HOURS
        else:
            assert refusal_at(kind, instant, calendar) == refusal_at(kind, instant)


@given(day=DAYS, kind=KINDS)
def test_a_closing_of_the_office_shuts_the_koseki_alone(day: date, kind: "CertificateKind | None") -> None:
    calendar = Calendar(office_closed_days=frozenset({day}))
    for instant in boundaries(day):
        usual = refusal_at(kind, instant)
        closed = kind in KOSEKI_KINDS and instant.date() == day and usual is None
        assert refusal_at(kind, instant, calendar) == (Reason.REASON_KOSEKI_OUT_OF_HOURS if closed else usual)


@given(opened=SOME_DAYS, kind=KINDS, instant=OF_THESE_DAYS)
def test_an_office_that_opens_on_a_saturday_changes_nothing(
    opened: frozenset[date], kind: "CertificateKind | None", instant: datetime
) -> None:
    assert refusal_at(kind, instant, Calendar(office_open_days=opened)) == refusal_at(kind, instant)


@given(day=DAYS, hours=HOURS, step=st.integers(-1, 1))
def test_hours_of_its_own_stand_for_the_usual_ones_on_that_day_alone(day: date, hours: Hours, step: int) -> None:
    calendar = Calendar(irregular_hours={day: hours})
    opening, closing = (datetime.combine(day, edge, JST) for edge in (hours.opens_at, hours.closes_at))
    nearly = timedelta(milliseconds=1)
    open_at_all = not is_year_end(day)
    assert (refusal_at(None, opening, calendar) is None) == open_at_all
    assert refusal_at(None, opening - nearly, calendar) == Reason.REASON_OUT_OF_HOURS
    assert (refusal_at(None, closing - nearly, calendar) is None) == open_at_all
    assert refusal_at(None, closing, calendar) == Reason.REASON_OUT_OF_HOURS
    if step:
        other = datetime.combine(day + timedelta(days=step), time(12), JST)
        assert refusal_at(KOSEKI, other, calendar) == refusal_at(KOSEKI, other)


@given(instant=OF_THESE_DAYS, kind=KINDS, hours=HOURS, one=SOME_DAYS, other=SOME_DAYS, third=SOME_DAYS)
def test_whatever_the_city_sets_only_closes(
    instant: datetime,
    kind: "CertificateKind | None",
    hours: Hours,
    one: frozenset[date],
    other: frozenset[date],
    third: frozenset[date],
) -> None:
    """What can be had by a calendar of the city could be had by the document's own."""
    calendar = Calendar(
        closed_days=one, office_closed_days=other, office_open_days=third, irregular_hours=dict.fromkeys(third, hours)
    )
    if refusal_at(kind, instant, calendar) is None:
        assert refusal_at(kind, instant) is None


@given(starts_on=DAYS, instant=INSTANTS)
def test_nothing_is_issued_before_the_first_day(starts_on: date, instant: datetime) -> None:
    calendar = Calendar(starts_on=starts_on)
    refused = refusal_at(RESIDENCE, instant, calendar) == Reason.REASON_SERVICE_NOT_STARTED
    assert refused == (instant.date() < starts_on)


def test_a_calendar_is_read_as_the_center_tells_it() -> None:
    day, other, third, fourth = (CivilDate(year=2026, month=10, day=day) for day in (5, 6, 10, 7))
    message = ServiceCalendar(
        municipality_code="992011",
        starts_on=CivilDate(year=2019, month=1, day=1),
        hours=DailyHours(opens_at_minute=420, closes_at_minute=1380),
        koseki_hours=DailyHours(opens_at_minute=540, closes_at_minute=1035),
        closed_days=[day],
        office_closed_days=[other],
        office_open_days=[third],
        irregular_hours=[IrregularHours(day=fourth, hours=DailyHours(opens_at_minute=600, closes_at_minute=960))],
    )
    assert Calendar.of(message) == Calendar(
        starts_on=date(2019, 1, 1),
        hours=Hours(time(7), time(23)),
        koseki_hours=Hours(time(9), time(17, 15)),
        closed_days=frozenset({date(2026, 10, 5)}),
        office_closed_days=frozenset({date(2026, 10, 6)}),
        office_open_days=frozenset({date(2026, 10, 10)}),
        irregular_hours={date(2026, 10, 7): Hours(time(10), time(16))},
    )


@pytest.mark.parametrize(
    ("opens_at", "closes_at"), [("06:29", "23:00"), ("06:30", "23:01"), ("09:00", "09:00"), ("17:00", "09:00")]
)
def test_no_city_opens_before_half_past_six_or_after_eleven(opens_at: str, closes_at: str) -> None:
    with pytest.raises(ValueError, match=r"hours: .* must lie in order within 06:30:00 to 23:00:00"):
        Hours(time.fromisoformat(opens_at), time.fromisoformat(closes_at))


@given(day=DAYS)
def test_an_office_day_has_office_hours_and_no_other_day_has(day: date) -> None:
    found = {refusal_at(KOSEKI, instant) for instant in boundaries(day)[:-2] if instant.date() == day}
    assert (None in found) == USUAL.is_office_day(day) == (is_office_day(day) and day not in USUAL.closed_days)


@pytest.mark.parametrize("year", HOLIDAY_YEARS)
def test_the_office_is_closed_between_the_years(year: int) -> None:
    """Also on the weekdays among these days, which are no national holidays."""
    days = [*(date(year, 12, day) for day in (29, 30, 31)), *(date(year, 1, day) for day in (1, 2, 3))]
    assert not any(is_office_day(day) for day in days)


def test_office_days_of_one_week() -> None:
    """Silver week of 2026: 21 Monday, 22 between two holidays, 23 Wednesday."""
    week = [date(2026, 9, 20) + timedelta(days=step) for step in range(7)]
    assert [day.day for day in week if is_office_day(day)] == [24, 25]


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="instant: must carry a time zone"):
        refusal_at(None, datetime(2026, 10, 7, 10))  # noqa: DTZ001
