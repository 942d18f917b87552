"""Record changes as the counter files them: what each does to the registers, and which kind the feed calls it. [2.6]"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from kofu.v1.common_pb2 import CivilDate, RecordedDate
from kofu.v1.counter_pb2 import (
    AssessTax,
    CancelMoveOut,
    CancelSeal,
    ChangeName,
    FileChangeRequest,
    FileChangeResponse,
    LinkCards,
    MoveOut,
    MoveWithin,
    NotifyMoveOut,
    RecordBirth,
    RecordDeath,
    RegisterSeal,
    SetIssueBlocks,
    SplitHousehold,
)
from kofu.v1.feed_pb2 import RecordChangeKind
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import (
    ForeignResidentCategory,
    ResidenceState,
    ResidentControl,
    ResidentRecord,
    TaxRecord,
)
from kofu_reference.core.registers import Registers
from kofu_reference.runtime import JST, Refusal

HOUSEHOLDER: Final = "世帯主"
MOST_MEMBERS: Final = 30
_GONE: Final = (ResidenceState.RESIDENCE_STATE_MOVED_OUT, ResidenceState.RESIDENCE_STATE_DECEASED)


class ChangeOffice:
    """Applies filed changes, each in one transaction with its place in the feed. Call it from one thread."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._filings: Final[Mapping[str, Callable[[Any, datetime], FileChangeResponse]]] = {
            "register_seal": self._register_seal,
            "cancel_seal": self._cancel_seal,
            "move_within": self._move_within,
            "move_out": self._move_out,
            "set_issue_blocks": self._set_issue_blocks,
            "split_household": self._split_household,
            "assess_tax": self._assess_tax,
            "change_name": self._change_name,
            "link_cards": self._link_cards,
            "record_death": self._record_death,
            "notify_move_out": self._notify_move_out,
            "cancel_move_out": self._cancel_move_out,
            "record_birth": self._record_birth,
        }

    def file(self, request: FileChangeRequest, now: datetime) -> FileChangeResponse:
        """The change's number and kind, once durable. Raises REASON_RECORD_NOT_FOUND or REASON_INVALID_REQUEST."""
        name = request.WhichOneof("change") or ""
        with self._registers.transaction():
            return self._filings[name](getattr(request, name), now)

    def _register_seal(self, filing: RegisterSeal, now: datetime) -> FileChangeResponse:
        resident = self._living(filing.resident_key)
        resident.seal_impression.CopyFrom(filing.impression)
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_SEAL_REGISTERED, now, [resident])

    def _cancel_seal(self, filing: CancelSeal, now: datetime) -> FileChangeResponse:
        resident = self._living(filing.resident_key)
        if not resident.HasField("seal_impression"):
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        resident.ClearField("seal_impression")
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_SEAL_CANCELLED, now, [resident])

    def _move_within(self, filing: MoveWithin, now: datetime) -> FileChangeResponse:
        """The whole household at once, so that no document shows two addresses."""
        movers = [member for member in self._registers.household(filing.household_key) if _is_here(member)]
        if not movers:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        for mover in movers:
            mover.previous_address, mover.address = mover.address, filing.address
            mover.address_established_on.CopyFrom(filing.established_on)
            mover.notified_on.CopyFrom(_today(now))
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_WITHIN, now, movers)

    def _move_out(self, filing: MoveOut, now: datetime) -> FileChangeResponse:
        resident = self._living(filing.resident_key)
        others = self._left_behind(resident, filing, "move_out")
        resident.control.state = ResidenceState.RESIDENCE_STATE_MOVED_OUT
        resident.ClearField("seal_impression")
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_OUT, now, [resident, *others])

    def _set_issue_blocks(self, filing: SetIssueBlocks, now: datetime) -> FileChangeResponse:
        resident = self._recorded(filing.resident_key)
        resident.control.ClearField("blocks")
        resident.control.blocks.extend(filing.blocks)
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_ISSUE_BLOCK, now, [resident])

    def _split_household(self, filing: SplitHousehold, now: datetime) -> FileChangeResponse:
        resident = self._living(filing.resident_key)
        others = self._left_behind(resident, filing, "split_household")
        resident.control.household_key = self._registers.next_household_key()
        resident.control.member_number = 1
        resident.relationship, resident.householder = HOUSEHOLDER, resident.name
        resident.notified_on.CopyFrom(_today(now))
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_HOUSEHOLD, now, [resident, *others])

    def _assess_tax(self, filing: AssessTax, now: datetime) -> FileChangeResponse:
        self._recorded(filing.record.resident_key)
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_TAX, now, taxes=[filing.record])

    def _change_name(self, filing: ChangeName, now: datetime) -> FileChangeResponse:
        """The seal registration of another name ends with it; a householder's name stands on everyone's record."""
        resident = self._living(filing.resident_key)
        concerned = {resident.control.resident_key: resident}
        if resident.control.member_number == 1:
            household = self._registers.household(resident.control.household_key)
            concerned = {member.control.resident_key: member for member in household if _is_here(member)}
            for member in concerned.values():
                member.householder = filing.name
        renamed = concerned[filing.resident_key]
        renamed.name = filing.name
        renamed.ClearField("seal_impression")
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_PERSONAL_ITEMS, now, concerned.values())

    def _link_cards(self, filing: LinkCards, now: datetime) -> FileChangeResponse:
        resident = self._recorded(filing.resident_key)
        for number, holder in enumerate(filing.holders):
            if holder in filing.holders[:number]:
                raise _invalid(
                    f"link_cards.holders[{number}]",
                    "a certificate is linked once",
                    "name each certificate once",
                )
            if self._registers.linked_to(holder) not in (None, filing.resident_key):
                raise _invalid(
                    f"link_cards.holders[{number}]",
                    "a certificate is linked to one resident",
                    "take the link from the other resident first",
                )
        resident.control.ClearField("holders")
        resident.control.holders.extend(filing.holders)
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_CARD_LINK, now, [resident])

    def _record_death(self, filing: RecordDeath, now: datetime) -> FileChangeResponse:
        resident = self._living(filing.resident_key)
        others = self._left_behind(resident, filing, "record_death")
        resident.control.state = ResidenceState.RESIDENCE_STATE_DECEASED
        resident.ClearField("seal_impression")
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_DEATH, now, [resident, *others])

    def _notify_move_out(self, filing: NotifyMoveOut, now: datetime) -> FileChangeResponse:
        resident = self._in_state(filing.resident_key, ResidenceState.RESIDENCE_STATE_RESIDENT)
        resident.control.state = ResidenceState.RESIDENCE_STATE_LEAVING
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_OUT_NOTIFIED, now, [resident])

    def _cancel_move_out(self, filing: CancelMoveOut, now: datetime) -> FileChangeResponse:
        resident = self._in_state(filing.resident_key, ResidenceState.RESIDENCE_STATE_LEAVING)
        resident.control.state = ResidenceState.RESIDENCE_STATE_RESIDENT
        return self._commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_OUT_CANCELLED, now, [resident])

    def _record_birth(self, filing: RecordBirth, now: datetime) -> FileChangeResponse:
        """The child takes address and householder from the household, and the first number that nobody there had."""
        household = self._registers.household(filing.household_key)
        head = next((one for one in household if _is_here(one) and one.control.member_number == 1), None)
        if head is None:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        born, today = filing.birth_date, _today(now)
        if (born.year, born.month, born.day) > (today.year, today.month, today.day):
            raise _invalid("record_birth.birth_date", "nobody is born later than today", "state the day of birth")
        number = max(member.control.member_number for member in household) + 1
        if number > MOST_MEMBERS:
            raise _invalid("record_birth.household_key", "a household has no number left", "split the household first")
        child = ResidentRecord(
            name=filing.name,
            householder=head.name,
            address=head.address,
            birth_date=RecordedDate(exact=born),
            sex=filing.sex,
            relationship=filing.relationship,
            registered_domicile=filing.registered_domicile,
            head_of_register=filing.head_of_register,
            address_established_on=born,
            notified_on=today,
            individual_number=filing.individual_number,
            control=ResidentControl(
                resident_key=self._registers.next_resident_key(),
                household_key=filing.household_key,
                member_number=number,
                state=ResidenceState.RESIDENCE_STATE_RESIDENT,
            ),
        )
        if filing.nationality:
            child.nationality = filing.nationality
            child.foreign_category = ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL
            child.foreign_resident_since.CopyFrom(born)
        else:
            child.resident_since.CopyFrom(born)
        answer = self._commit(RecordChangeKind.RECORD_CHANGE_KIND_BIRTH, now, [child])
        answer.resident_key = child.control.resident_key
        return answer

    def _recorded(self, resident_key: str) -> ResidentRecord:
        resident = self._registers.resident(resident_key)
        if resident is None:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return resident

    def _living(self, resident_key: str) -> ResidentRecord:
        """Somebody who lives here; of the others nothing is to be changed by these filings."""
        resident = self._recorded(resident_key)
        if not _is_here(resident):
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return resident

    def _in_state(self, resident_key: str, state: ResidenceState) -> ResidentRecord:
        resident = self._recorded(resident_key)
        if resident.control.state != state:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return resident

    def _left_behind(
        self, leaving: ResidentRecord, filing: MoveOut | SplitHousehold | RecordDeath, change: str
    ) -> list[ResidentRecord]:
        """The others of a householder's household under the new one; nobody where no householder leaves others.

        Who follows, and how the others are related to that person, is for the family to say. Raises
        REASON_INVALID_REQUEST where the filing does not say it of everyone, or says it of somebody else.
        """
        control = leaving.control
        others = {
            member.control.resident_key: member
            for member in self._registers.household(control.household_key)
            if _is_here(member) and member.control.resident_key != control.resident_key
        }
        if control.member_number != 1 or not others:
            if filing.new_householder:
                raise _invalid(
                    f"{change}.new_householder",
                    "nobody follows where no householder leaves others behind",
                    "leave new_householder and relationships out",
                )
            return []
        head = others.get(filing.new_householder)
        if head is None:
            raise _invalid(
                f"{change}.new_householder",
                "a householder can't leave the others without one of them to follow",
                "name a member who stays",
            )
        relationships = {member.resident_key: member.relationship for member in filing.relationships}
        if relationships.keys() != others.keys() - {filing.new_householder}:
            raise _invalid(
                f"{change}.relationships",
                "every member who stays, and nobody else, needs a relationship to the new householder",
                "state it once for each of them",
            )
        for key, member in others.items():
            member.relationship = relationships.get(key, HOUSEHOLDER)
            member.householder = head.name
        head.control.member_number = 1
        return list(others.values())

    def _commit(
        self,
        kind: RecordChangeKind,
        now: datetime,
        residents: Iterable[ResidentRecord] = (),
        taxes: Iterable[TaxRecord] = (),
    ) -> FileChangeResponse:
        number = self._registers.commit(kind, now, list(residents), list(taxes))
        return FileChangeResponse(number=number, kind=kind)


def _is_here(resident: ResidentRecord) -> bool:
    return resident.control.state not in _GONE


def _today(now: datetime) -> CivilDate:
    day = now.astimezone(JST)
    return CivilDate(year=day.year, month=day.month, day=day.day)


def _invalid(field: str, message: str, remedy: str) -> Refusal:
    return Refusal(Reason.REASON_INVALID_REQUEST, field=field, rule="registers", message=message, remedy=remedy)
