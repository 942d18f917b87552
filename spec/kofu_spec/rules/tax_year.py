"""The current tax year (現年度), and who gets a certificate of it. [1.9]

A tax year is named by the Gregorian year in which it begins, on 1 April. Its tax is settled in June, and there is
nothing to certify before: so from 1 April until the city's day of the switch the year before is still the current one.
"""

from collections.abc import Collection
from datetime import date

from kofu.v1.reason_pb2 import Reason

SWITCHES_ON = (6, 1)
"""Month and day on which the tax year of that Gregorian year becomes the current one. [1.9, decision]"""

CURRENT = 0
"""What an application names that asks for the current year, whichever it is."""

_JUNE = 6


def switch_day(year: int, switches_on: tuple[int, int] = SWITCHES_ON) -> date:
    """The day on which a tax year becomes the current one; any but a day of June raises ValueError."""
    month, day = switches_on
    if month != _JUNE:
        raise ValueError(f"switches_on: must be a day of June, when the tax is settled, not of month {month}")
    return date(year, month, day)


def current_tax_year(today: date, switches_on: tuple[int, int] = SWITCHES_ON) -> int:
    """The tax year that is current on a day in Japan. [1.9, decision]"""
    return today.year if today >= switch_day(today.year, switches_on) else today.year - 1


def refusal_of_year(
    asked_year: int, recorded_years: Collection[int], today: date, switches_on: tuple[int, int] = SWITCHES_ON
) -> "Reason | None":
    """Why a person of whom these tax years are recorded gets no certificate of the year asked for; None where one is.

    Whoever has no record of the current year gets none, whatever is asked for: that is told first.
    """
    current = current_tax_year(today, switches_on)

    # WHAT IS LOOKED UP
    if current not in recorded_years:
        return Reason.REASON_NO_TAX_RECORD

    # MAY THEY
    return None if asked_year in (CURRENT, current) else Reason.REASON_NOT_CURRENT_TAX_YEAR
