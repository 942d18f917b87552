"""The upper tester's control of a system. Off unless the system was started for testing. [3.2.6]"""

# ruff: noqa: N802 - names and parameters are those of the generated servicer

import asyncio
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Final

from google.protobuf.timestamp_pb2 import Timestamp

from kofu.testing.v1 import control_pb2, control_pb2_grpc
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.refusal import Refusal
from kofu_reference.runtime.system import Binding, System

_METHODS: Final = ("Describe", "SetClock", "GetClock", "Restart", "Hold", "Spoil", "Operate")
ROLES: Final[Mapping[str, frozenset[str]]] = {method: frozenset({"tester"}) for method in _METHODS}


class TestControl(control_pb2_grpc.TestControlServiceServicer):
    """TestControlService of one system. `ask_for_restart` is called when a tester wants the process anew."""

    __test__ = False  # tells pytest that this is no test

    def __init__(self, system: System, ask_for_restart: Callable[[], None]) -> None:
        self._system = system
        self._ask_for_restart = ask_for_restart
        self._boot_id = str(uuid.uuid4())

    def binding(self) -> Binding:
        return Binding(control_pb2_grpc.add_TestControlServiceServicer_to_server, self, ROLES)

    async def Describe(self, request: control_pb2.DescribeRequest, context: Any) -> control_pb2.DescribeResponse:
        self._must_be_on()
        config = self._system.config
        folders = [config.data_folder, *filter(None, (config.paper_folder, config.card_box))]
        return control_pb2.DescribeResponse(
            system=self._system.name,
            data_folders=[str(folder) for folder in folders],
            stages=self._system.stages,
            terminal_ids=self._system.terminal_ids,
            boot_id=self._boot_id,
            build=self._system.build,
            configuration=self._system.configuration,
            spoilable_stages=self._system.spoils.stages,
        )

    async def SetClock(self, request: control_pb2.SetClockRequest, context: Any) -> control_pb2.SetClockResponse:
        self._must_be_on()
        clock = self._system.clock
        if request.mode != control_pb2.CLOCK_MODE_REAL and not request.HasField("instant"):
            raise Refusal(
                Reason.REASON_INVALID_REQUEST,
                field="instant",
                rule="required",
                message="an instant is needed unless the mode is CLOCK_MODE_REAL",
                remedy="send the instant that the clock is to show",
            )
        clock.set(request.mode, request.instant.ToDatetime(tzinfo=UTC) if request.HasField("instant") else None)
        return control_pb2.SetClockResponse(now=self._now())

    async def GetClock(self, request: control_pb2.GetClockRequest, context: Any) -> control_pb2.GetClockResponse:
        self._must_be_on()
        return control_pb2.GetClockResponse(now=self._now(), mode=self._system.clock.mode)

    async def Restart(self, request: control_pb2.RestartRequest, context: Any) -> control_pb2.RestartResponse:
        self._must_be_on()
        # A moment for the answer to leave; the server's grace covers the rest.
        asyncio.get_running_loop().call_later(0.02, self._ask_for_restart)
        return control_pb2.RestartResponse()

    async def Hold(self, request: control_pb2.HoldRequest, context: Any) -> control_pb2.HoldResponse:
        self._must_be_on()
        seconds = request.duration.ToTimedelta().total_seconds()
        if request.stage not in self._system.stages or seconds < 0:
            field = "duration" if request.stage in self._system.stages else "stage"
            raise Refusal(
                Reason.REASON_INVALID_REQUEST,
                field=field,
                rule=f"hold.{field}",
                message="the duration may not be negative" if field == "duration" else "the stage is not known",
                remedy=f"use one of: {', '.join(self._system.stages) or 'none'}"
                if field == "stage"
                else "send 0 or more",
            )
        self._system.holds.set(request.stage, seconds, request.passages)
        return control_pb2.HoldResponse()

    async def Spoil(self, request: control_pb2.SpoilRequest, context: Any) -> control_pb2.SpoilResponse:
        self._must_be_on()
        if request.stage not in self._system.spoils.stages:
            raise Refusal(
                Reason.REASON_INVALID_REQUEST,
                field="stage",
                rule="spoil.stage",
                message="the stage is not known",
                remedy=f"use one of: {', '.join(self._system.spoils.stages) or 'none'}",
            )
        self._system.spoils.set(request.stage, request.kind, request.passages)
        return control_pb2.SpoilResponse()

    async def Operate(self, request: control_pb2.OperateRequest, context: Any) -> control_pb2.OperateResponse:
        self._must_be_on()
        operate = getattr(self._system, "operate", None)
        if operate is None:
            raise Refusal(Reason.REASON_TEST_CONTROL_OFF, system=self._system.name, method="Operate")
        response: control_pb2.OperateResponse = await operate(request)
        return response

    def _must_be_on(self) -> None:
        if not self._system.config.testing:
            raise Refusal(Reason.REASON_TEST_CONTROL_OFF, system=self._system.name)

    def _now(self) -> Timestamp:
        now = Timestamp()
        now.FromDatetime(self._system.clock.now())
        return now
