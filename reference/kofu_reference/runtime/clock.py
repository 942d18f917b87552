"""The civil clock, which rules of the law ask; deadlines use the elapsed clock and never this one. [1.5]"""

import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from kofu.testing.v1.control_pb2 import ClockMode

JST: Final = ZoneInfo("Asia/Tokyo")


def later(instant: datetime, elapsed: timedelta) -> datetime:
    """The instant after what has elapsed; at the end of the calendar it stands still."""
    return instant + min(elapsed, datetime.max.replace(tzinfo=UTC) - instant)


class CivilClock:
    """Tells the civil time of a system; a tester may set or freeze it.

    Safe to ask from any thread.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._mode: ClockMode = ClockMode.CLOCK_MODE_REAL
        self._instant = datetime.now(UTC)
        self._set_at_seconds = time.monotonic()

    @property
    def mode(self) -> ClockMode:
        return self._mode

    def now(self) -> datetime:
        """The civil instant, aware, in UTC."""
        with self._lock:
            if self._mode == ClockMode.CLOCK_MODE_FROZEN:
                return self._instant
            if self._mode == ClockMode.CLOCK_MODE_RUNNING:
                return later(self._instant, timedelta(seconds=time.monotonic() - self._set_at_seconds))
            return datetime.now(UTC)

    def set(self, mode: ClockMode, instant: datetime | None = None) -> None:
        """Sets the clock. `instant` is aware; CLOCK_MODE_REAL does not use it, the other modes need it."""
        if mode != ClockMode.CLOCK_MODE_REAL and (instant is None or instant.tzinfo is None):
            raise ValueError("instant: must be an aware time unless the mode is CLOCK_MODE_REAL")
        with self._lock:
            self._mode = mode
            self._set_at_seconds = time.monotonic()
            if instant is not None:
                self._instant = instant.astimezone(UTC)
