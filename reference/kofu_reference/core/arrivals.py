"""Filings that make records anew: a birth, and persons who move in. [2.1, 2.6]"""

from datetime import datetime

from kofu.v1.common_pb2 import Holder, RecordedDate
from kofu.v1.counter_pb2 import Arrival, FileChangeResponse, ForeignItems, MoveIn, RecordBirth
from kofu.v1.feed_pb2 import RecordChangeKind
from kofu.v1.register_pb2 import ForeignResidentCategory, ResidenceState, ResidentControl, ResidentRecord
from kofu_reference.core.desk import HOUSEHOLDER, Desk, as_date, invalid, is_here, today_of


def record_birth(desk: Desk, filing: RecordBirth, now: datetime) -> FileChangeResponse:
    """The child takes address and householder from the household, and the first number that nobody there had."""
    head = desk.householder(filing.household_key)
    born, today = filing.birth_date, today_of(now)
    if as_date(born) > as_date(today):
        raise invalid("record_birth.birth_date", "nobody is born later than today", "state the day of birth")
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
            resident_key=desk.registers.next_resident_key(),
            household_key=filing.household_key,
            member_number=desk.next_number(filing.household_key, "record_birth.household_key"),
            state=ResidenceState.RESIDENCE_STATE_RESIDENT,
        ),
    )
    if filing.nationality:
        child.nationality = filing.nationality
        child.foreign_category = ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL
        child.foreign_resident_since.CopyFrom(born)
    else:
        child.resident_since.CopyFrom(born)
    answer = desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_BIRTH, now, [child])
    answer.resident_key = child.control.resident_key
    return answer


def move_in(desk: Desk, filing: MoveIn, now: datetime) -> FileChangeResponse:
    """New records, also for persons who lived here before; those lose the links of certificates that go on in use."""
    if as_date(filing.moved_in_on) > as_date(today_of(now)):
        raise invalid("move_in.moved_in_on", "nobody has moved in later than today", "file it on the day")
    joins = filing.household_key != ""
    _check_household(filing, joins)
    if joins:
        head = desk.householder(filing.household_key)
        household_key, householder, address = filing.household_key, head.name, head.address
        number = desk.next_number(household_key, "move_in.household_key", len(filing.persons))
    else:
        household_key, householder = desk.registers.next_household_key(), filing.persons[0].name
        address, number = filing.address, 1
    formers = _former_records(desk, filing)
    first_key = int(desk.registers.next_resident_key()[1:])
    arrived = []
    for place, person in enumerate(filing.persons):
        record = _arrived(person, filing, now)
        record.householder, record.address = householder, address
        record.control.resident_key = f"r{first_key + place:08d}"
        record.control.household_key = household_key
        record.control.member_number = number + place
        arrived.append(record)
    answer = desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_MOVE_IN, now, [*formers, *arrived])
    answer.arrived_keys.extend(record.control.resident_key for record in arrived)
    if not joins:
        answer.new_household_key = household_key
    return answer


def _check_household(filing: MoveIn, joins: bool) -> None:
    if joins is (filing.address != ""):
        raise invalid(
            "move_in.address",
            "it is stated for a new household, and only then",
            "leave out either household_key or address",
        )
    for place, person in enumerate(filing.persons):
        if (person.relationship == HOUSEHOLDER) is not (place == 0 and not joins):
            raise invalid(
                f"move_in.persons[{place}].relationship",
                f"{HOUSEHOLDER} is the first person of a new household, and nobody else",
                "state the relationship to the householder",
            )


def _arrived(person: Arrival, filing: MoveIn, now: datetime) -> ResidentRecord:
    record = ResidentRecord(
        name=person.name,
        birth_date=person.birth_date,
        sex=person.sex,
        relationship=person.relationship,
        individual_number=person.individual_number,
        previous_address=filing.previous_address,
        moved_in_on=filing.moved_in_on,
        address_established_on=filing.moved_in_on,
        notified_on=today_of(now),
        control=ResidentControl(holders=person.holders, state=ResidenceState.RESIDENCE_STATE_RESIDENT),
    )
    if person.HasField("japanese"):
        record.registered_domicile = person.japanese.registered_domicile
        record.head_of_register = person.japanese.head_of_register
        record.resident_since.CopyFrom(filing.moved_in_on)
    else:
        set_foreign_items(record, person.foreign)
    return record


def set_foreign_items(record: ResidentRecord, items: ForeignItems) -> None:
    """The items of a foreign resident as they are to stand."""
    record.nationality = items.nationality
    record.foreign_category = items.category
    record.residence_card_number = items.residence_card_number
    record.residence_status = items.residence_status
    record.period_of_stay = items.period_of_stay
    record.common_name, record.katakana_name = items.common_name, items.katakana_name
    record.foreign_resident_since.CopyFrom(items.foreign_resident_since)
    record.ClearField("period_of_stay_ends_on")
    if items.HasField("period_of_stay_ends_on"):
        record.period_of_stay_ends_on.CopyFrom(items.period_of_stay_ends_on)


def _former_records(desk: Desk, filing: MoveIn) -> list[ResidentRecord]:
    """The records of persons who are gone, without the certificates that go on in use. Refuses those of others."""
    formers: dict[str, ResidentRecord] = {}
    seen: list[Holder] = []
    for place, person in enumerate(filing.persons):
        for number, holder in enumerate(person.holders):
            field = f"move_in.persons[{place}].holders[{number}]"
            if holder in seen:
                raise invalid(field, "a certificate is linked once", "name each certificate once")
            seen.append(holder)
            key = desk.registers.linked_to(holder)
            if key is None:
                continue
            former = formers.setdefault(key, desk.recorded(key))
            if is_here(former):
                raise invalid(
                    field, "a certificate is linked to one resident", "take the link from the other resident first"
                )
            former.control.holders.remove(holder)
    return list(formers.values())
