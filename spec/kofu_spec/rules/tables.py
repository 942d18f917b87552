"""Each rule as a table in both languages, made by asking the rule: what the site shows can't differ from it.

`TABLES` names them all; `pin.transitions()` gives the arrows of the PIN's state diagram.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from importlib import resources
from types import MappingProxyType

import holidays

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate
from kofu_spec.rules import calendar, eras, fees, items, pin, tax_year
from kofu_spec.rules.calendar import Calendar, Hours
from kofu_spec.rules.situations import eligibility
from kofu_spec.rules.table import KINDS, NO, Table, Text, answered, same

RESIDENCE = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
KOSEKI = CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS

_ORDINARY = date(2026, 10, 7)
_SHORT_DAY = Calendar(irregular_hours={_ORDINARY: Hours(time(10), time(16))})
_KINDS_OF_DAY = (
    (Text("平日（開庁日）", "weekday, office open"), _ORDINARY, calendar.USUAL),
    (Text("土曜日", "Saturday"), date(2026, 10, 10), calendar.USUAL),
    (
        Text("土曜日（臨時に開庁する日）", "Saturday on which the office opens"),
        date(2026, 10, 10),
        Calendar(office_open_days=frozenset({date(2026, 10, 10)})),
    ),
    (Text("日曜日", "Sunday"), date(2026, 10, 11), calendar.USUAL),
    (Text("国民の祝日", "national holiday"), date(2026, 9, 21), calendar.USUAL),
    (Text("振替休日", "substitute holiday"), date(2026, 5, 6), calendar.USUAL),
    (Text("国民の休日", "day between two holidays"), date(2026, 9, 22), calendar.USUAL),
    (Text("12月28日（平日）", "28 December, a weekday"), date(2026, 12, 28), calendar.USUAL),
    (Text("12月29日から1月3日まで", "29 December to 3 January"), date(2026, 12, 29), calendar.USUAL),
    (Text("1月4日（平日）", "4 January, a weekday"), date(2027, 1, 4), calendar.USUAL),
    (Text("臨時の休止日", "special closing"), _ORDINARY, Calendar(closed_days=frozenset({_ORDINARY}))),
    (
        Text("臨時の閉庁日（平日）", "office closed besides the usual"),
        _ORDINARY,
        Calendar(office_closed_days=frozenset({_ORDINARY})),
    ),
    (Text("時間を変更する日（10時から16時まで）", "day with hours of its own, 10:00 to 16:00"), _ORDINARY, _SHORT_DAY),
    (Text("サービス開始日の前日", "the day before the service begins"), date(2022, 2, 28), calendar.USUAL),
)


def hours() -> Table:
    """When certificates can be had, by kind of day."""
    return Table(
        name="hours",
        title=Text("利用時間", "Hours"),
        requirements=("1.2", "1.4", "1.5", "1.6"),
        columns=(
            Text("日の種類", "kind of day"),
            Text("例", "example"),
            Text("戸籍証明書以外", "other than koseki"),
            Text("戸籍証明書", "koseki certificates"),
        ),
        rows=tuple(
            (said, same(day), _open_on(day, RESIDENCE, used), _open_on(day, KOSEKI, used))
            for said, day, used in _KINDS_OF_DAY
        ),
    )


def _open_on(day: date, kind: "CertificateKind", used: Calendar) -> Text:
    """The hours of a day, found by asking the rule minute by minute."""
    midnight = datetime.combine(day, time(), calendar.JST)
    minutes = [midnight + timedelta(minutes=minute) for minute in range(24 * 60)]
    open_ones = [instant for instant in minutes if calendar.refusal_at(kind, instant, used) is None]
    if not open_ones:
        return Text("交付しない", "closed")
    closes_at = open_ones[-1] + timedelta(minutes=1)
    return same(f"{open_ones[0]:%H:%M} – {closes_at:%H:%M}")


def national_holidays() -> Table:
    """Every national holiday of the span, with its weekday."""
    weekdays = (*"月火水木金土日",)
    english = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    rows = []
    for year in calendar.HOLIDAY_YEARS:
        in_english = holidays.country_holidays("JP", years=year, language="en_US")
        for day, name in calendar.holiday_names(year).items():
            weekday = Text(weekdays[day.weekday()], english[day.weekday()])
            rows.append((same(day), weekday, Text(name, in_english[day])))
    return Table(
        name="national_holidays",
        title=Text("国民の祝日・休日", "National holidays"),
        requirements=("1.6",),
        columns=(Text("日", "day"), Text("曜日", "weekday"), Text("名称", "name")),
        rows=tuple(rows),
    )


_ACTS = MappingProxyType(
    {
        pin.Act.RIGHT: Text("正しい暗証番号", "right PIN"),
        pin.Act.WRONG: Text("誤った暗証番号", "wrong PIN"),
        pin.Act.INTERRUPTED: Text("電源断、再起動、別の端末、時間の経過", "power cut, restart, other terminal, time"),
        pin.Act.UNBLOCKED: Text("窓口での再設定（本人確認を記録）", "reset at the counter, identity check recorded"),
    }
)


def pin_lock() -> Table:
    """Every arrow of the PIN automaton."""
    return Table(
        name="pin_lock",
        title=Text("暗証番号のロック", "The lock of the PIN"),
        requirements=("3.3.9", "3.3.10", "3.3.11"),
        columns=(
            Text("連続した誤り", "wrong ones in a row"),
            Text("操作", "act"),
            Text("操作の後", "afterwards"),
            Text("応答", "answer"),
        ),
        rows=tuple(
            (_state(arrow.before), _ACTS[arrow.act], _state(arrow.after), _answer_to(arrow))
            for arrow in pin.transitions()
        ),
    )


def _state(lock: pin.PinLock) -> Text:
    return Text("ロック", "locked") if lock.locked else same(lock.strikes)


def _answer_to(arrow: pin.Transition) -> Text:
    if arrow.act not in (pin.Act.RIGHT, pin.Act.WRONG):
        return NO
    return answered(arrow.answer, Text("受け付ける", "accepted"))


_SETTLEMENTS = (
    (Text("三通すべて印刷", "three copies, all printed"), 3, 300, 1000, 3),
    (Text("三通のうち二通目で紙詰まり", "three copies, jam on the second"), 3, 300, 1000, 1),
    (Text("印刷前に紙詰まり", "jam before the first"), 1, 300, 500, 0),
    (Text("支払の途中で取消し", "cancelled while paying"), 2, 300, 300, 0),
    (Text("手数料0円", "fee zero"), 2, 0, 0, 2),
    (Text("つり銭なし", "exact money"), 1, 450, 450, 1),
)


def settlements() -> Table:
    """What is kept and what is returned, by how an application ended."""
    rows = []
    for said, copies, yen, paid, printed in _SETTLEMENTS:
        price = fees.Price(RESIDENCE, copies, yen)
        settlement = fees.settled(price, paid, printed)
        amounts = (price.total_yen, paid, printed, settlement.kept_yen, settlement.returned_yen)
        rows.append((said, *map(same, amounts)))
    return Table(
        name="settlements",
        title=Text("手数料の精算", "Settlement of fees"),
        requirements=("3.3.6", "P.2"),
        columns=(
            Text("場合", "case"),
            Text("確定した金額（円）", "price confirmed, yen"),
            Text("投入額（円）", "paid in, yen"),
            Text("印刷した通数", "copies printed"),
            Text("収納額（円）", "kept, yen"),
            Text("返却額（円）", "returned, yen"),
        ),
        rows=tuple(rows),
    )


def tax_years() -> Table:
    """What 現年度 means around the days at which it might change."""
    days = [date(2026, *day) for day in ((1, 1), (3, 31), (4, 1), (5, 31), (6, 1), (12, 31))]
    return Table(
        name="tax_years",
        title=Text("現年度", "The current tax year"),
        requirements=("1.9",),
        columns=(Text("日", "day"), Text("現年度", "current tax year"), Text("記載", "printed")),
        rows=tuple(
            (same(day), same(year), same(eras.printed_year(year)))
            for day in days
            for year in [tax_year.current_tax_year(day)]
        ),
    )


def era_boundaries() -> Table:
    """The first and the last day of each era as printed."""
    return Table(
        name="era_boundaries",
        title=Text("元号", "Eras"),
        requirements=("2.1", "2.2", "2.3", "P.9"),
        columns=(
            Text("元号", "era"),
            Text("初日", "first day"),
            Text("初日の記載", "first day as printed"),
            Text("末日", "last day"),
            Text("末日の記載", "last day as printed"),
        ),
        rows=tuple(_eras_in_order()),
    )


def _eras_in_order() -> Iterator[tuple[Text, ...]]:
    ends = [first_day - timedelta(days=1) for _, first_day in eras.ERAS[:-1]]
    for (name, first_day), last_day in zip(reversed(eras.ERAS), [*reversed(ends), None], strict=True):
        last = (NO, NO) if last_day is None else (same(last_day), same(_printed(last_day)))
        yield (same(name), same(first_day), same(_printed(first_day)), *last)


def _printed(day: date) -> str:
    return eras.printed(CivilDate(year=day.year, month=day.month, day=day.day))


_SWITCHES = MappingProxyType(
    {
        "show_domicile": Text("本籍・筆頭者を選択したとき", "where the domicile is asked for"),
        "show_relationship": Text("世帯主・続柄を選択したとき", "where the relationship is asked for"),
        "show_individual_number": Text("個人番号を選択したとき", "where the Individual Number is asked for"),
    }
)
_ALWAYS = Text("記載する", "shown")


def shown_items() -> Table:
    """What each document shows: always, where asked for, or never."""
    contract = json.loads((resources.files("kofu_spec.contract") / "items.json").read_text("utf-8"))
    rows: dict[tuple[str, str], dict[str, Text]] = {}
    for row in contract:
        kind, path = row["certificate"], row["json_path"].split(".", 2)[2]
        when = _when_shown(kind, path)
        if when is not None:
            rows.setdefault((row["ja"].split("。")[0], row["en"].split(";")[0].rstrip(".")), {})[kind] = when
    return Table(
        name="shown_items",
        title=Text("証明書ごとの記載項目", "Items of each certificate"),
        requirements=("1.3", "2.1", "2.2", "2.3"),
        columns=(Text("項目", "item"), *KINDS.values()),
        rows=tuple((Text(*said), *(when.get(kind, NO) for kind in KINDS)) for said, when in rows.items()),
    )


def _when_shown(kind: str, json_path: str) -> Text | None:
    """When an item of the contract is shown on a document of a kind; None for what only holds other items."""
    if json_path in _json_paths(Application(**{kind: {}})):
        return _ALWAYS
    if kind in ("residence_certificate", "residence_record_items"):
        for switch, said in _SWITCHES.items():
            if json_path in _json_paths(Application(**{kind: {switch: True}})):
                return said
    return None


def _json_paths(application: Application) -> frozenset[str]:
    return frozenset(items.json_path(path) for path in items.shown(application))


TABLES: Mapping[str, Callable[[], Table]] = MappingProxyType(
    {
        "hours": hours,
        "national_holidays": national_holidays,
        "pin_lock": pin_lock,
        "eligibility": eligibility,
        "settlements": settlements,
        "tax_years": tax_years,
        "era_boundaries": era_boundaries,
        "shown_items": shown_items,
    }
)
"""Every table by its name; a function, since some take a moment to make."""
