"""When the service is open. [1.2, 1.4, 1.5, 1.6]

Every instant is an aware datetime; what counts is the civil time in Japan. Hours are half-open: at 06:30:00.000
the service is open, at 23:00:00.000 it is closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from types import MappingProxyType

import holidays

from kofu.v1.calendar_pb2 import DailyHours, ServiceCalendar
from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.reason_pb2 import Reason

JST = timezone(timedelta(hours=9), "JST")

SERVICE_STARTS_ON = date(2022, 3, 1)

OPENS_AT, CLOSES_AT = time(6, 30), time(23, 0)
KOSEKI_OPENS_AT, KOSEKI_CLOSES_AT = time(9, 0), time(17, 0)

KOSEKI_KINDS = frozenset(
    {CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS, CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS}
)

HOLIDAY_YEARS = range(2019, 2047)
"""The years whose national holidays are known: 28, after which weekdays and leap years come round again.

Those of years to come are what today's law says; the days of the equinoxes are computed.
"""

_SATURDAY = 5


@dataclass(frozen=True)
class Hours:
    """Hours of a day, half-open, never outside 06:30 to 23:00. [1.5]"""

    opens_at: time
    closes_at: time

    def __post_init__(self) -> None:
        if not OPENS_AT <= self.opens_at < self.closes_at <= CLOSES_AT:
            raise ValueError(
                f"hours: {self.opens_at} to {self.closes_at} must lie in order within {OPENS_AT} to {CLOSES_AT}"
            )

    def hold_at(self, clock: time) -> bool:
        """Whether a time of day lies within them, the opening included and the closing not."""
        return self.opens_at <= clock < self.closes_at


SERVICE_HOURS = Hours(OPENS_AT, CLOSES_AT)
KOSEKI_HOURS = Hours(KOSEKI_OPENS_AT, KOSEKI_CLOSES_AT)


@dataclass(frozen=True)
class Calendar:
    """What a municipality may set, the document's own where it sets nothing. Days and hours are Japan's.

    On `closed_days` nothing is issued at all, on `office_closed_days` no koseki certificate. `office_open_days` are
    Saturdays, Sundays and holidays on which the office opens: no weekdays, so they change nothing. On a day of
    `irregular_hours` these hold in place of the usual ones; they open no day that is closed, and the koseki hours
    hold within them. 29 December to 3 January and national holidays hold without being listed.
    [1.4, 1.5, 1.6, decision]
    """

    starts_on: date = SERVICE_STARTS_ON
    hours: Hours = SERVICE_HOURS
    koseki_hours: Hours = KOSEKI_HOURS
    closed_days: frozenset[date] = frozenset()
    office_closed_days: frozenset[date] = frozenset()
    office_open_days: frozenset[date] = frozenset()
    irregular_hours: Mapping[date, Hours] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, message: ServiceCalendar) -> "Calendar":
        """The calendar as the center tells it; hours that may not be raise ValueError."""
        return cls(
            starts_on=_day(message.starts_on),
            hours=_hours(message.hours),
            koseki_hours=_hours(message.koseki_hours),
            closed_days=_days(message.closed_days),
            office_closed_days=_days(message.office_closed_days),
            office_open_days=_days(message.office_open_days),
            irregular_hours={_day(one.day): _hours(one.hours) for one in message.irregular_hours},
        )

    def hours_on(self, day: date) -> Hours | None:
        """The hours of the service on a day; None where it is closed all day."""
        if is_year_end(day) or day in self.closed_days:
            return None
        return self.irregular_hours.get(day, self.hours)

    def is_office_day(self, day: date) -> bool:
        """Whether koseki certificates can be had on a day: a weekday on which the city office is open. [1.6]"""
        return is_office_day(day) and day not in self.office_closed_days


USUAL = Calendar()


def refusal_at(kind: "CertificateKind | None", instant: datetime, calendar: Calendar = USUAL) -> "Reason | None":
    """Why a certificate of this kind can't be had at the instant; None where it can.

    `kind` None asks for the service as such, as a session does that is being opened. [1.2, 1.4, 1.5, 1.6]
    """
    now = in_japan(instant)

    # IS THERE A SERVICE
    if now.date() < calendar.starts_on:
        return Reason.REASON_SERVICE_NOT_STARTED

    # IS IT OPEN
    hours = calendar.hours_on(now.date())
    if hours is None or not hours.hold_at(now.time()):
        return Reason.REASON_OUT_OF_HOURS

    # IS THE KOSEKI OFFICE
    if kind in KOSEKI_KINDS and not (calendar.is_office_day(now.date()) and calendar.koseki_hours.hold_at(now.time())):
        return Reason.REASON_KOSEKI_OUT_OF_HOURS

    return None


def in_japan(instant: datetime) -> datetime:
    """The instant in Japanese civil time; a naive datetime raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError("instant: must carry a time zone; give an aware datetime")
    return instant.astimezone(JST)


def is_year_end(day: date) -> bool:
    """Whether the day lies between 29 December and 3 January. [1.4]"""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def is_office_day(day: date) -> bool:
    """Whether the city office is open: a weekday, no national holiday, not between the years. [1.6]"""
    return day.weekday() < _SATURDAY and not is_year_end(day) and day not in national_holidays(day.year)


def national_holidays(year: int) -> frozenset[date]:
    """National holidays of a Gregorian year, with substitute (振替休日) and sandwiched (国民の休日) ones. [1.6]"""
    return frozenset(holiday_names(year))


@cache
def holiday_names(year: int) -> Mapping[date, str]:
    """The national holidays of a year in order, with their Japanese names; ValueError for a year outside the span."""
    if year not in HOLIDAY_YEARS:
        first, last = HOLIDAY_YEARS[0], HOLIDAY_YEARS[-1]
        raise ValueError(f"year: holidays are known from {first} to {last}, not of {year}; take a day within")
    return MappingProxyType(dict(sorted(holidays.country_holidays("JP", years=year, language="ja").items())))


def boundaries(around: date) -> list[datetime]:
    """The instants of a day at which an answer may change, each with its neighbours a millisecond away, in order."""
    edges = [time(0, 0), OPENS_AT, KOSEKI_OPENS_AT, KOSEKI_CLOSES_AT, CLOSES_AT]
    instants = [datetime.combine(around, edge, JST) for edge in edges]
    instants.append(instants[0] + timedelta(days=1))
    return [instant + step * timedelta(milliseconds=1) for instant in instants for step in (-1, 0, 1)]


def _day(message: CivilDate) -> date:
    return date(message.year, message.month, message.day)


def _days(messages: Iterable[CivilDate]) -> frozenset[date]:
    return frozenset(_day(message) for message in messages)


def _hours(message: DailyHours) -> Hours:
    return Hours(_clock(message.opens_at_minute), _clock(message.closes_at_minute))


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))
