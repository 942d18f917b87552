"""When the service is open. [1.2, 1.4, 1.5, 1.6]

Every instant is an aware datetime; what counts is the civil time in Japan. Hours are half-open: at 06:30:00.000
the service is open, at 23:00:00.000 it is closed.
"""

from datetime import date, datetime, time, timedelta, timezone
from functools import cache

import holidays

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.reason_pb2 import Reason

JST = timezone(timedelta(hours=9), "JST")

SERVICE_STARTS_ON = date(2022, 3, 1)

OPENS_AT, CLOSES_AT = time(6, 30), time(23, 0)
KOSEKI_OPENS_AT, KOSEKI_CLOSES_AT = time(9, 0), time(17, 0)

KOSEKI_KINDS = frozenset(
    {CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS, CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS}
)

_SATURDAY = 5


def refusal_at(
    kind: "CertificateKind | None",
    instant: datetime,
    service_starts_on: date = SERVICE_STARTS_ON,
    special_closings: frozenset[date] = frozenset(),
) -> "Reason | None":
    """Why a certificate of this kind can't be had at the instant; None where it can.

    `kind` None asks for the service as such, as a session does that is being opened. On `special_closings`, whole
    days in Japan, nothing is issued. [1.2, 1.4, 1.5, 1.6]
    """
    now = in_japan(instant)

    if now.date() < service_starts_on:
        return Reason.REASON_SERVICE_NOT_STARTED

    if is_year_end(now.date()) or now.date() in special_closings or not OPENS_AT <= now.time() < CLOSES_AT:
        return Reason.REASON_OUT_OF_HOURS

    if kind in KOSEKI_KINDS and not (is_office_day(now.date()) and KOSEKI_OPENS_AT <= now.time() < KOSEKI_CLOSES_AT):
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


@cache
def national_holidays(year: int) -> frozenset[date]:
    """National holidays of a Gregorian year, with substitute (振替休日) and sandwiched (国民の休日) ones. [1.6]"""
    return frozenset(holidays.country_holidays("JP", years=year))


def boundaries(around: date) -> list[datetime]:
    """The instants of a day at which an answer may change, each with its neighbours a millisecond away, in order."""
    edges = [time(0, 0), OPENS_AT, KOSEKI_OPENS_AT, KOSEKI_CLOSES_AT, CLOSES_AT]
    instants = [datetime.combine(around, edge, JST) for edge in edges]
    instants.append(instants[0] + timedelta(days=1))
    return [instant + step * timedelta(milliseconds=1) for instant in instants for step in (-1, 0, 1)]
