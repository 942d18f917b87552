"""Filings that change what stands on a person's record: names, nationality, status, blocks, corrections. [2.1, 2.8]"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from kofu.v1.counter_pb2 import (
    ChangeCommonName,
    ChangeIndividualNumber,
    ChangeName,
    ChangeNationality,
    ChangeResidenceStatus,
    CorrectRecord,
    FileChangeResponse,
    KosekiFilingKind,
    RecordKosekiFiling,
    SetIssueBlocks,
    SetSupportMeasures,
)
from kofu.v1.feed_pb2 import RecordChangeKind
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import IssueBlock, ResidentRecord
from kofu_reference.core.arrivals import set_foreign_items
from kofu_reference.core.desk import Desk, invalid
from kofu_reference.runtime import Refusal

_KINDS: Final[Mapping[KosekiFilingKind, RecordChangeKind]] = {
    KosekiFilingKind.KOSEKI_FILING_KIND_MARRIAGE: RecordChangeKind.RECORD_CHANGE_KIND_MARRIAGE,
    KosekiFilingKind.KOSEKI_FILING_KIND_DIVORCE: RecordChangeKind.RECORD_CHANGE_KIND_DIVORCE,
    KosekiFilingKind.KOSEKI_FILING_KIND_OTHER: RecordChangeKind.RECORD_CHANGE_KIND_OTHER_FILING,
}
_OF_FOREIGNERS: Final = (
    "common_name",
    "foreign_resident_since",
    "nationality",
    "foreign_category",
    "residence_card_number",
    "residence_status",
    "period_of_stay",
    "period_of_stay_ends_on",
    "katakana_name",
)
_ON_A_SEAL: Final = ("name", "common_name", "katakana_name")
_SUPPORT: Final = IssueBlock.ISSUE_BLOCK_SUPPORT_MEASURES


class _Concerned:
    """The records that a filing changes, each once, also where several of its persons share a household."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._records: dict[str, ResidentRecord] = {}

    def living(self, resident_key: str) -> ResidentRecord:
        if resident_key not in self._records:
            self._records[resident_key] = self._desk.living(resident_key)
        return self._records[resident_key]

    def rename(self, resident: ResidentRecord, name: str) -> None:
        """The seal registration of another name ends with it; a householder's name stands on everyone's record."""
        resident.name = name
        resident.ClearField("seal_impression")
        if resident.control.member_number == 1:
            for member in self._desk.members_here(resident.control.household_key):
                self.living(member.control.resident_key).householder = name

    def all(self) -> list[ResidentRecord]:
        """In the order of their numbers where they are a household's."""
        return sorted(self._records.values(), key=_place)


def change_name(desk: Desk, filing: ChangeName, now: datetime) -> FileChangeResponse:
    concerned = _Concerned(desk)
    concerned.rename(concerned.living(filing.resident_key), filing.name)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_PERSONAL_ITEMS, now, concerned.all())


def record_koseki_filing(desk: Desk, filing: RecordKosekiFiling, now: datetime) -> FileChangeResponse:
    """What the filing changes, on everyone's record at once."""
    concerned = _Concerned(desk)
    keys = [person.resident_key for person in filing.persons]
    for place, person in enumerate(filing.persons):
        field = f"record_koseki_filing.persons[{place}]"
        if person.resident_key in keys[:place]:
            raise invalid(f"{field}.resident_key", "a person stands once", "state all of one person's items together")
        resident = concerned.living(person.resident_key)
        if person.relationship:
            if resident.control.member_number == 1:
                raise invalid(f"{field}.relationship", "the householder has none", "leave it out")
            resident.relationship = person.relationship
        resident.registered_domicile = person.registered_domicile or resident.registered_domicile
        resident.head_of_register = person.head_of_register or resident.head_of_register
        if person.name and person.name != resident.name:
            concerned.rename(resident, person.name)
    return desk.commit(_KINDS[filing.kind], now, concerned.all())


def change_nationality(desk: Desk, filing: ChangeNationality, now: datetime) -> FileChangeResponse:
    concerned = _Concerned(desk)
    resident = concerned.living(filing.resident_key)
    names_before = _names_on_seals(resident)
    if filing.HasField("japanese"):
        if not resident.foreign_category:
            raise invalid("change_nationality.japanese", "the person is a Japanese national", "name a foreign national")
        since = resident.foreign_resident_since
        if not resident.HasField("resident_since"):
            resident.resident_since.CopyFrom(since)
        for field in _OF_FOREIGNERS:
            resident.ClearField(field)
        resident.registered_domicile = filing.japanese.registered_domicile
        resident.head_of_register = filing.japanese.head_of_register
    else:
        resident.registered_domicile = resident.head_of_register = ""
        resident.ClearField("resident_since")
        set_foreign_items(resident, filing.foreign)
    if filing.name and filing.name != resident.name:
        concerned.rename(resident, filing.name)
    if _names_on_seals(resident) != names_before:
        resident.ClearField("seal_impression")
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_NATIONALITY, now, concerned.all())


def change_residence_status(desk: Desk, filing: ChangeResidenceStatus, now: datetime) -> FileChangeResponse:
    resident = _foreigner(desk, filing.resident_key, "change_residence_status")
    resident.foreign_category = filing.category
    resident.residence_card_number = filing.residence_card_number
    resident.residence_status = filing.residence_status
    resident.period_of_stay = filing.period_of_stay
    resident.ClearField("period_of_stay_ends_on")
    if filing.HasField("period_of_stay_ends_on"):
        resident.period_of_stay_ends_on.CopyFrom(filing.period_of_stay_ends_on)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_RESIDENCE_STATUS, now, [resident])


def change_common_name(desk: Desk, filing: ChangeCommonName, now: datetime) -> FileChangeResponse:
    """A seal may bear the common name: where another one stood, its registration ends."""
    resident = _foreigner(desk, filing.resident_key, "change_common_name")
    if filing.common_name == resident.common_name:
        raise invalid("change_common_name.common_name", "it stands so already", "state another, or none to remove it")
    if resident.common_name:
        resident.ClearField("seal_impression")
    resident.common_name = filing.common_name
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_COMMON_NAME, now, [resident])


def change_individual_number(desk: Desk, filing: ChangeIndividualNumber, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    resident.individual_number = filing.individual_number
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_INDIVIDUAL_NUMBER, now, [resident])


def correct_record(desk: Desk, filing: CorrectRecord, now: datetime) -> FileChangeResponse:
    """The items as they are to stand. A corrected name ends the seal registration and stands with all it heads."""
    corrected = filing.record
    resident = desk.living(corrected.control.resident_key)
    for field, ours in (
        ("control", corrected.control == resident.control),
        ("householder", corrected.householder in (resident.householder, corrected.name)),
        ("relationship", resident.control.member_number != 1 or corrected.relationship == resident.relationship),
        (
            "seal_impression",
            not corrected.HasField("seal_impression") or corrected.seal_impression == resident.seal_impression,
        ),
    ):
        if not ours:
            raise invalid(f"correct_record.record.{field}", "a correction leaves it as it is", "file the change itself")
    concerned = _Concerned(desk)
    ours_now = concerned.living(corrected.control.resident_key)
    renamed = corrected.name != resident.name
    ours_now.CopyFrom(corrected)
    ours_now.householder = resident.householder
    if renamed:
        concerned.rename(ours_now, corrected.name)
    elif _names_on_seals(corrected) != _names_on_seals(resident):
        ours_now.ClearField("seal_impression")
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_CORRECTION, now, concerned.all())


def set_issue_blocks(desk: Desk, filing: SetIssueBlocks, now: datetime) -> FileChangeResponse:
    resident = desk.recorded(filing.resident_key)
    resident.control.ClearField("blocks")
    resident.control.blocks.extend(filing.blocks)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_ISSUE_BLOCK, now, [resident])


def set_support_measures(desk: Desk, filing: SetSupportMeasures, now: datetime) -> FileChangeResponse:
    """All who are protected together, in one change; whatever else blocks them stays."""
    protected = [desk.recorded(key) for key in filing.resident_keys]
    concerned = [one for one in protected if (_SUPPORT in one.control.blocks) is not filing.in_force]
    if not concerned:
        raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
    for one in concerned:
        if filing.in_force:
            one.control.blocks.append(_SUPPORT)
        else:
            one.control.blocks.remove(_SUPPORT)
    kind = (
        RecordChangeKind.RECORD_CHANGE_KIND_SUPPORT_MEASURES_BEGUN
        if filing.in_force
        else RecordChangeKind.RECORD_CHANGE_KIND_SUPPORT_MEASURES_ENDED
    )
    return desk.commit(kind, now, concerned)


def _foreigner(desk: Desk, resident_key: str, change: str) -> ResidentRecord:
    resident = desk.living(resident_key)
    if not resident.foreign_category:
        raise invalid(f"{change}.resident_key", "the person is a Japanese national", "name a foreign national")
    return resident


def _names_on_seals(resident: ResidentRecord) -> tuple[str, ...]:
    return tuple(getattr(resident, field) for field in _ON_A_SEAL)


def _place(resident: ResidentRecord) -> tuple[str, int]:
    return resident.control.household_key, resident.control.member_number
