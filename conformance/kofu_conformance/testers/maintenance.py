"""The suite as maintenance staff of a kiosk. [3.3.4, 3.3.8a]"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from google.protobuf.message import Message

from kofu.v1 import maintenance_pb2
from kofu_conformance.engine import Unobserved
from kofu_conformance.profile import Profile
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.control import timestamp
from kofu_conformance.testers.wire import Method, Wire

SERVICE = "kofu.v1.MaintenanceService"
ROLE = "maintenance"
M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Login:
    """Staff number and password of the member whom the profile names."""

    staff_id: str
    password: str


class MaintenanceClient:
    """MaintenanceService of the kiosk under test. Passwords never stand in a transcript."""

    def __init__(self, wire: Wire, profile: Profile) -> None:
        self._wire = wire
        self._profile = profile

    @property
    def login(self) -> Login:
        """The login that the profile names. Raises `Unobserved` where it names none."""
        if self._profile.maintenance is None:
            raise Unobserved("the profile names no maintenance login; add [maintenance] login")
        content = json.loads(self._profile.maintenance.login.read_text(encoding="utf-8"))
        return Login(content["staff_id"], content["password"])

    def log_in(self, staff_id: str, password: str) -> Answer[maintenance_pb2.LogInResponse]:
        """Tries to come in."""
        request = maintenance_pb2.LogInRequest(staff_id=staff_id, password=password)
        return self._call("LogIn", request, maintenance_pb2.LogInResponse)

    def token(self) -> str:
        """A token for the profile's own member. Raises `Unobserved` where the right password is refused."""
        login = self.login
        answer = self.log_in(login.staff_id, login.password)
        if answer.message is None:
            raise Unobserved(f"the kiosk refuses the profile's maintenance login ({answer.result}); is it locked?")
        return answer.message.token

    def status(self, token: str) -> Answer[maintenance_pb2.GetStatusResponse]:
        """The state of the terminals."""
        request = maintenance_pb2.GetStatusRequest(token=token)
        return self._call("GetStatus", request, maintenance_pb2.GetStatusResponse)

    def forgotten(self, token: str) -> Answer[maintenance_pb2.ListForgottenItemsResponse]:
        """What was left behind."""
        request = maintenance_pb2.ListForgottenItemsRequest(token=token)
        return self._call("ListForgottenItems", request, maintenance_pb2.ListForgottenItemsResponse)

    def record(
        self,
        token: str,
        terminal_id: str,
        kind: maintenance_pb2.ForgottenItemKind,
        item_id: int = 0,
        police_at: datetime | None = None,
    ) -> Answer[maintenance_pb2.RecordForgottenItemResponse]:
        """Records an item or carries its record on."""
        request = maintenance_pb2.RecordForgottenItemRequest(
            token=token,
            terminal_id=terminal_id,
            kind=kind,
            item_id=item_id,
            handed_to_police_at=None if police_at is None else timestamp(police_at),
        )
        return self._call("RecordForgottenItem", request, maintenance_pb2.RecordForgottenItemResponse)

    def change_password(
        self, token: str, password: str, new_password: str
    ) -> Answer[maintenance_pb2.ChangePasswordResponse]:
        """Tries to change the password."""
        request = maintenance_pb2.ChangePasswordRequest(token=token, password=password, new_password=new_password)
        return self._call("ChangePassword", request, maintenance_pb2.ChangePasswordResponse)

    def _call(self, name: str, request: Message, response: type[M]) -> Answer[M]:
        return self._wire.call("kiosk", ROLE, Method(SERVICE, name), request, response, record=False)
