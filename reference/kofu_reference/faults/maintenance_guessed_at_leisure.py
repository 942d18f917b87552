"""Wrong maintenance passwords are neither delayed nor counted."""

from kofu_reference.kiosk.journal import Staff
from kofu_reference.kiosk.system import KioskSystem

SYSTEM = "kiosk"
STATEMENT = "3.3.4"
KILLED_BY = "chain.maintenance.only_the_right_password_opens"


def install(system: KioskSystem) -> None:
    def after_wrong(staff: Staff) -> Staff:
        return staff

    system.staff_room.after_wrong = after_wrong  # type: ignore[method-assign]
