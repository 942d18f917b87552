"""Dates as the records hold them."""

from datetime import date

from kofu.v1.common_pb2 import CivilDate, PartialDate, RecordedDate


def civil(day: date) -> CivilDate:
    """A whole civil date."""
    return CivilDate(year=day.year, month=day.month, day=day.day)


def exact(day: date) -> RecordedDate:
    """A recorded date of which everything is known."""
    return RecordedDate(exact=civil(day))


def partial(year: int, month: int = 0) -> RecordedDate:
    """A recorded date of which the day, or month and day, are unknown. [2.2]"""
    return RecordedDate(partial=PartialDate(year=year, month=month))


def unknown() -> RecordedDate:
    """A recorded date of which nothing is known: 不詳. [2.2]"""
    return RecordedDate(unknown=True)


def first_day(birth: RecordedDate) -> date:
    """The earliest day that a recorded birth may mean; of an unknown one, a day a lifetime ago."""
    match birth.WhichOneof("known"):
        case "exact":
            return date(birth.exact.year, birth.exact.month, birth.exact.day)
        case "partial":
            return date(birth.partial.year, birth.partial.month or 1, 1)
        case _:
            return date(1940, 1, 1)
