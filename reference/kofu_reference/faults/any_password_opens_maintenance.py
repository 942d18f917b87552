"""The maintenance login looks at the staff number alone: any password opens it."""

import secrets

from kofu_reference.kiosk.staff import FIRST_STAFF_ID
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.4"
KILLED_BY = "chain.maintenance.only_the_right_password_opens"


def install(system: KioskSystem) -> None:
    room = system.staff_room

    def log_in(
        staff_id: str,
        password: str,  # noqa: ARG001 - nobody looks at it
    ) -> str | None:
        if staff_id != FIRST_STAFF_ID:
            return None
        token = secrets.token_urlsafe(32)
        room.admit(token, staff_id)
        return token

    room.log_in = log_in  # type: ignore[method-assign]
