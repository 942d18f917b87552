"""What every filing needs: the records it may change, who follows a householder, and the commit. [2.6]"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.counter_pb2 import FileChangeResponse, Succession
from kofu.v1.feed_pb2 import RecordChangeKind, TaxWithdrawal
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidenceState, ResidentRecord, TaxRecord
from kofu_reference.core.registers import Registers
from kofu_reference.runtime import JST, Refusal
from kofu_reference.runtime.guard import checked

HOUSEHOLDER: Final = "世帯主"
MOST_MEMBERS: Final = 30
_MOST_IN_A_CHANGE: Final = 50
_GONE: Final = (
    ResidenceState.RESIDENCE_STATE_MOVED_OUT,
    ResidenceState.RESIDENCE_STATE_DECEASED,
    ResidenceState.RESIDENCE_STATE_DELETED,
)


class Desk:
    """The registers as a clerk asks them; every method is called within the transaction of a filing."""

    def __init__(self, registers: Registers) -> None:
        self.registers = registers

    def recorded(self, resident_key: str) -> ResidentRecord:
        """Whoever has this key. Raises REASON_RECORD_NOT_FOUND."""
        resident = self.registers.resident(resident_key)
        if resident is None:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return resident

    def living(self, resident_key: str) -> ResidentRecord:
        """Somebody who lives here; of the others nothing is to be changed by these filings."""
        resident = self.recorded(resident_key)
        if not is_here(resident):
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return resident

    def in_state(self, resident_key: str, state: ResidenceState) -> ResidentRecord:
        resident = self.recorded(resident_key)
        if resident.control.state != state:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return resident

    def members_here(self, household_key: str) -> list[ResidentRecord]:
        """Those of a household who live here. Raises REASON_RECORD_NOT_FOUND where there is nobody."""
        members = [member for member in self.registers.household(household_key) if is_here(member)]
        if not members:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return members

    def householder(self, household_key: str) -> ResidentRecord:
        """Raises REASON_RECORD_NOT_FOUND where nobody heads the household."""
        head = next((one for one in self.members_here(household_key) if one.control.member_number == 1), None)
        if head is None:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return head

    def next_number(self, household_key: str, field: str, more: int = 1) -> int:
        """The first number that nobody of the household ever had. Refuses where `more` persons don't find one."""
        number = max(member.control.member_number for member in self.registers.household(household_key)) + 1
        if number + more - 1 > MOST_MEMBERS:
            raise invalid(field, "a household has no number left", "split the household first")
        return number

    def left_behind(self, leaving: ResidentRecord, succession: Succession | None, field: str) -> list[ResidentRecord]:
        """The others of a householder's household under the new one; nobody where no householder leaves others.

        Who follows, and how the others are related to that person, is for the family to say. Raises
        REASON_INVALID_REQUEST where the filing does not say it of everyone, or says it of somebody else.
        """
        control = leaving.control
        others = {
            member.control.resident_key: member
            for member in self.registers.household(control.household_key)
            if is_here(member) and member.control.resident_key != control.resident_key
        }
        if control.member_number != 1 or not others:
            if succession is not None:
                raise invalid(
                    f"{field}.new_householder",
                    "nobody follows where no householder leaves others behind",
                    "leave new_householder and relationships out",
                )
            return []
        return follow(others, succession, field)

    def commit(
        self,
        kind: RecordChangeKind,
        now: datetime,
        residents: Iterable[ResidentRecord] = (),
        taxes: Sequence[TaxRecord] = (),
        withdrawn_taxes: Sequence[TaxWithdrawal] = (),
        calendar: ServiceCalendar | None = None,
    ) -> FileChangeResponse:
        """Writes what a filing has come to. A record that would break a rule of the register refuses the filing."""
        concerned = list(residents)
        if len(concerned) > _MOST_IN_A_CHANGE:
            raise invalid("change", f"more than {_MOST_IN_A_CHANGE} records would change at once", "file it in parts")
        for resident in concerned:
            checked(resident)
        number = self.registers.commit(kind, now, concerned, taxes, withdrawn_taxes, calendar)
        return FileChangeResponse(number=number, kind=kind)


def follow(others: dict[str, ResidentRecord], succession: Succession | None, field: str) -> list[ResidentRecord]:
    """Everyone under a new householder, one of them."""
    head = others.get(succession.new_householder) if succession is not None else None
    if succession is None or head is None:
        raise invalid(
            f"{field}.new_householder",
            "a householder can't leave the others without one of them to follow",
            "name a member who stays",
        )
    relationships = {member.resident_key: member.relationship for member in succession.relationships}
    stated = len(succession.relationships)
    if stated != len(relationships) or relationships.keys() != others.keys() - {succession.new_householder}:
        raise invalid(
            f"{field}.relationships",
            "every member who stays, and nobody else, needs a relationship to the new householder",
            "state it once for each of them",
        )
    for key, member in others.items():
        member.relationship = relationships.get(key, HOUSEHOLDER)
        member.householder = head.name
    head.control.member_number = 1
    return list(others.values())


def is_here(resident: ResidentRecord) -> bool:
    return resident.control.state not in _GONE


def today_of(now: datetime) -> CivilDate:
    """The day in Japan."""
    day = now.astimezone(JST)
    return CivilDate(year=day.year, month=day.month, day=day.day)


def as_date(day: CivilDate) -> date:
    return date(day.year, day.month, day.day)


def invalid(field: str, message: str, remedy: str) -> Refusal:
    return Refusal(Reason.REASON_INVALID_REQUEST, field=field, rule="registers", message=message, remedy=remedy)
