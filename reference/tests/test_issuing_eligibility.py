"""The reference's rules beside the specification's: two readings of one text give the same answer. [1.8, 1.9, 2.8]

The reading of the specification is `kofu_spec.rules.eligibility.expected`. Where the two differ, one of them is wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.tests import city_side
from reference.tests.city_side import CITY, NOW, RESIDENCE, SEAL, TAX, IssuingSide, members, one, resident_of

from kofu.v1.common_pb2 import (
    Application,
    CivilDate,
    PartialDate,
    RecordedDate,
    ResidenceOptions,
    TaxOptions,
)
from kofu.v1.document_pb2 import ResidenceItems
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import IssueBlock, KosekiRecord, ResidenceState, ResidentRecord
from kofu_reference.issuing.eligibility import check_koseki_applicant, is_koseki
from kofu_reference.issuing.register import Register, Standing
from kofu_reference.issuing.service import due
from kofu_reference.koseki.items import items_for as koseki_items_for
from kofu_reference.koseki.register import Entry, Registers
from kofu_reference.municipality.age import is_of_age
from kofu_reference.runtime import JST, Refusal
from kofu_reference.storage import SqliteDatabase
from kofu_spec.city import Citizen, City, LeavingMember
from kofu_spec.rules.eligibility import expected

IN_MEMORY = Path(":memory:")
SIX = (*city_side.RESIDENTS_KINDS, *city_side.KOSEKI_KINDS)
SHOWN = [
    ResidenceOptions(show_domicile=domicile, show_relationship=relationship, show_individual_number=number)
    for domicile, relationship, number in product((False, True), repeat=3)
]
HOLDERS = [replace(citizen, card=card) for citizen in CITY.citizens for card in citizen.cards() if card.serial]
"""Everyone with a card in hand, and once more with the card before it."""

NOT_FOUND, BLOCKED, UNDER_AGE = "REASON_APPLICANT_NOT_FOUND", "REASON_ISSUE_BLOCKED", "REASON_UNDER_AGE"
NOT_PERMITTED = "REASON_PERSON_NOT_PERMITTED"

Reading = Message | str
"""The items, or the name of the reason."""


def reading_of_the_reference(
    application: Application, standing: Standing | None, entry: Entry | None, now: datetime, leaving: LeavingMember
) -> Reading:
    """What the issuing server and behind it the koseki system make of an application."""
    try:
        if not is_koseki(application):
            return due(IssueRequest(application=application), standing, now, leaving)
        check_koseki_applicant(standing)
        if entry is None:
            raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)
        if not is_of_age(entry.member.birth_date, now.astimezone(JST).date()):
            raise Refusal(Reason.REASON_UNDER_AGE)
        return koseki_items_for(application, entry)
    except Refusal as refusal:
        return refusal.name


def reading_of_the_specification(city: City, citizen: Citizen, application: Application, now: datetime) -> Reading:
    answer = expected(city, citizen, application, now)
    return answer if isinstance(answer, Message) else Reason.Name(answer)


def told(reading: Reading) -> str:
    """A reading for the report of a test: of items no more than their kind."""
    return reading if isinstance(reading, str) else type(reading).__name__


class Both:
    """One city in the registers of the reference and in the hands of the specification."""

    def __init__(self, city: City) -> None:
        self.city = city
        self._residents = Register(SqliteDatabase(IN_MEMORY))
        self._koseki = Registers(IN_MEMORY)
        city_side.fill(self._residents, city)
        self._koseki.load(city.registers)

    def close(self) -> None:
        self._residents.close()
        self._koseki.close()

    def reading_of_the_reference(self, citizen: Citizen, application: Application, now: datetime) -> Reading:
        holder = city_side.holder(city_side.serial_of(citizen))
        standing, entry = self._residents.standing_of(holder), self._koseki.entry_of(holder)
        return reading_of_the_reference(application, standing, entry, now, self.city.leaving_member)

    def differences(
        self, citizen: Citizen, applications: Sequence[Application], now: datetime, *, neighbours: bool = True
    ) -> list[str]:
        """Where the readings differ. Without neighbours the specification is shown only whom it could find."""
        holder = city_side.holder(city_side.serial_of(citizen))
        standing, entry = self._residents.standing_of(holder), self._koseki.entry_of(holder)
        city = self.city if neighbours else _surroundings(self.city, citizen)
        found = []
        for application in applications:
            ours = reading_of_the_reference(application, standing, entry, now, self.city.leaving_member)
            theirs = reading_of_the_specification(city, citizen, application, now)
            if ours != theirs:
                asked = " ".join(str(application).split())
                found.append(f"{citizen}: {asked} at {now}: {told(ours)}, by the specification {told(theirs)}")
        return found


def _surroundings(city: City, citizen: Citizen) -> City:
    """The city as far as it concerns one applicant: household and family register. Asking it is ten times as fast."""
    household = city.household(citizen.resident.control.household_key) if citizen.resident else (citizen,)
    return replace(city, citizens=tuple(household), registers=(citizen.koseki,) if citizen.koseki else ())


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with closing(Both(CITY)) as both:
        yield both


def numbers_in(size: int, own: int) -> list[tuple[int, ...]]:
    """Each number alone, several out of order, and some that there are not."""
    return [*((number,) for number in range(1, size + 2)), tuple(range(size, 0, -1)), (size + 1, own), (30,)]


def residence_options(citizen: Citizen) -> list[ResidenceOptions]:
    """Nobody named, everybody, what contradicts itself, and numbers; each with everything that can be shown."""
    control = resident_of(citizen).control
    numbers = numbers_in(len(CITY.household(control.household_key)), control.member_number)
    chosen = [ResidenceOptions(member_numbers=each) for each in [(), *numbers]]
    chosen += [ResidenceOptions(whole_household=True, member_numbers=each) for each in ((), (1,))]
    return [_merged(*each) for each in product(chosen, SHOWN)]


def _merged(chosen: ResidenceOptions, shown: ResidenceOptions) -> ResidenceOptions:
    merged = ResidenceOptions(member_numbers=chosen.member_numbers, whole_household=chosen.whole_household)
    merged.MergeFrom(shown)
    return merged


def test_every_holder_gets_the_same_six_answers_from_both(both: Both) -> None:
    differences = [line for citizen in HOLDERS for line in both.differences(citizen, SIX, NOW)]
    assert differences == []


def test_every_resident_gets_the_same_residence_documents_with_every_option_and_choice_of_members(both: Both) -> None:
    differences: list[str] = []
    for citizen in HOLDERS:
        if citizen.resident is not None:
            options = residence_options(citizen)
            asked = [Application(residence_certificate=each) for each in options]
            asked += [Application(residence_record_items=each) for each in options[:: len(SHOWN) + 1]]
            differences += both.differences(citizen, asked, NOW, neighbours=False)
    assert differences == []


def test_every_holder_gets_the_same_individual_matters_of_every_choice_of_members(both: Both) -> None:
    differences: list[str] = []
    for citizen in HOLDERS:
        numbers = numbers_in(len(citizen.koseki.members) if citizen.koseki else 1, citizen.koseki_member or 1)
        asked = [city_side.matters_of(*each) for each in numbers]
        differences += both.differences(citizen, asked, NOW, neighbours=False)
    assert differences == []


@pytest.mark.parametrize(
    "now",
    [
        datetime(2022, 3, 1, 6, 30, tzinfo=JST),
        datetime(2026, 5, 31, 22, 59, 59, 999999, tzinfo=JST),
        datetime(2026, 6, 1, 6, 30, tzinfo=JST),
        datetime(2026, 10, 6, 22, 59, 59, 999999, tzinfo=JST),
        datetime(2026, 10, 7, 6, 30, tzinfo=JST),
        datetime(2026, 10, 8, 6, 30, tzinfo=JST),
        datetime(2026, 10, 9, 6, 30, tzinfo=JST),
        datetime(2027, 2, 28, 12, tzinfo=JST),
        datetime(2027, 3, 1, 12, tzinfo=JST),
        datetime(2027, 5, 31, 22, 59, tzinfo=JST),
        datetime(2027, 6, 1, 6, 30, tzinfo=JST),
    ],
)
def test_every_holder_gets_the_same_answers_on_the_days_on_which_they_change(both: Both, now: datetime) -> None:
    years = [Application(tax_assessment=TaxOptions(tax_year=year)) for year in (2021, 2025, 2026, 2027)]
    asked = [RESIDENCE, TAX, *years, city_side.ALL_MATTERS, city_side.OWN_MATTERS]
    differences = [line for citizen in HOLDERS for line in both.differences(citizen, asked, now, neighbours=False)]
    assert differences == []


def test_the_sweep_sees_documents_of_every_kind_and_every_refusal_that_records_give_rise_to(both: Both) -> None:
    """That both agree says something only where there is something to agree on."""
    seen: set[str] = set()
    for citizen in HOLDERS:
        asked = [*SIX, city_side.RESIDENCE_WHOLE, members(30), city_side.matters_of(30)]
        asked.append(Application(tax_assessment=TaxOptions(tax_year=2025)))
        seen |= {told(both.reading_of_the_reference(citizen, application, NOW)) for application in asked}
    assert seen == {
        "ResidenceItems",
        "SealItems",
        "TaxItems",
        "KosekiItems",
        "REASON_APPLICANT_NOT_FOUND",
        "REASON_ISSUE_BLOCKED",
        "REASON_UNDER_AGE",
        "REASON_PERSON_NOT_PERMITTED",
        "REASON_NO_SEAL_REGISTRATION",
        "REASON_NO_TAX_RECORD",
        "REASON_NOT_CURRENT_TAX_YEAR",
        "REASON_KOSEKI_FILING_IN_PROGRESS",
    }


# States of residence that a register states. What an unstated one means is decided nowhere.
STATES = [state for state in ResidenceState.values() if state]
BIRTHS = [
    RecordedDate(exact=CivilDate(year=2011, month=10, day=7)),
    RecordedDate(exact=CivilDate(year=2011, month=10, day=8)),
    RecordedDate(partial=PartialDate(year=2011, month=10)),
    RecordedDate(partial=PartialDate(year=2011)),
    RecordedDate(partial=PartialDate(year=2010)),
    RecordedDate(unknown=True),
]


def befall(record: ResidentRecord, draw: Callable[[int], int]) -> None:
    """One thing that happens to a person; `draw` draws a number below the one given."""
    match draw(6):
        case 0:
            record.control.state = STATES[draw(len(STATES))]  # type: ignore[assignment]
        case 1:
            record.control.blocks.append(1 + draw(len(IssueBlock.values()) - 1))  # type: ignore[arg-type]
        case 2:
            record.control.ClearField("holders")
        case 3:
            record.birth_date.CopyFrom(BIRTHS[draw(len(BIRTHS))])
        case 4:
            record.ClearField("seal_impression")
        case _:
            record.control.household_key, record.control.member_number = "h99999999", 1 + draw(3)


IN_BOTH_REGISTERS = [citizen for citizen in HOLDERS if citizen.resident is not None and citizen.koseki is not None]
CHOICES = st.lists(st.integers(1, 6), max_size=4, unique=True)
APPLICATIONS = st.one_of(
    st.sampled_from(SIX),
    st.builds(
        lambda numbers, shown: Application(
            residence_certificate=_merged(ResidenceOptions(member_numbers=numbers), shown)
        ),
        CHOICES,
        st.sampled_from(SHOWN),
    ),
    st.just(city_side.RESIDENCE_WHOLE),
    CHOICES.map(lambda numbers: city_side.matters_of(*numbers)),
    st.sampled_from([2025, 2026]).map(lambda year: Application(tax_assessment=TaxOptions(tax_year=year))),
)


@settings(deadline=None)
@given(data=st.data(), applicant=st.sampled_from(IN_BOTH_REGISTERS), application=APPLICATIONS)
def test_whatever_happens_in_a_household_both_give_the_same_answer(
    data: st.DataObject, applicant: Citizen, application: Application
) -> None:
    """Several things at once, so that the order of the refusals counts."""

    def draw(size: int) -> int:
        return data.draw(st.integers(0, size - 1))

    household = CITY.household(resident_of(applicant).control.household_key)
    residents = {member.key: resident_of(member) for member in household}
    for _ in range(draw(4)):
        whose = applicant.key if draw(2) else list(residents)[draw(len(residents))]
        befall(residents[whose], draw)
    citizens = [replace(member, resident=residents[member.key]) for member in household]
    own = next(member for member in citizens if member.key == applicant.key)
    if draw(4) == 0:
        own = replace(own, tax=None)
    assert applicant.koseki is not None
    koseki = KosekiRecord.FromString(applicant.koseki.SerializeToString())
    koseki.filing_in_progress = draw(3) == 0
    person = koseki.members[(applicant.koseki_member or 1) - 1]
    person.removed = person.removed or draw(5) == 0
    if draw(4) == 0:
        person.birth_date.CopyFrom(BIRTHS[draw(len(BIRTHS))])
    own = replace(own, koseki=koseki)
    others = tuple(own if member.key == own.key else member for member in citizens)
    with closing(Both(replace(CITY, citizens=others, registers=(koseki,)))) as both:
        assert both.differences(own, [application], NOW) == []


@pytest.mark.parametrize("chosen", LeavingMember)
def test_a_leaving_member_is_as_the_city_has_chosen(chosen: LeavingMember) -> None:
    applications = (city_side.RESIDENCE_WHOLE, *(members(*numbers) for numbers in ((1,), (3,), (1, 2), (1, 3))))
    shown = {
        LeavingMember.SHOWN: [3, 1, 1, 2, 2],
        LeavingMember.LEFT_OUT: [2, 1, NOT_PERMITTED, 2, NOT_PERMITTED],
        LeavingMember.REFUSED: [BLOCKED, 1, BLOCKED, 2, BLOCKED],
    }
    with closing(Both(replace(CITY, leaving_member=chosen))) as both:
        for citizen in CITY.family("household-member-leaving"):
            found = [both.reading_of_the_reference(citizen, application, NOW) for application in applications]
            counted = [len(one.persons) if isinstance(one, ResidenceItems) else one for one in found]
            assert counted == shown[chosen]
            assert both.differences(citizen, applications, NOW) == []
        for citizen in CITY.family("leaving-member"):
            found = [both.reading_of_the_reference(citizen, application, NOW) for application in applications]
            assert set(found) == {BLOCKED}


# Over the wire


BEFORE_THE_OFFICE_OPENS = NOW.replace(hour=8, minute=59)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuingSide]:
    with city_side.issuing_side(tmp_path_factory.mktemp("issuing")) as side:
        yield side


@pytest.mark.parametrize(
    ("label", "applications", "reason"),
    [
        ("deceased", SIX, NOT_FOUND),
        ("moved-out", city_side.RESIDENTS_KINDS, NOT_FOUND),
        ("card-mislinked", city_side.RESIDENTS_KINDS, NOT_FOUND),
        ("non-resident-koseki", city_side.RESIDENTS_KINDS, NOT_FOUND),
        ("leaving", city_side.RESIDENTS_KINDS, BLOCKED),
        ("support-measures", SIX, BLOCKED),
        ("blocked-official", SIX, BLOCKED),
        ("character-pending", SIX, BLOCKED),
        ("change-pending", SIX, BLOCKED),
        ("under-15", city_side.RESIDENTS_KINDS, UNDER_AGE),
        ("household-member-blocked", (city_side.RESIDENCE_WHOLE, members(1, 2), members(2)), BLOCKED),
        ("householder-deceased", (members(3), members(1, 3)), "REASON_PERSON_NOT_PERMITTED"),
        ("split-off", (members(2), members(1, 2)), "REASON_PERSON_NOT_PERMITTED"),
        ("no-seal", (SEAL,), "REASON_NO_SEAL_REGISTRATION"),
        ("seal-cancelled", (SEAL,), "REASON_NO_SEAL_REGISTRATION"),
        ("no-tax-record", (TAX,), "REASON_NO_TAX_RECORD"),
        ("not-taxable", (Application(tax_assessment=TaxOptions(tax_year=2025)),), "REASON_NOT_CURRENT_TAX_YEAR"),
        ("character-not-in-font", city_side.RESIDENTS_KINDS, "REASON_CHARACTER_NOT_AVAILABLE"),
    ],
)
def test_every_citizen_of_a_family_is_refused_for_the_familys_reason(
    side: IssuingSide, label: str, applications: tuple[Application, ...], reason: str
) -> None:
    asked = len(side.koseki.asked)
    for citizen in CITY.family(label):
        assert {side.refusal(citizen, application) for application in applications} == {reason}
    assert len(side.koseki.asked) == asked, "the koseki system is not asked for whom it may not answer"


def test_a_block_is_told_and_nothing_of_its_cause(side: IssuingSide) -> None:
    citizen = one("plain")
    told = []
    for block in (value for value in IssueBlock.values() if value):
        record = resident_of(citizen)
        record.control.blocks.append(block)  # type: ignore[arg-type]
        with side.changed(record):
            told.append(side.run(city_side.refusal_of(side.issue(city_side.issue_request(citizen, SEAL)))))
    assert {(refusal.name, str(refusal.metadata)) for refusal in told} == {(BLOCKED, "{}")}


def test_a_lacking_character_is_named(side: IssuingSide) -> None:
    request = city_side.issue_request(one("character-not-in-font"), RESIDENCE)
    refusal = side.run(city_side.refusal_of(side.issue(request)))
    character = refusal.metadata["character"]
    assert character in one("character-not-in-font").name
    assert refusal.metadata["code_points"] == " ".join(f"U+{ord(each):04X}" for each in character)


def test_of_several_reasons_the_first_in_the_order_is_told(side: IssuingSide) -> None:
    """Everything is wrong at once; what was told is put right, one after the other, until there is a document."""
    citizen, used = city_side.with_everything()[0], city_side.new_id()
    side.document(citizen, RESIDENCE, request_id=used)
    record = resident_of(citizen)
    record.ClearField("seal_impression")
    record.birth_date.CopyFrom(RecordedDate(exact=CivilDate(year=2020, month=1, day=1)))
    record.control.blocks.append(IssueBlock.ISSUE_BLOCK_OFFICIAL)
    record.control.state = ResidenceState.RESIDENCE_STATE_DECEASED
    elsewhere = {"municipality_code": "992020", "at": NOW.replace(hour=23)}
    with side.changed(record):
        assert side.refusal("dead", SEAL, request_id=used, **elsewhere) == "REASON_REQUEST_ID_USED"
        assert side.refusal("dead", SEAL, **elsewhere) == "REASON_MUNICIPALITY_NOT_SERVED"
        assert side.refusal("dead", SEAL, at=NOW.replace(hour=23)) == "REASON_OUT_OF_HOURS"
        assert side.refusal("dead", SEAL) == NOT_FOUND
        assert side.refusal(citizen, SEAL) == NOT_FOUND
    record.control.state = ResidenceState.RESIDENCE_STATE_RESIDENT
    with side.changed(record):
        assert side.refusal(citizen, SEAL) == BLOCKED
    record.control.ClearField("blocks")
    with side.changed(record):
        assert side.refusal(citizen, SEAL) == UNDER_AGE
        assert side.refusal(citizen, members(30)) == UNDER_AGE
    record.birth_date.CopyFrom(resident_of(citizen).birth_date)
    with side.changed(record):
        assert side.refusal(citizen, SEAL) == "REASON_NO_SEAL_REGISTRATION"
    assert side.document(citizen, SEAL).pdf


@pytest.mark.parametrize("application", city_side.KOSEKI_KINDS, ids=city_side.kind_name)
def test_koseki_hours_come_before_the_person_and_concern_no_other_kind(
    side: IssuingSide, application: Application
) -> None:
    blocked, free = one("support-measures"), one("plain")
    for citizen in (blocked, free):
        assert side.refusal(citizen, application, at=BEFORE_THE_OFFICE_OPENS) == "REASON_KOSEKI_OUT_OF_HOURS"
    assert side.refusal(blocked, RESIDENCE, at=BEFORE_THE_OFFICE_OPENS) == BLOCKED
    assert side.document(free, RESIDENCE, at=BEFORE_THE_OFFICE_OPENS).pdf
