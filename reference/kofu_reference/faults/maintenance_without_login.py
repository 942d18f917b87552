"""The maintenance interface shows its state and its records to whoever asks, with any token."""

from kofu_reference.kiosk.staff import FIRST_STAFF_ID
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.4"
KILLED_BY = "chain.maintenance.only_the_right_password_opens"


def install(system: KioskSystem) -> None:
    system.staff_room.holder_of = lambda _token: FIRST_STAFF_ID  # type: ignore[method-assign, assignment]
