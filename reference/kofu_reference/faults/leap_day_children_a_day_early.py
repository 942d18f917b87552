"""Who was born on 29 February is taken for fifteen on 28 February of a common year."""

from datetime import date

from kofu_reference.issuing.system import Issuing
from kofu_reference.municipality import age

SYSTEM = "issuing"
STATEMENT = "1.8"
KILLED_BY = "chain.days.fifteen_from_the_birthday_on"


def install(_: Issuing) -> None:
    def anniversary(year: int, month: int, day: int) -> date:
        try:
            return date(year, month, day)
        except ValueError:
            return date(year, month, day - 1)

    age._anniversary = anniversary
