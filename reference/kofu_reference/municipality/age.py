"""Whether somebody is old enough to apply. [1.8]"""

from calendar import monthrange
from datetime import date
from typing import Final

from kofu.v1.common_pb2 import RecordedDate

AGE_OF_APPLICATION: Final = 15


def is_of_age(birth: RecordedDate, today: date) -> bool:
    """Whether somebody is 15 or over: from the birthday on, on 1 March for 29 February in a common year.

    Of a date that is not wholly known the latest day that it may mean decides; one of which nothing is known is no
    ground to refuse.
    """
    match birth.WhichOneof("known"):
        case "exact":
            born = birth.exact
            return today >= _anniversary(born.year + AGE_OF_APPLICATION, born.month, born.day)
        case "partial":
            month = birth.partial.month or 12
            _, last_day = monthrange(birth.partial.year, month)
            return today >= _anniversary(birth.partial.year + AGE_OF_APPLICATION, month, last_day)
        case _:
            return True


def _anniversary(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 3, 1)
