"""The center reads its clock every five minutes and goes by the last reading in between."""

from datetime import datetime, timedelta

from kofu_reference.center.system import Center
from kofu_reference.runtime import CivilClock

SYSTEM = "center"
STATEMENT = "1.5"
KILLED_BY = "chain.hours.application_is_judged_when_received"
INTERVAL = timedelta(minutes=5)


class SlowClock(CivilClock):
    """Shows the last reading until it is five minutes old."""

    last: datetime | None = None

    def now(self) -> datetime:
        reading = super().now()
        if self.last is None or not timedelta(0) <= reading - self.last < INTERVAL:
            self.last = reading
        return self.last


def install(system: Center) -> None:
    slow = SlowClock()
    slow.set(system.clock.mode, system.clock.now())
    system.clock = slow
