"""The civil clock at the end of the calendar, where a tester may set it. [1.5]"""

from datetime import UTC, datetime, timedelta

from kofu.testing.v1.control_pb2 import ClockMode
from kofu_reference.runtime import CivilClock
from kofu_reference.runtime.config import ClockConfig, ClockStart

LAST = datetime.max.replace(tzinfo=UTC)


def test_running_clock_stands_still_at_the_end_of_the_calendar() -> None:
    clock = CivilClock()
    clock.set(ClockMode.CLOCK_MODE_RUNNING, LAST)
    assert clock.now() == LAST


def test_clock_that_a_restart_left_at_the_end_of_the_calendar_stands_there_again() -> None:
    left = ClockConfig(mode=ClockStart.RUNNING, instant=LAST, counts_from=datetime.now(UTC) - timedelta(seconds=1))
    assert left.instant_now() == LAST
    assert ClockConfig.model_validate_json(left.model_dump_json()).instant_now() == LAST
