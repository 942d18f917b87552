"""eras.json: civil, partly known and unknown dates as certificates print them. [2.1, 2.2, P.9]"""

from collections.abc import Iterator

from google.protobuf.json_format import MessageToDict

from kofu.v1.common_pb2 import CivilDate, PartialDate, RecordedDate
from kofu_spec.rules.eras import printed
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

ERA, GREGORIAN = "era", "gregorian"

EXACT = (
    ("reiwa.today", "2026-10-07", "令和の一日", "a day of 令和"),
    ("reiwa.first", "2019-05-01", "令和の初日。初年は元年", "first day of 令和; the first year is 元年"),
    ("reiwa.first-year-end", "2019-12-31", "令和元年の末日", "last day of 令和元年"),
    ("reiwa.second-year", "2020-01-01", "令和2年の元日", "first day of 令和2年"),
    ("reiwa.leap-day", "2024-02-29", "閏日", "a leap day"),
    ("reiwa.tenth-year", "2028-01-01", "二桁の年の初め", "the first year of two digits"),
    ("heisei.last", "2019-04-30", "平成の末日。31年", "last day of 平成, in year 31"),
    ("heisei.new-year-31", "2019-01-01", "平成31年の元日", "New Year's Day of 平成31年"),
    ("heisei.first", "1989-01-08", "平成の初日", "first day of 平成"),
    ("heisei.first-year", "1989-05-01", "平成元年の一日", "a day of 平成元年"),
    ("heisei.second-year", "1990-01-01", "平成2年の元日", "first day of 平成2年"),
    ("showa.last", "1989-01-07", "昭和の末日。64年", "last day of 昭和, in year 64"),
    ("showa.new-year-64", "1989-01-01", "昭和64年の元日", "New Year's Day of 昭和64年"),
    ("showa.63", "1988-12-31", "昭和63年の末日", "last day of 昭和63年"),
    ("showa.first", "1926-12-25", "昭和の初日", "first day of 昭和"),
    (
        "showa.second-year",
        "1927-01-01",
        "昭和2年の元日。元年は7日間",
        "first day of 昭和2年; its first year had seven days",
    ),
    ("taisho.last", "1926-12-24", "大正の末日。15年", "last day of 大正, in year 15"),
    ("taisho.first", "1912-07-30", "大正の初日", "first day of 大正"),
    ("meiji.last", "1912-07-29", "明治の末日。45年", "last day of 明治, in year 45"),
    ("meiji.first", "1868-01-25", "明治の初日", "first day of 明治"),
    ("padding", "2026-01-02", "月日を0で埋めない", "month and day are not padded with zeros"),
    ("two-digits", "2026-11-23", "二桁の月日", "month and day of two digits"),
)
PARTIAL = (
    ("day-unknown", 1945, 5, "日が不詳", "the day is unknown"),
    ("month-unknown", 1945, 0, "月日が不詳", "month and day are unknown"),
    ("day-unknown.december", 1945, 12, "12月の日が不詳", "a day of December is unknown"),
    ("era-change.month-of-the-first-day", 1989, 1, "1989年1月は昭和と平成にわたる。元号は最も早い日による", "January 1989 is of 昭和 and 平成; the first day that it may mean decides"),
    ("era-change.month-after", 1989, 2, "1989年2月は平成だけにある", "February 1989 is of 平成 alone"),
    ("era-change.year", 1989, 0, "1989年は昭和と平成にわたる", "1989 is of 昭和 and 平成"),
    ("era-change.december-1926", 1926, 12, "1926年12月は大正と昭和にわたる", "December 1926 is of 大正 and 昭和"),
    ("era-change.year-1926", 1926, 0, "1926年は大正と昭和にわたる", "1926 is of 大正 and 昭和"),
    ("era-change.july-1912", 1912, 7, "1912年7月は明治と大正にわたる", "July 1912 is of 明治 and 大正"),
    ("era-change.august-1912", 1912, 8, "1912年8月は大正だけにある", "August 1912 is of 大正 alone"),
    ("era-change.april-2019", 2019, 4, "2019年4月は平成だけにある", "April 2019 is of 平成 alone"),
    ("era-change.may-2019", 2019, 5, "2019年5月は令和だけにある", "May 2019 is of 令和 alone"),
    ("era-change.year-2019", 2019, 0, "2019年は平成と令和にわたる", "2019 is of 平成 and 令和"),
)  # fmt: skip


def make() -> Made:
    """Each date in both forms."""
    number = {"type": "integer"}
    known = {
        "exact": record({"year": number, "month": number, "day": number}),
        "partial": record({"year": number, "month": number}, optional=["month"]),
        "unknown": {"const": True},
    }
    return Made(
        name="eras",
        version="1",
        about_ja=(
            "日付の記載。dateはRecordedDateのJSONで、monthのないpartialは月日が不詳。"
            "formのeraは元号（日本国民の生年月日、発行日、届出日など）、gregorianは西暦（外国人住民の生年月日）。数字はASCII。"
        ),
        about_en=(
            "How a date is printed. date is a RecordedDate in JSON; a partial one without month has month and day "
            "unknown. form is era (births of Japanese nationals, issue, filing and other dates) or gregorian (births of "
            "foreign residents). Digits are ASCII."
        ),
        given=record({"date": {"oneOf": [record({name: one}) for name, one in known.items()]}, "form": {"enum": [ERA, GREGORIAN]}}),
        expect=record({"printed": {"type": "string", "pattern": "^[^0-9]*([0-9]*[^0-9]+)*$"}}),
        vectors=tuple(_vectors()),
    )  # fmt: skip


def _dates() -> Iterator[tuple[str, RecordedDate, str, str, str]]:
    for slug, text, ja, en in EXACT:
        year, month, day = map(int, text.split("-"))
        yield slug, RecordedDate(exact=CivilDate(year=year, month=month, day=day)), ja, en, "P.9"
    for slug, year, month, ja, en in PARTIAL:
        yield f"partial.{slug}", RecordedDate(partial=PartialDate(year=year, month=month)), ja, en, "P.9"
    yield "unknown", RecordedDate(unknown=True), "何も分からない", "nothing is known", "2.1"


def _vectors() -> Iterator[Vector]:
    for slug, recorded, ja, en, requirement in _dates():
        for form in (ERA, GREGORIAN):
            said = (
                ("元号で記載する。", "Printed in eras.")
                if form == ERA
                else ("西暦で記載する。", "Printed as Gregorian.")
            )
            yield Vector(
                id=f"{slug}.{form}",
                given={"date": MessageToDict(recorded), "form": form},
                expect={"printed": printed(recorded, foreign=form == GREGORIAN)},
                because_ja=f"{ja}。{said[0]}",
                because_en=f"{en[0].upper()}{en[1:]}. {said[1]}",
                requirement=requirement,
            )
