"""Closing time is one minute late: 23:00:59 still serves."""

from dataclasses import replace
from datetime import time

from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.5"
KILLED_BY = "chain.hours.opens_and_closes_on_time"


def install(center: Center) -> None:
    center.calendar = replace(center.calendar, closes_at=time(23, 1))
