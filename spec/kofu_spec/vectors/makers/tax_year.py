"""tax_year.json: which year is current, how it is printed, and who gets a certificate. [1.9, 2.3]"""

from collections.abc import Iterator
from datetime import date

from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.eras import printed_year
from kofu_spec.rules.tax_year import CURRENT, SWITCHES_ON, current_tax_year, refusal_of_year
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

LATE_SWITCH = (6, 15)

DAYS = (
    ("january", "2026-01-01", "暦年が変わっても年度は変わらない", "a new calendar year is no new tax year", SWITCHES_ON),
    ("march-end", "2026-03-31", "会計年度の末日", "the last day of the fiscal year", SWITCHES_ON),
    ("april-first", "2026-04-01", "4月1日から切替日までは前年度が現年度", "from 1 April to the switch the year before is current", SWITCHES_ON),
    ("may-end", "2026-05-31", "切替日の前日", "the eve of the switch", SWITCHES_ON),
    ("june-first", "2026-06-01", "切替日", "the day of the switch", SWITCHES_ON),
    ("june-second", "2026-06-02", "切替日の翌日", "the day after the switch", SWITCHES_ON),
    ("december", "2026-12-31", "暦年の末日", "the last day of the calendar year", SWITCHES_ON),
    ("leap-day", "2024-02-29", "閏日", "a leap day", SWITCHES_ON),
    ("late-switch.eve", "2026-06-14", "6月15日に切り替える市の前日", "the eve in a city that switches on 15 June", LATE_SWITCH),
    ("late-switch.day", "2026-06-15", "6月15日に切り替える市の切替日", "the day in a city that switches on 15 June", LATE_SWITCH),
    ("reiwa-gannen.eve", "2019-05-31", "令和になっても、切替日までは平成30年度", "平成30年度 until the switch, although 令和 has begun", SWITCHES_ON),
    ("reiwa-gannen.day", "2019-06-01", "令和元年度。平成31年度とは記載しない", "令和元年度, never 平成31年度", SWITCHES_ON),
    ("reiwa-2.day", "2020-06-01", "令和2年度", "令和2年度", SWITCHES_ON),
)  # fmt: skip

ASKED = (
    ("asked.zero", 0, (2026,), "年度を指定しない", "no year is named"),
    ("asked.current", 2026, (2026,), "現年度を指定した", "the current year is named"),
    ("asked.last", 2025, (2025, 2026), "前年度を指定した。記録があっても交付しない", "last year is named; not issued although there is a record"),
    ("asked.next", 2027, (2026, 2027), "翌年度を指定した", "next year is named"),
    ("asked.no-record", 0, (), "課税の記録がない", "there is no tax record"),
    ("asked.only-last", 0, (2025,), "前年度の記録しかない。代わりに交付しない", "there is last year's record alone; it takes no place"),
    ("asked.last-only-last", 2025, (2025,), "前年度を指定し、その記録しかない。現年度の記録がないことが先に立つ", "last year is named and recorded alone; that there is no current record goes first"),
)  # fmt: skip

_ANSWERS = {
    None: ("交付する。", "It is issued."),
    Reason.REASON_NO_TAX_RECORD: ("現年度の記録がない。", "There is no record of the current year."),
    Reason.REASON_NOT_CURRENT_TAX_YEAR: ("現年度分ではない。", "It is not the current year."),
}


def make() -> Made:
    """Days around the switch, and years asked for on one day."""
    year = {"type": "integer", "minimum": 2000}
    return Made(
        name="tax_year",
        version="1",
        about_ja=(
            "ある日の現年度（始まる西暦年）とその記載、及びasked_year（0は現年度）の課税証明書を、"
            "recorded_yearsの記録がある者に交付するか。switches_onは市が定める切替日（月日）。"
        ),
        about_en=(
            "The current tax year on a day (the Gregorian year in which it begins) and how it is printed, and whether a "
            "certificate of asked_year (0: the current one) is issued to a person of whom recorded_years are on record. "
            "switches_on is the city's day of the switch."
        ),
        given=record(
            {
                "day": {"type": "string", "format": "date"},
                "switches_on": {"type": "string", "pattern": "^06-[0-9]{2}$"},
                "asked_year": {"anyOf": [{"const": CURRENT}, year]},
                "recorded_years": {"type": "array", "items": year, "uniqueItems": True},
            }
        ),
        expect=record(
            {
                "current_year": year,
                "printed": {"type": "string", "pattern": "^..(元|[1-9][0-9]*)年度$"},
                "reason": {"enum": [reason and Reason.Name(reason) for reason in _ANSWERS]},
            }
        ),
        vectors=tuple(_vectors()),
    )


def _vectors() -> Iterator[Vector]:
    for slug, day, ja, en, switches_on in DAYS:
        current = current_tax_year(date.fromisoformat(day), switches_on)
        yield _vector(slug, day, switches_on, CURRENT, (current,), ja, en)
    for slug, asked, recorded, ja, en in ASKED:
        yield _vector(slug, "2026-10-07", SWITCHES_ON, asked, recorded, ja, en)


def _vector(
    slug: str, day: str, switches_on: tuple[int, int], asked: int, recorded: tuple[int, ...], ja: str, en: str
) -> Vector:
    today = date.fromisoformat(day)
    current = current_tax_year(today, switches_on)
    reason = refusal_of_year(asked, recorded, today, switches_on)
    month, of_month = switches_on
    return Vector(
        id=slug,
        given={
            "day": day,
            "switches_on": f"{month:02d}-{of_month:02d}",
            "asked_year": asked,
            "recorded_years": list(recorded),
        },
        expect={"current_year": current, "printed": printed_year(current), "reason": reason and Reason.Name(reason)},
        because_ja=f"{ja}。{_ANSWERS[reason][0]}",
        because_en=f"{en[0].upper()}{en[1:]}. {_ANSWERS[reason][1]}",
        requirement="2.3" if slug.startswith("reiwa") else "1.9",
    )
