"""The upper tester's control of a system: its civil clock, its restart, holds on its stages."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from kofu.testing.v1 import control_pb2
from kofu_conformance.engine import Unobserved
from kofu_conformance.profile import Profile
from kofu_conformance.testers.wire import Method, Wire

SERVICE = "kofu.testing.v1.TestControlService"
ROLE = "tester"
RESTART_SECONDS = 60.0
"""How long the tester waits for a system to come back."""


def timestamp(instant: datetime) -> Timestamp:
    """An aware instant as a message."""
    if instant.tzinfo is None:
        raise ValueError("instant: must carry a time zone; give an aware datetime")
    message = Timestamp()
    message.FromDatetime(instant.astimezone(UTC))
    return message


class Control:
    """TestControlService of one system. A refusal here means that the tester can't act: `Unobserved`."""

    def __init__(self, wire: Wire, system: str) -> None:
        self._wire = wire
        self.system = system

    def describe(self, *, patient: bool = False) -> control_pb2.DescribeResponse:
        """What the system is. Patient: waits for a system that is starting."""
        answer = self._wire.call(
            self.system,
            ROLE,
            Method(SERVICE, "Describe"),
            control_pb2.DescribeRequest(),
            control_pb2.DescribeResponse,
            timeout_seconds=5.0 if patient else None,
            wait_for_ready=patient,
            record=not patient,
        )
        if answer.message is None:
            raise Unobserved(f"{self.system}: TestControl refuses Describe: {answer.result}")
        return answer.message

    def freeze(self, instant: datetime) -> None:
        """Stops the civil clock at an instant, to the microsecond."""
        self._set(control_pb2.CLOCK_MODE_FROZEN, instant)

    def run_from(self, instant: datetime) -> None:
        """Lets the civil clock go on from an instant."""
        self._set(control_pb2.CLOCK_MODE_RUNNING, instant)

    def _set(self, mode: control_pb2.ClockMode, instant: datetime) -> None:
        request = control_pb2.SetClockRequest(mode=mode, instant=timestamp(instant))
        method = Method(SERVICE, "SetClock")
        answer = self._wire.call(self.system, ROLE, method, request, control_pb2.SetClockResponse, record=False)
        if answer.message is None:
            raise Unobserved(f"{self.system}: its clock can't be set: {answer.result}")

    def hold(self, stage: str, seconds: float, passages: int) -> None:
        """Makes the next passages of a stage take longer; 0 passages takes an earlier hold back."""
        duration = Duration()
        duration.FromMilliseconds(round(seconds * 1000))
        request = control_pb2.HoldRequest(stage=stage, duration=duration, passages=passages)
        answer = self._wire.call(
            self.system, ROLE, Method(SERVICE, "Hold"), request, control_pb2.HoldResponse, record=False
        )
        if answer.message is None:
            raise Unobserved(f"{self.system}: stage {stage} can't be held: {answer.result}")

    def spoil(self, stage: str, kind: int, passages: int) -> None:
        """Spoils what comes out of the next passages of a stage; 0 passages takes it back."""
        named = control_pb2.SpoilKind.Name(kind)
        request = control_pb2.SpoilRequest(stage=stage, kind=named, passages=passages)
        answer = self._wire.call(
            self.system, ROLE, Method(SERVICE, "Spoil"), request, control_pb2.SpoilResponse, record=False
        )
        if answer.message is None:
            raise Unobserved(f"{self.system}: stage {stage} can't be spoiled: {answer.result}")

    def restart(self) -> None:
        """Restarts the system and waits until a new process answers."""
        before = self.describe().boot_id
        answer = self._wire.call(
            self.system, ROLE, Method(SERVICE, "Restart"), control_pb2.RestartRequest(), control_pb2.RestartResponse
        )
        if answer.message is None:
            raise Unobserved(f"{self.system}: refuses to restart: {answer.result}")
        until = time.monotonic() + RESTART_SECONDS
        while self._boot_id() in (before, None):
            if time.monotonic() > until:
                raise Unobserved(f"{self.system}: not back {RESTART_SECONDS:.0f} s after its restart")
            time.sleep(0.05)

    def _boot_id(self) -> str | None:
        try:
            return self.describe(patient=True).boot_id
        except Unobserved:
            return None


class Clock:
    """The civil clocks of all systems that let them be set, moved together."""

    def __init__(self, profile: Profile, control: Callable[[str], Control]) -> None:
        self._profile = profile
        self._control = control
        self.now = profile.clock.base
        """The instant at which the clocks were last set."""

    def freeze(self, instant: datetime) -> None:
        """Sets every civil clock that can be set to this instant, and stops it there where it can stand.

        Raises `Unobserved` where a system's clock can't be set, unless the instant is the base: nothing could be
        judged of an implementation whose parts show different times.
        """
        unmoved = [name for name, mode in self._drives() if mode in ("wait", "none")]
        if unmoved and instant != self._profile.clock.base:
            raise Unobserved(f"the profile declares no settable clock for {', '.join(unmoved)}")
        self.now = instant
        self.apply(name for name, _ in self._drives())

    def to_base(self) -> None:
        """Back to the profile's base, an instant within every kind's hours."""
        self.freeze(self._profile.clock.base)

    def apply(self, systems: Iterable[str]) -> None:
        """Sets the clocks of these systems to the instant that holds now, as after a restart."""
        modes = dict(self._drives())
        for name in systems:
            if modes.get(name) == "frozen":
                self._control(name).freeze(self.now)
            elif modes.get(name) == "offset":
                self._control(name).run_from(self.now)

    def _drives(self) -> list[tuple[str, str]]:
        return [(str(name), one.clock) for name, one in self._profile.nodes.items() if one.test_control]
