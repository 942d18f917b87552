"""How values are printed: eras, amounts, sexes, categories. Digits are ASCII. [2.1, 2.2, 2.3]"""

from dataclasses import dataclass
from datetime import date

from kofu.v1.common_pb2 import CivilDate, RecordedDate
from kofu.v1.register_pb2 import ForeignResidentCategory, Sex

UNKNOWN = "不詳"
NOT_TAXABLE = "非課税"
LOSS_SIGN = "△"

_SEXES = {Sex.SEX_MALE: "男", Sex.SEX_FEMALE: "女"}

_CATEGORIES = {
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_MID_TO_LONG_TERM: "中長期在留者",
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT: "特別永住者",
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE: "一時庇護許可者又は仮滞在許可者",
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL: "出生による経過滞在者又は国籍喪失による経過滞在者",
}


@dataclass(frozen=True)
class Era:
    """An era and the first day that bears its name."""

    name: str
    first_day: date

    def year_of(self, year: int) -> str:
        """The Gregorian year as the era counts it; the first one is 元年."""
        counted = year - self.first_day.year + 1
        return f"{self.name}{'元' if counted == 1 else counted}年"


# Newest first, so that the first era that had begun is the one that holds.
ERAS = (
    Era("令和", date(2019, 5, 1)),
    Era("平成", date(1989, 1, 8)),
    Era("昭和", date(1926, 12, 25)),
    Era("大正", date(1912, 7, 30)),
    Era("明治", date(1868, 1, 25)),
)


def _era_on(day: date) -> Era | None:
    return next((era for era in ERAS if era.first_day <= day), None)


def _year(era: Era | None, year: int) -> str:
    return era.year_of(year) if era else f"{year}年"


def era_date(civil: CivilDate) -> str:
    """令和8年10月7日. Days before the first era are printed with the Gregorian year."""
    era = _era_on(date(civil.year, civil.month, civil.day))
    return f"{_year(era, civil.year)}{civil.month}月{civil.day}日"


def gregorian_date(civil: CivilDate) -> str:
    """1980年3月12日, the form of foreign residents' birth dates."""
    return f"{civil.year}年{civil.month}月{civil.day}日"


def partial_date(year: int, month: int, *, gregorian: bool = False) -> str:
    """昭和20年5月日不詳, or 昭和20年月日不詳 where ``month`` is 0.

    The era is that of the first day of what is known: January 1989 is 昭和64年1月.
    """
    era = None if gregorian else _era_on(date(year, month or 1, 1))
    return f"{_year(era, year)}{month or ''}月日{UNKNOWN}"


def recorded_date(recorded: RecordedDate, *, gregorian: bool = False) -> str:
    """A date as a register knows it; empty where none is recorded."""
    match recorded.WhichOneof("known"):
        case "exact":
            return gregorian_date(recorded.exact) if gregorian else era_date(recorded.exact)
        case "partial":
            return partial_date(recorded.partial.year, recorded.partial.month, gregorian=gregorian)
        case "unknown":
            return UNKNOWN
        case _:
            return ""


def tax_year(year: int) -> str:
    """令和8年度. A year in which the era changed bears the new name throughout: 2019 is 令和元年度."""
    era = _era_on(date(year, 12, 31))
    return f"{_year(era, year)}度"


def yen(amount: int) -> str:
    """1,234,567円; a loss △1,234円."""
    return f"{LOSS_SIGN if amount < 0 else ''}{abs(amount):,}円"


def head_count(count: int) -> str:
    """2人."""
    return f"{count}人"


def sex(value: Sex) -> str:
    """男 or 女; nothing where the sex is not recorded."""
    return _SEXES.get(value, "")


def foreign_category(value: ForeignResidentCategory) -> str:
    """The category of 住民基本台帳法第30条の45; nothing for Japanese nationals."""
    return _CATEGORIES.get(value, "")
