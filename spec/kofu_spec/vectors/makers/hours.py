"""hours.json: instants, kinds and calendars. [1.2, 1.4, 1.5, 1.6]"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from google.protobuf.json_format import MessageToDict

from kofu.v1.calendar_pb2 import DailyHours, IrregularHours, ServiceCalendar
from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.calendar import USUAL, Calendar, refusal_at
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

NAME = "hours"

SERVICE, RESIDENCE, KOSEKI = (
    None,
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE,
    CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS,
)
_BOTH = (RESIDENCE, KOSEKI)
_EVERY = cast("tuple[CertificateKind, ...]", tuple(CertificateKind.values()[1:]))


def _day(text: str) -> CivilDate:
    year, month, day = map(int, text.split("-"))
    return CivilDate(year=year, month=month, day=day)


def _calendar(**changed: Any) -> ServiceCalendar:
    usual: dict[str, Any] = {
        "municipality_code": "992011",
        "starts_on": _day("2022-03-01"),
        "hours": DailyHours(opens_at_minute=390, closes_at_minute=1380),
        "koseki_hours": DailyHours(opens_at_minute=540, closes_at_minute=1020),
    }
    return ServiceCalendar(**usual | changed)


def _irregular(day: str, opens_at_minute: int, closes_at_minute: int) -> IrregularHours:
    hours = DailyHours(opens_at_minute=opens_at_minute, closes_at_minute=closes_at_minute)
    return IrregularHours(day=_day(day), hours=hours)


_EARLY = _calendar(starts_on=_day("2019-01-01"))
_CLOSED = _calendar(closed_days=[_day("2026-10-07")])
_OFFICE_CLOSED = _calendar(office_closed_days=[_day("2026-10-07")])
_OFFICE_OPEN = _calendar(office_open_days=[_day("2026-10-10")])
_SHORT = _calendar(irregular_hours=[_irregular("2026-10-07", 600, 960)])
_SHORT_SATURDAY = _calendar(irregular_hours=[_irregular("2026-10-10", 600, 960)])
_SHORT_YEAR_END = _calendar(irregular_hours=[_irregular("2026-12-29", 600, 960)])
_SHORT_AND_CLOSED = _calendar(closed_days=[_day("2026-10-07")], irregular_hours=[_irregular("2026-10-07", 600, 960)])
_LATE_OFFICE = _calendar(koseki_hours=DailyHours(opens_at_minute=540, closes_at_minute=1035))


@dataclass(frozen=True)
class Case:
    """An instant, and what it is about."""

    slug: str
    instant: str
    ja: str
    en: str
    requirement: str
    kinds: "tuple[CertificateKind | None, ...]" = _BOTH
    calendar: ServiceCalendar | None = None


CASES = (
    Case("first-day.eve-noon", "2022-02-28T12:00:00+09:00", "サービス開始日の前日", "the day before the first", "1.2"),
    Case(
        "first-day.eve-last", "2022-02-28T23:59:59.999+09:00", "開始日の前日の最後の1ミリ秒。時間外であるより先に開始前である",
        "the last millisecond of the day before; not yet begun goes before out of hours", "1.2", (SERVICE, *_BOTH),
    ),
    Case(
        "first-day.midnight", "2022-03-01T00:00:00+09:00", "開始日の午前0時", "midnight of the first day", "1.2", (SERVICE, *_BOTH)
    ),
    Case("first-day.opening", "2022-03-01T06:30:00+09:00", "開始日の開始時刻", "opening time of the first day", "1.2"),
    Case("day.midnight", "2026-10-07T00:00:00+09:00", "平日の午前0時", "midnight of a weekday", "1.5"),
    Case(
        "day.before-opening", "2026-10-07T06:29:59.999+09:00", "開始の1ミリ秒前", "a millisecond before opening", "1.5",
        (SERVICE, *_BOTH),
    ),
    Case(
        "day.opening", "2026-10-07T06:30:00.000+09:00", "開始時刻ちょうど。開始を含む",
        "opening time exactly; it is inside", "1.5", (SERVICE, *_BOTH),
    ),
    Case("day.before-koseki", "2026-10-07T08:59:59.999+09:00", "戸籍の開始の1ミリ秒前", "a millisecond before the koseki hours", "1.6"),
    Case("day.koseki-opening", "2026-10-07T09:00:00.000+09:00", "戸籍の開始時刻ちょうど", "the koseki hours begin exactly", "1.6"),
    Case("day.koseki-last", "2026-10-07T16:59:59.999+09:00", "戸籍の終了の1ミリ秒前", "a millisecond before the koseki hours end", "1.6"),
    Case(
        "day.koseki-closing", "2026-10-07T17:00:00.000+09:00", "戸籍の終了時刻ちょうど。終了を含まない",
        "the koseki hours end exactly; the end is outside", "1.6",
    ),
    Case(
        "day.last", "2026-10-07T22:59:59.999+09:00", "終了の1ミリ秒前", "a millisecond before closing", "1.5", (SERVICE, *_BOTH)
    ),
    Case(
        "day.closing", "2026-10-07T23:00:00.000+09:00", "終了時刻ちょうど。終了を含まない",
        "closing time exactly; it is outside", "1.5", (SERVICE, *_BOTH),
    ),
    Case("day.after-closing", "2026-10-07T23:00:59.999+09:00", "23時の最初の1分の終わり", "the end of the first minute past 23:00", "1.5"),
    Case("day.end", "2026-10-07T23:59:59.999+09:00", "日の終わり", "the end of the day", "1.5"),
    Case("week.saturday", "2026-10-10T12:00:00+09:00", "土曜日", "a Saturday", "1.6", _EVERY),
    Case("week.sunday", "2026-10-11T12:00:00+09:00", "日曜日", "a Sunday", "1.6"),
    Case("week.monday", "2026-10-05T09:00:00+09:00", "月曜日", "a Monday", "1.6"),
    Case("holiday.monday", "2026-09-21T12:00:00+09:00", "敬老の日", "Respect for the Aged Day", "1.6", _EVERY),
    Case("holiday.sandwiched", "2026-09-22T12:00:00+09:00", "二つの祝日に挟まれた国民の休日", "a day between two holidays is one", "1.6"),
    Case("holiday.equinox", "2026-09-23T12:00:00+09:00", "秋分の日", "the autumnal equinox", "1.6"),
    Case("holiday.after", "2026-09-24T12:00:00+09:00", "連休の翌日", "the day after the holidays", "1.6"),
    Case(
        "holiday.substitute-wednesday", "2026-05-06T12:00:00+09:00", "日曜日の憲法記念日の振替休日。続く二つの祝日の後に来る",
        "substitute of a Sunday's Constitution Day, behind the two holidays that follow", "1.6",
    ),
    Case("holiday.substitute-monday", "2024-02-12T12:00:00+09:00", "日曜日の建国記念の日の振替休日", "substitute of a Sunday's Foundation Day", "1.6"),
    Case("holiday.saturday", "2026-05-02T12:00:00+09:00", "祝日でない土曜日", "a Saturday that is no holiday", "1.6"),
    Case(
        "holiday.not-made-up", "2023-02-13T12:00:00+09:00", "土曜日の建国記念の日は振り替えない", "a Saturday's holiday is not made up for", "1.6"
    ),
    Case("olympics.marine-day", "2021-07-22T12:00:00+09:00", "五輪により移った海の日", "Marine Day, moved for the Olympics", "1.6", calendar=_EARLY),
    Case("olympics.sports-day", "2021-07-23T12:00:00+09:00", "五輪により移ったスポーツの日", "Sports Day, moved for the Olympics", "1.6", calendar=_EARLY),
    Case("olympics.usual-monday", "2021-07-19T12:00:00+09:00", "海の日であるはずの月曜日。この年は平日", "Marine Day's usual Monday, a weekday that year", "1.6", calendar=_EARLY),
    Case("olympics.usual-october", "2021-10-11T12:00:00+09:00", "スポーツの日であるはずの月曜日。この年は平日", "Sports Day's usual Monday, a weekday that year", "1.6", calendar=_EARLY),
    Case("olympics.substitute", "2021-08-09T12:00:00+09:00", "五輪により移った山の日の振替休日", "substitute of the moved Mountain Day", "1.6", calendar=_EARLY),
    Case("accession.day", "2019-05-01T12:00:00+09:00", "即位の日", "day of the accession", "1.6", calendar=_EARLY),
    Case("accession.eve", "2019-04-30T12:00:00+09:00", "即位の日の前日、国民の休日", "the day before, between two holidays", "1.6", calendar=_EARLY),
    Case("accession.enthronement", "2019-10-22T12:00:00+09:00", "即位礼正殿の儀の日", "day of the enthronement ceremony", "1.6", calendar=_EARLY),
    Case("year-end.last-open", "2026-12-28T22:59:59.999+09:00", "12月28日の終了前", "just before closing on 28 December", "1.4"),
    Case("year-end.last-office", "2026-12-28T16:59:59.999+09:00", "御用納めの日の戸籍の終了前", "just before the last koseki hours of the year end", "1.4"),
    Case("year-end.begins", "2026-12-29T06:30:00+09:00", "12月29日", "29 December", "1.4", (SERVICE, *_BOTH)),
    Case("year-end.last-of-year", "2026-12-31T12:00:00+09:00", "大晦日", "the last of the year", "1.4"),
    Case("year-end.new-year", "2027-01-01T12:00:00+09:00", "元日", "New Year's Day", "1.4"),
    Case("year-end.substitute", "2023-01-02T12:00:00+09:00", "振替休日でもある1月2日", "2 January, a substitute holiday as well", "1.4"),
    Case("year-end.ends", "2027-01-03T22:59:59.999+09:00", "1月3日", "3 January", "1.4", (SERVICE, *_BOTH)),
    Case("year-end.over", "2027-01-04T06:30:00+09:00", "1月4日", "4 January", "1.4"),
    Case("year-end.over-office", "2027-01-04T09:00:00+09:00", "1月4日、月曜日の9時", "4 January, a Monday, at nine", "1.4"),
    Case("leap-day", "2024-02-29T12:00:00+09:00", "閏日、木曜日", "a leap day, a Thursday", "1.5"),
    Case("zone.opening-utc", "2026-10-06T21:30:00Z", "協定世界時では前日。日本では6時30分", "the day before in UTC; 06:30 in Japan", "1.5"),
    Case("zone.closing-utc", "2026-10-07T14:00:00Z", "協定世界時の14時は日本の23時", "14:00 UTC is 23:00 in Japan", "1.5"),
    Case("zone.new-york", "2026-10-06T17:30:00-04:00", "夏時間の東部標準時で書かれた日本の6時30分", "06:30 in Japan, written in New York's time", "1.5"),
    Case("zone.year-end-utc", "2026-12-28T21:30:00Z", "協定世界時の12月28日は日本の12月29日", "28 December in UTC is the 29th in Japan", "1.4"),
    Case("zone.monday-utc", "2026-10-05T00:00:00Z", "協定世界時の午前0時は日本の月曜日9時", "midnight UTC is Monday, 09:00, in Japan", "1.6"),
    Case("zone.sunday-utc", "2026-10-04T23:59:59.999Z", "協定世界時では日曜日。日本では月曜日の9時の直前", "Sunday in UTC; in Japan Monday, just before nine", "1.6"),
    Case("zone.first-day-utc", "2022-02-28T21:30:00Z", "協定世界時では開始日の前日。日本では開始日", "the eve in UTC, the first day in Japan", "1.2"),
    Case("closed.opening", "2026-10-07T06:30:00+09:00", "臨時の休止日", "a special closing", "1.4", (SERVICE, *_BOTH), _CLOSED),
    Case("closed.noon", "2026-10-07T12:00:00+09:00", "臨時の休止日の正午", "noon of a special closing", "1.4", calendar=_CLOSED),
    Case("closed.day-before", "2026-10-06T22:59:59.999+09:00", "臨時の休止日の前日", "the day before a special closing", "1.4", calendar=_CLOSED),
    Case("closed.day-after", "2026-10-08T09:00:00+09:00", "臨時の休止日の翌日", "the day after a special closing", "1.4", calendar=_CLOSED),
    Case("office-closed.noon", "2026-10-07T12:00:00+09:00", "臨時の閉庁日。戸籍以外は交付する", "the office is closed besides the usual; the others are issued", "1.6", _EVERY, _OFFICE_CLOSED),
    Case("office-open.saturday", "2026-10-10T12:00:00+09:00", "臨時に開庁する土曜日。平日ではない", "a Saturday on which the office opens is no weekday", "1.6", calendar=_OFFICE_OPEN),
    Case("irregular.before", "2026-10-07T09:59:59.999+09:00", "10時から16時までとした日の10時の直前", "just before ten on a day of 10:00 to 16:00", "1.5", (SERVICE, *_BOTH), _SHORT),
    Case("irregular.opening", "2026-10-07T10:00:00.000+09:00", "10時から16時までとした日の10時", "ten on a day of 10:00 to 16:00", "1.5", (SERVICE, *_BOTH), _SHORT),
    Case("irregular.last", "2026-10-07T15:59:59.999+09:00", "10時から16時までとした日の16時の直前", "just before four on a day of 10:00 to 16:00", "1.5", calendar=_SHORT),
    Case("irregular.closing", "2026-10-07T16:00:00.000+09:00", "10時から16時までとした日の16時。戸籍もサービスの時間外", "four on a day of 10:00 to 16:00; the koseki is out of the service's hours too", "1.5", calendar=_SHORT),
    Case("irregular.day-after", "2026-10-08T06:30:00+09:00", "時間を変更した日の翌日", "the day after a day with hours of its own", "1.5", calendar=_SHORT),
    Case("irregular.saturday", "2026-10-10T10:00:00+09:00", "時間を変更した土曜日", "a Saturday with hours of its own", "1.6", calendar=_SHORT_SATURDAY),
    Case("irregular.year-end", "2026-12-29T12:00:00+09:00", "年末年始は、時間を定めても開かない", "hours of its own open no day between the years", "1.4", calendar=_SHORT_YEAR_END),
    Case("irregular.closed", "2026-10-07T12:00:00+09:00", "休止日は、時間を定めても開かない", "hours of its own open no special closing", "1.4", calendar=_SHORT_AND_CLOSED),
    Case("late-office.last", "2026-10-07T17:14:59.999+09:00", "戸籍を17時15分までとする市", "a city whose koseki hours end at 17:15", "1.6", calendar=_LATE_OFFICE),
    Case("late-office.closing", "2026-10-07T17:15:00.000+09:00", "戸籍を17時15分までとする市の17時15分", "17:15 in a city whose koseki hours end then", "1.6", calendar=_LATE_OFFICE),
)  # fmt: skip

_ANSWERS = MappingProxyType(
    {
        None: ("利用できる。", "It can be had."),
        Reason.REASON_OUT_OF_HOURS: ("サービスの時間外である。", "The service is closed."),
        Reason.REASON_KOSEKI_OUT_OF_HOURS: ("戸籍証明書の時間外である。", "Koseki certificates can't be had."),
        Reason.REASON_SERVICE_NOT_STARTED: ("サービスの開始前である。", "The service has not begun."),
    }
)


def make() -> Made:
    """Every case for each of its kinds."""
    return Made(
        name=NAME,
        version="1",
        about_ja=(
            "ある時刻に、ある種別の証明書を取れるか。kindがnullのものは、セッションを開けるかを問う。"
            "calendarはGetCalendarが返す暦（ServiceCalendarのJSON）で、ないときは2022-03-01から6:30～23:00、"
            "戸籍は平日開庁日の9:00～17:00。reasonがnullなら取れる。"
        ),
        about_en=(
            "Whether a kind of certificate can be had at an instant; kind null asks whether a session may be opened. "
            "calendar is the one that GetCalendar answers (ServiceCalendar in JSON); without it the service runs from "
            "2022-03-01, 06:30 to 23:00, the koseki 09:00 to 17:00 on office days. It can be had where reason is null."
        ),
        given=record(
            {
                "instant": {
                    "type": "string",
                    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d)$",
                },
                "kind": {"enum": [None, *(CertificateKind.Name(kind) for kind in _EVERY)]},
                "calendar": {"type": "object", "required": ["startsOn", "hours", "kosekiHours"]},
            },
            optional=["calendar"],
        ),
        expect=record({"reason": {"enum": [Reason.Name(reason) if reason else None for reason in _ANSWERS]}}),
        vectors=tuple(_vectors()),
    )


def _vectors() -> Iterator[Vector]:
    for case in CASES:
        calendar = USUAL if case.calendar is None else Calendar.of(case.calendar)
        for kind in case.kinds:
            name = None if kind is None else CertificateKind.Name(kind)
            reason = refusal_at(kind, datetime.fromisoformat(case.instant), calendar)
            ja, en = _ANSWERS[reason]
            given = {"instant": case.instant, "kind": name}
            yield Vector(
                id=f"{case.slug}.{'session' if name is None else name.removeprefix('CERTIFICATE_KIND_').lower()}",
                given=given if case.calendar is None else {**given, "calendar": MessageToDict(case.calendar)},
                expect={"reason": reason and Reason.Name(reason)},
                because_ja=f"{case.ja}。{ja}",
                because_en=f"{case.en[0].upper()}{case.en[1:]}. {en}",
                requirement=case.requirement,
            )
