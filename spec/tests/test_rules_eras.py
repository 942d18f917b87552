"""Dates as printed. [2.1, 2.2, 2.3, P.9]"""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.common_pb2 import CivilDate, PartialDate, RecordedDate
from kofu_spec.rules.eras import ERAS, printed, printed_year

DAYS = st.dates(date(1868, 1, 25), date(2100, 12, 31))
FIRST_YEARS = {name: first_day.year for name, first_day in ERAS}


def civil(day: date) -> CivilDate:
    return CivilDate(year=day.year, month=day.month, day=day.day)


def read_back(text: str) -> date:
    found = re.fullmatch(r"(\D\D)(元|[1-9]\d*)年([1-9]\d?)月([1-9]\d?)日", text)
    assert found, text
    era, year, month, day = found.groups()
    return date(FIRST_YEARS[era] + (1 if year == "元" else int(year)) - 1, int(month), int(day))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-10-07", "令和8年10月7日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-05-01", "平成元年5月1日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1868-01-25", "明治元年1月25日"),
    ],
)
def test_eras_change_by_the_day(day: str, text: str) -> None:
    assert printed(civil(date.fromisoformat(day))) == text
    assert printed(RecordedDate(exact=civil(date.fromisoformat(day)))) == text


@given(DAYS)
def test_a_printed_day_means_that_day_and_no_other(day: date) -> None:
    assert read_back(printed(civil(day))) == day


@given(DAYS)
def test_no_day_is_printed_in_an_era_that_had_not_begun_or_was_over(day: date) -> None:
    name = printed(civil(day))[:2]
    starts = dict(ERAS)
    assert starts[name] <= day
    assert not any(starts[name] < first_day <= day for first_day in starts.values())


@given(DAYS)
def test_the_next_day_is_a_new_year_only_on_new_years_day_or_a_change_of_era(day: date) -> None:
    today, tomorrow = (printed(civil(each)).partition("年")[0] for each in (day, day + timedelta(days=1)))
    turns = day + timedelta(days=1) in {first_day for _, first_day in ERAS} or (day.month, day.day) == (12, 31)
    assert (today != tomorrow) == turns


@given(DAYS)
def test_births_of_foreign_residents_are_gregorian(day: date) -> None:
    assert printed(civil(day), foreign=True) == f"{day.year}年{day.month}月{day.day}日"


@pytest.mark.parametrize(
    ("recorded", "text", "foreign_text"),
    [
        (RecordedDate(partial=PartialDate(year=1945, month=5)), "昭和20年5月日不詳", "1945年5月日不詳"),
        (RecordedDate(partial=PartialDate(year=1945)), "昭和20年月日不詳", "1945年月日不詳"),
        (RecordedDate(partial=PartialDate(year=1926)), "大正15年月日不詳", "1926年月日不詳"),
        (RecordedDate(partial=PartialDate(year=1926, month=12)), "大正15年12月日不詳", "1926年12月日不詳"),
        (RecordedDate(partial=PartialDate(year=1989, month=2)), "平成元年2月日不詳", "1989年2月日不詳"),
        (RecordedDate(unknown=True), "不詳", "不詳"),
    ],
)
def test_what_is_unknown_is_printed_as_such(recorded: RecordedDate, text: str, foreign_text: str) -> None:
    assert printed(recorded) == text
    assert printed(recorded, foreign=True) == foreign_text


@pytest.mark.parametrize(
    ("year", "text"),
    [(2026, "令和8年度"), (2019, "令和元年度"), (2018, "平成30年度"), (1989, "平成元年度"), (1988, "昭和63年度")],
)
def test_a_tax_year_is_named_in_the_era_in_which_it_becomes_current(year: int, text: str) -> None:
    assert printed_year(year) == text


def test_a_day_without_an_era_and_an_empty_date_are_refused() -> None:
    with pytest.raises(ValueError, match="1868-01-24 lies before 明治"):
        printed(CivilDate(year=1868, month=1, day=24))
    with pytest.raises(ValueError, match="recorded: a date must be exact, partial or unknown"):
        printed(RecordedDate())
