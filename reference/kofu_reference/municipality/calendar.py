"""The city's reading of the service hours, judged by the center's instant of receipt. [1.2, 1.4, 1.5, 1.6]"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Final

import holidays

from kofu.v1.calendar_pb2 import DailyHours, ServiceCalendar
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import JST, Refusal
from kofu_reference.runtime.config import CalendarConfig

SATURDAY: Final = 5
NEW_YEAR_CLOSING: Final = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


@dataclass(frozen=True)
class Hours:
    """Half-open hours of a day in Japan: the closing time itself is closed."""

    opens_at: time
    closes_at: time

    def hold_at(self, at: time) -> bool:
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True)
class CityCalendar:
    """When the city issues. `closed_days` close the whole service, `office_closed_days` the office alone."""

    first_day: date = date(2022, 3, 1)
    service: Hours = Hours(time(6, 30), time(23, 0))
    koseki_office: Hours = Hours(time(9, 0), time(17, 0))
    closed_days: frozenset[date] = frozenset()
    office_closed_days: frozenset[date] = frozenset()
    irregular_hours: Mapping[date, Hours] = field(default_factory=dict)
    holidays: "holidays.HolidayBase" = field(default_factory=lambda: holidays.country_holidays("JP"))

    def check(self, instant: datetime, *, koseki: bool) -> None:
        """Raises the refusal that holds at an aware instant, if one does."""
        local = instant.astimezone(JST)
        if local.date() < self.first_day:
            raise Refusal(Reason.REASON_SERVICE_NOT_STARTED)
        hours = self.irregular_hours.get(local.date(), self.service)
        closed = (local.month, local.day) in NEW_YEAR_CLOSING or local.date() in self.closed_days
        if closed or not hours.hold_at(local.time()):
            raise Refusal(Reason.REASON_OUT_OF_HOURS)
        if koseki and not (self.is_office_day(local.date()) and self.koseki_office.hold_at(local.time())):
            raise Refusal(Reason.REASON_KOSEKI_OUT_OF_HOURS)

    def is_office_day(self, day: date) -> bool:
        """A weekday that is no public holiday, with its substitutes, not in the New Year closing, and on which the
        office does not close besides. [1.6]"""
        usual = day.weekday() < SATURDAY and day not in self.holidays and (day.month, day.day) not in NEW_YEAR_CLOSING
        return usual and day not in self.office_closed_days

    def as_told(self, calendar: ServiceCalendar) -> "CityCalendar":
        """This calendar with the days and hours that the city fed; a holiday stays one without being told."""
        return replace(
            self,
            first_day=_date(calendar.starts_on),
            service=_hours(calendar.hours),
            koseki_office=_hours(calendar.koseki_hours),
            closed_days=frozenset(map(_date, calendar.closed_days)),
            office_closed_days=frozenset(map(_date, calendar.office_closed_days)),
            irregular_hours={_date(one.day): _hours(one.hours) for one in calendar.irregular_hours},
        )


def calendar_of(config: CalendarConfig, first_day: date = CityCalendar.first_day) -> CityCalendar:
    """The calendar that a configuration tells."""
    return CityCalendar(
        first_day=first_day,
        closed_days=frozenset(config.closed_days),
        office_closed_days=frozenset(config.office_closed_days),
    )


def _date(day: CivilDate) -> date:
    return date(day.year, day.month, day.day)


def _hours(hours: DailyHours) -> Hours:
    return Hours(_time(hours.opens_at_minute), _time(hours.closes_at_minute))


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)
