"""Maintenance of the kiosk, for its staff alone. [3.3.4, 3.3.8]"""

# ruff: noqa: N802 - names and parameters are those of the generated servicer

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from kofu.v1 import maintenance_pb2, reason_pb2
from kofu.v1.maintenance_pb2_grpc import MaintenanceServiceServicer
from kofu_reference.kiosk.journal import ForgottenItem
from kofu_reference.kiosk.lost_property import LostProperty
from kofu_reference.kiosk.staff import StaffRoom
from kofu_reference.kiosk.terminal import Terminal
from kofu_reference.runtime import Refusal


class MaintenanceServicer(MaintenanceServiceServicer):
    """Login, state of the terminals, forgotten items. Nothing personal is shown or recorded."""

    def __init__(self, staff_room: StaffRoom, terminals: Mapping[str, Terminal], lost_property: LostProperty) -> None:
        self._staff_room = staff_room
        self._terminals = terminals
        self._lost_property = lost_property
        # One login at a time, so that guesses in parallel cannot get past the count.
        self._one_login = asyncio.Lock()

    async def LogIn(self, request: maintenance_pb2.LogInRequest, context: Any) -> maintenance_pb2.LogInResponse:
        async with self._one_login:
            token = await asyncio.to_thread(self._staff_room.log_in, request.staff_id, request.password)
        if token is None:
            raise Refusal(reason_pb2.REASON_MAINTENANCE_REFUSED)
        return maintenance_pb2.LogInResponse(token=token)

    async def ChangePassword(
        self, request: maintenance_pb2.ChangePasswordRequest, context: Any
    ) -> maintenance_pb2.ChangePasswordResponse:
        staff_id = self._staff_of(request.token)
        async with self._one_login:
            broken = await asyncio.to_thread(
                self._staff_room.change_password, staff_id, request.password, request.new_password
            )
        if broken == "":
            raise Refusal(reason_pb2.REASON_MAINTENANCE_REFUSED)
        if broken is not None:
            raise Refusal(
                reason_pb2.REASON_INVALID_REQUEST,
                field="new_password",
                rule=broken,
                message=f"a new password has to have: {broken}",
                remedy="choose another one",
            )
        return maintenance_pb2.ChangePasswordResponse()

    async def GetStatus(
        self, request: maintenance_pb2.GetStatusRequest, context: Any
    ) -> maintenance_pb2.GetStatusResponse:
        self._staff_of(request.token)
        return maintenance_pb2.GetStatusResponse(
            terminals=[
                maintenance_pb2.TerminalStatus(
                    terminal_id=terminal_id,
                    in_use=terminal.in_use,
                    forgotten_items=self._lost_property.waiting_at(terminal_id),
                    printer_ready=terminal.printer.is_ready,
                )
                for terminal_id, terminal in self._terminals.items()
            ]
        )

    async def ListForgottenItems(
        self, request: maintenance_pb2.ListForgottenItemsRequest, context: Any
    ) -> maintenance_pb2.ListForgottenItemsResponse:
        self._staff_of(request.token)
        return maintenance_pb2.ListForgottenItemsResponse(
            items=[_message(item) for item in self._lost_property.items()]
        )

    async def RecordForgottenItem(
        self, request: maintenance_pb2.RecordForgottenItemRequest, context: Any
    ) -> maintenance_pb2.RecordForgottenItemResponse:
        staff_id = self._staff_of(request.token)
        if request.terminal_id not in self._terminals:
            raise Refusal(reason_pb2.REASON_RECORD_NOT_FOUND)
        handed = request.handed_to_police_at.ToDatetime(UTC) if request.HasField("handed_to_police_at") else None
        kind = maintenance_pb2.ForgottenItemKind.Name(request.kind)
        number = await self._lost_property.deal_with(staff_id, request.item_id, request.terminal_id, kind, handed)
        return maintenance_pb2.RecordForgottenItemResponse(item_id=number)

    def _staff_of(self, token: str) -> str:
        staff_id = self._staff_room.holder_of(token)
        if staff_id is None:
            raise Refusal(reason_pb2.REASON_MAINTENANCE_REFUSED)
        return staff_id


def _message(item: ForgottenItem) -> maintenance_pb2.ForgottenItem:
    return maintenance_pb2.ForgottenItem(
        item_id=item.item_id,
        terminal_id=item.terminal_id,
        kind=item.kind,
        noticed_at=_timestamp(item.noticed_at),
        dealt_with_at=_timestamp(item.dealt_with_at),
        handed_to_police_at=_timestamp(item.handed_to_police_at),
    )


def _timestamp(instant: datetime | None) -> Timestamp | None:
    if instant is None:
        return None
    message = Timestamp()
    message.FromDatetime(instant)
    return message
