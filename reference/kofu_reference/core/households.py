"""Filings about where and with whom a person lives: arriving, moving, leaving, and who heads a household. [2.1, 2.6]"""

from datetime import date, datetime

from kofu.v1.counter_pb2 import (
    CancelMoveOut,
    ChangeHouseholder,
    DeleteRecord,
    FileChangeResponse,
    JoinHousehold,
    MoveOut,
    MoveWithin,
    NotifyMoveOut,
    RecordDeath,
    RestoreRecord,
    SplitHousehold,
    Succession,
)
from kofu.v1.feed_pb2 import RecordChangeKind
from kofu.v1.register_pb2 import ResidenceState, ResidentRecord
from kofu_reference.core.desk import HOUSEHOLDER, Desk, as_date, follow, invalid, is_here, today_of
from kofu_reference.runtime import JST


def move_within(desk: Desk, filing: MoveWithin, now: datetime) -> FileChangeResponse:
    """The whole household at once, so that no document shows two addresses."""
    movers = desk.members_here(filing.household_key)
    for mover in movers:
        mover.previous_address, mover.address = mover.address, filing.address
        mover.address_established_on.CopyFrom(filing.established_on)
        mover.notified_on.CopyFrom(today_of(now))
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_WITHIN, now, movers)


def move_out(desk: Desk, filing: MoveOut, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    others = desk.left_behind(resident, _succession(filing), "move_out")
    _lapse(desk, resident, ResidenceState.RESIDENCE_STATE_MOVED_OUT)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_OUT, now, [resident, *others])


def record_death(desk: Desk, filing: RecordDeath, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    others = desk.left_behind(resident, _succession(filing), "record_death")
    _lapse(desk, resident, ResidenceState.RESIDENCE_STATE_DECEASED)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_DEATH, now, [resident, *others])


def delete_record(desk: Desk, filing: DeleteRecord, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    succession = filing.succession if filing.HasField("succession") else None
    others = desk.left_behind(resident, succession, "delete_record.succession")
    _lapse(desk, resident, ResidenceState.RESIDENCE_STATE_DELETED)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_DELETED, now, [resident, *others])


def restore_record(desk: Desk, filing: RestoreRecord, now: datetime) -> FileChangeResponse:
    """Back into the household, under whoever heads it now, at the address that it has now."""
    resident = desk.in_state(filing.resident_key, ResidenceState.RESIDENCE_STATE_DELETED)
    control = resident.control
    here = [member for member in desk.registers.household(control.household_key) if is_here(member)]
    head = next((member for member in here if member.control.member_number == 1), None)
    if (head is None) is (filing.relationship != ""):
        raise invalid(
            "restore_record.relationship",
            "it is stated where somebody heads the household, and only then",
            "state it, or leave it out",
        )
    if head is None:
        control.member_number = 1
        resident.relationship, resident.householder = HOUSEHOLDER, resident.name
    else:
        if any(member.control.member_number == control.member_number for member in here):
            control.member_number = desk.next_number(control.household_key, "restore_record.resident_key")
        resident.relationship, resident.householder = filing.relationship, head.name
        resident.address = head.address
    control.state = ResidenceState.RESIDENCE_STATE_RESIDENT
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_RESTORED, now, [resident])


def notify_move_out(desk: Desk, filing: NotifyMoveOut, now: datetime) -> FileChangeResponse:
    """From now on nothing is issued to the person. With a day stated, the moving out follows by itself."""
    resident = desk.in_state(filing.resident_key, ResidenceState.RESIDENCE_STATE_RESIDENT)
    succession = filing.succession if filing.HasField("succession") else None
    if filing.HasField("leaves_on"):
        if as_date(filing.leaves_on) <= _day(now):
            raise invalid("notify_move_out.leaves_on", "it is a day to come", "file the moving out instead")
        # Only to refuse now what would be refused then; nothing of it is recorded yet.
        desk.left_behind(desk.living(filing.resident_key), succession, "notify_move_out.succession")
        leaving = MoveOut(resident_key=filing.resident_key)
        if succession is not None:
            leaving.new_householder = succession.new_householder
            leaving.relationships.extend(succession.relationships)
        desk.registers.plan_departure(as_date(filing.leaves_on), leaving)
    elif succession is not None:
        raise invalid("notify_move_out.succession", "it goes with leaves_on", "state the day, or leave it out")
    resident.control.state = ResidenceState.RESIDENCE_STATE_LEAVING
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_OUT_NOTIFIED, now, [resident])


def cancel_move_out(desk: Desk, filing: CancelMoveOut, now: datetime) -> FileChangeResponse:
    resident = desk.in_state(filing.resident_key, ResidenceState.RESIDENCE_STATE_LEAVING)
    resident.control.state = ResidenceState.RESIDENCE_STATE_RESIDENT
    desk.registers.forget_departure(filing.resident_key)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_OUT_CANCELLED, now, [resident])


def split_household(desk: Desk, filing: SplitHousehold, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    others = desk.left_behind(resident, _succession(filing), "split_household")
    resident.control.household_key = desk.registers.next_household_key()
    resident.control.member_number = 1
    resident.relationship, resident.householder = HOUSEHOLDER, resident.name
    resident.notified_on.CopyFrom(today_of(now))
    answer = desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_HOUSEHOLD, now, [resident, *others])
    answer.new_household_key = resident.control.household_key
    return answer


def join_household(desk: Desk, filing: JoinHousehold, now: datetime) -> FileChangeResponse:
    """Into another household, whose address and householder the record takes."""
    resident = desk.living(filing.resident_key)
    head = desk.householder(filing.household_key)
    if resident.control.household_key == filing.household_key:
        raise invalid("join_household.household_key", "it is the resident's own household", "name another one")
    succession = filing.succession if filing.HasField("succession") else None
    others = desk.left_behind(resident, succession, "join_household.succession")
    resident.control.member_number = desk.next_number(filing.household_key, "join_household.household_key")
    resident.control.household_key = filing.household_key
    resident.relationship, resident.householder = filing.relationship, head.name
    if resident.address != head.address:
        resident.previous_address, resident.address = resident.address, head.address
        resident.address_established_on.CopyFrom(filing.established_on)
    resident.notified_on.CopyFrom(today_of(now))
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_HOUSEHOLD, now, [resident, *others])


def change_householder(desk: Desk, filing: ChangeHouseholder, now: datetime) -> FileChangeResponse:
    """The two change numbers; everyone is related to the new one from now on."""
    former = desk.householder(filing.household_key)
    members = {member.control.resident_key: member for member in desk.members_here(filing.household_key)}
    new = members.get(filing.succession.new_householder)
    if new is None or new.control.resident_key == former.control.resident_key:
        raise invalid(
            "change_householder.succession.new_householder", "it is another member", "name one who lives there"
        )
    members[former.control.resident_key].control.member_number = new.control.member_number
    concerned = follow(members, filing.succession, "change_householder.succession")
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_HOUSEHOLDER, now, concerned)


def _succession(filing: MoveOut | SplitHousehold | RecordDeath) -> Succession | None:
    if not filing.new_householder:
        return None
    return Succession(new_householder=filing.new_householder, relationships=filing.relationships)


def _lapse(desk: Desk, resident: ResidentRecord, state: ResidenceState) -> None:
    """The person is gone: the seal registration lapses, and a moving out to come does not come any more."""
    resident.control.state = state
    resident.ClearField("seal_impression")
    desk.registers.forget_departure(resident.control.resident_key)


def _day(now: datetime) -> date:
    return now.astimezone(JST).date()
