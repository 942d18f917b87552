"""When the service is open, judged at the center's instant of receipt. [1.2, 1.4, 1.5, 1.6]"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cache
from typing import Final

import holidays

from kofu.v1 import calendar_pb2
from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import JST

KOSEKI_KINDS: Final = frozenset(
    {
        CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS,
        CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS,
    }
)
_SATURDAY: Final = 5


@dataclass(frozen=True)
class ServiceCalendar:
    """Days and hours of the service, all in Japanese time. Hours are half-open: the closing minute itself is closed.

    `closed_days` are irregular closings of the whole service, `office_closed_days` those of the koseki office alone.
    `office_open_days` are Saturdays, Sundays and holidays on which the office is open; they are no weekdays and so
    change nothing that is issued. `irregular_hours` stand for the hours of the service on their days.
    """

    starts_on: date = date(2022, 3, 1)
    opens_at: time = time(6, 30)
    closes_at: time = time(23, 0)
    koseki_opens_at: time = time(9, 0)
    koseki_closes_at: time = time(17, 0)
    closed_days: frozenset[date] = frozenset()
    office_closed_days: frozenset[date] = frozenset()
    office_open_days: frozenset[date] = frozenset()
    irregular_hours: Mapping[date, tuple[time, time]] = field(default_factory=dict)

    def refusal_at(self, instant: datetime, kind: "CertificateKind | None" = None) -> "Reason | None":
        """Why the service (no kind), or a kind of certificate, can't be had at an aware instant; None where it can."""
        local = instant.astimezone(JST)
        if local.date() < self.starts_on:
            return Reason.REASON_SERVICE_NOT_STARTED
        opens_at, closes_at = self.irregular_hours.get(local.date(), (self.opens_at, self.closes_at))
        if self.is_closing_day(local.date()) or not opens_at <= local.time() < closes_at:
            return Reason.REASON_OUT_OF_HOURS
        if kind not in KOSEKI_KINDS:
            return None
        if not self.is_office_day(local.date()) or not self.koseki_opens_at <= local.time() < self.koseki_closes_at:
            return Reason.REASON_KOSEKI_OUT_OF_HOURS
        return None

    def is_closing_day(self, day: date) -> bool:
        """29 December to 3 January, and irregular closings. [1.4]"""
        return _is_turn_of_year(day) or day in self.closed_days

    def is_office_day(self, day: date) -> bool:
        """A weekday on which the city office is open. [1.6]"""
        return (
            day.weekday() < _SATURDAY
            and not is_public_holiday(day)
            and not _is_turn_of_year(day)
            and day not in self.office_closed_days
        )


@dataclass(frozen=True)
class OwnDays:
    """What a municipality has besides the calendar of the service: closings of its own, and hours where they differ.

    The service itself is open to nobody on its closed days, whatever a municipality says.
    """

    starts_on: date | None = None
    hours: tuple[time, time] | None = None
    koseki_hours: tuple[time, time] | None = None
    closed_days: frozenset[date] = frozenset()
    office_closed_days: frozenset[date] = frozenset()
    office_open_days: frozenset[date] = frozenset()
    irregular_hours: Mapping[date, tuple[time, time]] = field(default_factory=dict)

    def over(self, service: ServiceCalendar) -> ServiceCalendar:
        """The calendar of the municipality."""
        if self == OwnDays():
            return service
        opens_at, closes_at = self.hours or (service.opens_at, service.closes_at)
        koseki_opens_at, koseki_closes_at = self.koseki_hours or (service.koseki_opens_at, service.koseki_closes_at)
        return replace(
            service,
            starts_on=self.starts_on or service.starts_on,
            opens_at=opens_at,
            closes_at=closes_at,
            koseki_opens_at=koseki_opens_at,
            koseki_closes_at=koseki_closes_at,
            closed_days=service.closed_days | self.closed_days,
            office_closed_days=service.office_closed_days | self.office_closed_days,
            office_open_days=service.office_open_days | self.office_open_days,
            irregular_hours={**self.irregular_hours, **service.irregular_hours},
        )


def as_message(calendar: ServiceCalendar, municipality_code: str) -> calendar_pb2.ServiceCalendar:
    """The calendar of a municipality as it goes over the wire, days in order. [1.2, 1.4, 1.5, 1.6]"""
    return calendar_pb2.ServiceCalendar(
        municipality_code=municipality_code,
        starts_on=_civil(calendar.starts_on),
        hours=_hours(calendar.opens_at, calendar.closes_at),
        koseki_hours=_hours(calendar.koseki_opens_at, calendar.koseki_closes_at),
        closed_days=_in_order(calendar.closed_days),
        office_closed_days=_in_order(calendar.office_closed_days),
        office_open_days=_in_order(calendar.office_open_days),
        irregular_hours=[
            calendar_pb2.IrregularHours(day=_civil(day), hours=_hours(*hours))
            for day, hours in sorted(calendar.irregular_hours.items())
        ],
    )


def _in_order(days: Iterable[date]) -> list[CivilDate]:
    return [_civil(day) for day in sorted(days)]


def _civil(day: date) -> CivilDate:
    return CivilDate(year=day.year, month=day.month, day=day.day)


def _hours(opens_at: time, closes_at: time) -> calendar_pb2.DailyHours:
    return calendar_pb2.DailyHours(
        opens_at_minute=opens_at.hour * 60 + opens_at.minute, closes_at_minute=closes_at.hour * 60 + closes_at.minute
    )


def is_public_holiday(day: date) -> bool:
    """国民の祝日, with substitute days (振替休日) and days between two holidays (国民の休日)."""
    return day in _public_holidays(day.year)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("JP", years=year, observed=True))


def _is_turn_of_year(day: date) -> bool:
    return (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
