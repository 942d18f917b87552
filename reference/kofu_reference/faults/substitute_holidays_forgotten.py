"""The center takes substitute holidays (振替休日) and days between two holidays (国民の休日) for office days."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kofu_reference.center.calendar import ServiceCalendar
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.6"
KILLED_BY = "chain.hours.koseki_only_on_office_days"
FORGOTTEN: Final = frozenset({date(2026, 5, 6), date(2026, 9, 22)})


@dataclass(frozen=True)
class CalendarOfNamedHolidays(ServiceCalendar):
    """Knows only the days that the law names."""

    def is_office_day(self, day: date) -> bool:
        return day in FORGOTTEN or super().is_office_day(day)


def install(system: Center) -> None:
    system.calendar = CalendarOfNamedHolidays()
