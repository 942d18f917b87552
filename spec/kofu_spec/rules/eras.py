"""Dates as certificates print them: Japanese eras by the day. [2.1, 2.2, 2.3, P.9]"""

from datetime import date

from kofu.v1.common_pb2 import CivilDate, PartialDate, RecordedDate
from kofu_spec.rules.tax_year import switch_day

ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 1, 25)),
)
"""Name and first day of each era, newest first."""

UNKNOWN = "不詳"


def printed(recorded: RecordedDate | CivilDate, foreign: bool = False) -> str:
    """The printed form: 令和8年10月7日, or 1980年3月12日 for the birth of a foreign resident.

    What is unknown is printed as such: 昭和20年5月日不詳, 昭和20年月日不詳, 不詳. A partly known date takes the era of
    the first day that it may mean. A day before 1868-01-25, the first of 明治, raises ValueError.
    """
    if isinstance(recorded, CivilDate):
        return _printed_day(recorded, foreign)
    match recorded.WhichOneof("known"):
        case "exact":
            return _printed_day(recorded.exact, foreign)
        case "partial":
            return _printed_partial(recorded.partial, foreign)
        case "unknown":
            return UNKNOWN
    raise ValueError("recorded: a date must be exact, partial or unknown; set one of them")


def printed_year(tax_year: int) -> str:
    """A tax year, named by the Gregorian year in which it begins: 2026 is 令和8年度.

    The era is that of the day on which the year becomes current: no certificate of it is issued earlier. So 2019 is
    令和元年度. [1.9, 2.3, decision]
    """
    return f"{_era_year(switch_day(tax_year))}年度"


def _printed_day(day: CivilDate, foreign: bool) -> str:
    year = str(day.year) if foreign else _era_year(date(day.year, day.month, day.day))
    return f"{year}年{day.month}月{day.day}日"


def _printed_partial(day: PartialDate, foreign: bool) -> str:
    year = str(day.year) if foreign else _era_year(date(day.year, day.month or 1, 1))
    return f"{year}年{day.month or ''}月日{UNKNOWN}"


def _era_year(day: date) -> str:
    for name, first_day in ERAS:
        if day >= first_day:
            number = day.year - first_day.year + 1
            return f"{name}{'元' if number == 1 else number}"
    raise ValueError(f"date: {day} lies before {ERAS[-1][0]}; dates are printed from {ERAS[-1][1]} on")
