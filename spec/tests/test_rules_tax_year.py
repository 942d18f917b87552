"""What 現年度 means. [1.9]"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.tax_year import CURRENT, SWITCHES_ON, current_tax_year, refusal_of_year, switch_day

DAYS = st.dates(date(2019, 1, 1), date(2099, 12, 30))
SWITCHES = st.integers(1, 30).map(lambda day: (6, day))
FEW_DAYS, FEW_YEARS = st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.frozensets(st.integers(2023, 2028))


@given(day=DAYS, switches_on=SWITCHES)
def test_it_grows_by_one_on_the_day_of_the_switch_and_on_no_other(day: date, switches_on: tuple[int, int]) -> None:
    tomorrow = day + timedelta(days=1)
    grown = current_tax_year(tomorrow, switches_on) - current_tax_year(day, switches_on)
    assert grown == (1 if (tomorrow.month, tomorrow.day) == switches_on else 0)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        ("2026-03-31", 2025),
        ("2026-04-01", 2025),
        ("2026-05-31", 2025),
        ("2026-06-01", 2026),
        ("2026-12-31", 2026),
        ("2027-01-01", 2026),
        ("2024-02-29", 2023),
    ],
)
def test_from_april_to_may_the_year_before_is_the_current_one(day: str, year: int) -> None:
    assert current_tax_year(date.fromisoformat(day)) == year


@given(day=DAYS, switches_on=SWITCHES)
def test_no_year_is_current_before_it_began_or_over_fifteen_months_after(
    day: date, switches_on: tuple[int, int]
) -> None:
    year = current_tax_year(day, switches_on)
    assert date(year, 4, 1) <= day < date(year + 1, 7, 1)


@given(day=FEW_DAYS, asked=st.integers(2023, 2028) | st.just(CURRENT), recorded=FEW_YEARS)
def test_a_certificate_is_of_the_current_year_and_of_a_record(day: date, asked: int, recorded: frozenset[int]) -> None:
    answer, current = refusal_of_year(asked, recorded, day), current_tax_year(day)
    if answer is None:
        assert current in recorded
        assert asked in (CURRENT, current)
    else:
        assert answer == (Reason.REASON_NOT_CURRENT_TAX_YEAR if current in recorded else Reason.REASON_NO_TAX_RECORD)


@given(day=FEW_DAYS, recorded=FEW_YEARS)
def test_asking_for_the_current_year_by_number_is_asking_for_it(day: date, recorded: frozenset[int]) -> None:
    assert refusal_of_year(current_tax_year(day), recorded, day) == refusal_of_year(CURRENT, recorded, day)


@pytest.mark.parametrize("switches_on", [(4, 1), (5, 31), (7, 1)])
def test_the_switch_lies_in_june(switches_on: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="switches_on: must be a day of June"):
        current_tax_year(date(2026, 10, 7), switches_on)


def test_the_profile_switches_on_the_first_of_june() -> None:
    assert switch_day(2026) == date(2026, *SWITCHES_ON) == date(2026, 6, 1)
