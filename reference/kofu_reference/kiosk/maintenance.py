"""Maintenance of the kiosk, for its staff alone. [3.3.4, 3.3.8]"""

# ruff: noqa: N802 - names and parameters are those of the generated servicer

import asyncio
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from kofu.v1 import maintenance_pb2, reason_pb2
from kofu.v1.maintenance_pb2_grpc import MaintenanceServiceServicer
from kofu_reference.kiosk.journal import ForgottenItem, Journal
from kofu_reference.kiosk.staff import StaffRoom
from kofu_reference.kiosk.terminal import Terminal
from kofu_reference.runtime import CivilClock, Refusal


class MaintenanceServicer(MaintenanceServiceServicer):
    """Login, state of the terminals, forgotten items. Nothing personal is shown or recorded."""

    def __init__(
        self, staff_room: StaffRoom, terminals: Mapping[str, Terminal], journal: Journal, clock: CivilClock
    ) -> None:
        self._staff_room = staff_room
        self._terminals = terminals
        self._journal = journal
        self._clock = clock
        # One login at a time, so that guesses in parallel cannot get past the count.
        self._one_login = asyncio.Lock()

    async def LogIn(self, request: maintenance_pb2.LogInRequest, context: Any) -> maintenance_pb2.LogInResponse:
        async with self._one_login:
            token = await asyncio.to_thread(self._staff_room.log_in, request.staff_id, request.password)
        if token is None:
            raise Refusal(reason_pb2.REASON_MAINTENANCE_REFUSED)
        return maintenance_pb2.LogInResponse(token=token)

    async def GetStatus(
        self, request: maintenance_pb2.GetStatusRequest, context: Any
    ) -> maintenance_pb2.GetStatusResponse:
        self._staff_of(request.token)
        return maintenance_pb2.GetStatusResponse(
            terminals=[
                maintenance_pb2.TerminalStatus(terminal_id=terminal_id, in_use=terminal.in_use)
                for terminal_id, terminal in self._terminals.items()
            ]
        )

    async def RecordForgottenItem(
        self, request: maintenance_pb2.RecordForgottenItemRequest, context: Any
    ) -> maintenance_pb2.RecordForgottenItemResponse:
        staff_id = self._staff_of(request.token)
        if request.terminal_id not in self._terminals:
            raise Refusal(reason_pb2.REASON_RECORD_NOT_FOUND)
        handed = request.handed_to_police_at.ToDatetime(UTC) if request.HasField("handed_to_police_at") else None
        item = ForgottenItem(
            recorded_at=self._clock.now(),
            staff_id=staff_id,
            terminal_id=request.terminal_id,
            kind=maintenance_pb2.ForgottenItemKind.Name(request.kind),
            handed_to_police_at=handed,
        )
        await asyncio.to_thread(self._journal.record, item)
        return maintenance_pb2.RecordForgottenItemResponse()

    def _staff_of(self, token: str) -> str:
        staff_id = self._staff_room.holder_of(token)
        if staff_id is None:
            raise Refusal(reason_pb2.REASON_MAINTENANCE_REFUSED)
        return staff_id
