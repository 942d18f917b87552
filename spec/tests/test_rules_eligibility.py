"""Who gets what. [1.8, 1.9, 2.1, 2.2, 2.3, 2.8, 2.9]"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.common_pb2 import (
    Application,
    CertificateKind,
    CivilDate,
    KosekiAllOptions,
    KosekiIndividualOptions,
    PartialDate,
    RecordedDate,
    ResidenceOptions,
    SealOptions,
    TaxOptions,
)
from kofu.v1.document_pb2 import KosekiItems, ResidenceItems, SealItems, TaxItems
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import IssueBlock, KosekiRecord, ResidenceState, ResidentRecord
from kofu_spec.city import Citizen, make_city
from kofu_spec.rules.calendar import JST
from kofu_spec.rules.eligibility import expected, is_old_enough, kind_of

NOW = datetime(2026, 10, 7, 10, tzinfo=JST)
CITY = make_city()
EVERYONE = st.sampled_from([citizen.key for citizen in CITY.citizens])
RESIDENTS = st.sampled_from([citizen.key for citizen in CITY.citizens if citizen.resident is not None])

ALONE = ResidenceOptions()
WHOLE = ResidenceOptions(whole_household=True)
MEMBERS = st.lists(st.integers(1, 6), max_size=4, unique=True)
RESIDENCE_OPTIONS = st.builds(
    ResidenceOptions,
    member_numbers=MEMBERS,
    show_domicile=st.booleans(),
    show_relationship=st.booleans(),
    show_individual_number=st.booleans(),
) | st.just(WHOLE)
APPLICATIONS = st.one_of(
    st.builds(Application, residence_certificate=RESIDENCE_OPTIONS),
    st.builds(Application, residence_record_items=RESIDENCE_OPTIONS),
    st.just(Application(seal_registration=SealOptions())),
    st.builds(Application, tax_assessment=st.builds(TaxOptions, tax_year=st.sampled_from([0, 2025, 2026]))),
    st.just(Application(koseki_all_matters=KosekiAllOptions())),
    st.builds(Application, koseki_individual_matters=st.builds(KosekiIndividualOptions, member_numbers=MEMBERS)),
)
SIX = [
    Application(residence_certificate=ALONE),
    Application(residence_record_items=ALONE),
    Application(seal_registration=SealOptions()),
    Application(tax_assessment=TaxOptions()),
    Application(koseki_all_matters=KosekiAllOptions()),
    Application(koseki_individual_matters=KosekiIndividualOptions()),
]
RESIDENTS_KINDS, KOSEKI_KINDS = SIX[:4], SIX[4:]


def one(label: str) -> Citizen:
    return CITY.family(label)[0]


def answers(label: str, applications: list[Application], now: datetime = NOW) -> set[object]:
    """Reasons by number, documents as 'document', over the whole family."""
    found = (expected(CITY, citizen, each, now) for citizen in CITY.family(label) for each in applications)
    return {"document" if isinstance(answer, Message) else answer for answer in found}


def changed(citizen: Citizen, **control: object) -> Citizen:
    """The citizen with control data of the resident record changed."""
    assert citizen.resident is not None
    record = ResidentRecord.FromString(citizen.resident.SerializeToString())
    record.control.MergeFrom(type(record.control)(**control))  # type: ignore[arg-type]
    return replace(citizen, resident=record)


def resident(citizen: Citizen) -> ResidentRecord:
    assert citizen.resident is not None
    return citizen.resident


def koseki(citizen: Citizen) -> KosekiRecord:
    assert citizen.koseki is not None
    return citizen.koseki


def test_plain_citizens_get_all_six_documents() -> None:
    assert answers("plain", SIX[:2]) == {"document"}
    citizen = next(each for each in CITY.family("plain") if each.tax is not None and each.koseki is not None)
    kinds = [type(expected(CITY, citizen, application, NOW)) for application in SIX]
    assert kinds == [ResidenceItems, ResidenceItems, SealItems, TaxItems, KosekiItems, KosekiItems]


@pytest.mark.parametrize(
    ("label", "residents_kinds", "koseki_kinds"),
    [
        ("deceased", {Reason.REASON_APPLICANT_NOT_FOUND}, {Reason.REASON_APPLICANT_NOT_FOUND}),
        ("moved-out", {Reason.REASON_APPLICANT_NOT_FOUND}, {Reason.REASON_APPLICANT_NOT_FOUND}),
        ("leaving", {Reason.REASON_ISSUE_BLOCKED}, {"document"}),
        ("support-measures", {Reason.REASON_ISSUE_BLOCKED}, {Reason.REASON_ISSUE_BLOCKED}),
        ("blocked-official", {Reason.REASON_ISSUE_BLOCKED}, {Reason.REASON_ISSUE_BLOCKED}),
        ("character-pending", {Reason.REASON_ISSUE_BLOCKED}, {Reason.REASON_ISSUE_BLOCKED}),
        ("change-pending", {Reason.REASON_ISSUE_BLOCKED}, {Reason.REASON_ISSUE_BLOCKED}),
        ("under-15", {Reason.REASON_UNDER_AGE}, {Reason.REASON_UNDER_AGE}),
        ("card-mislinked", {Reason.REASON_APPLICANT_NOT_FOUND}, {Reason.REASON_APPLICANT_NOT_FOUND}),
        ("card-without-certificate", {Reason.REASON_APPLICANT_NOT_FOUND}, {Reason.REASON_APPLICANT_NOT_FOUND}),
        ("non-resident-koseki", {Reason.REASON_APPLICANT_NOT_FOUND}, {"document"}),
        ("non-resident-not-registered", {Reason.REASON_APPLICANT_NOT_FOUND}, {Reason.REASON_APPLICANT_NOT_FOUND}),
    ],
)
def test_states_that_close_or_leave_open(label: str, residents_kinds: set[object], koseki_kinds: set[object]) -> None:
    assert answers(label, RESIDENTS_KINDS) == residents_kinds
    assert answers(label, KOSEKI_KINDS) == koseki_kinds


@pytest.mark.parametrize(
    ("label", "application", "answer"),
    [
        ("no-seal", SIX[2], Reason.REASON_NO_SEAL_REGISTRATION),
        ("seal-cancelled", SIX[2], Reason.REASON_NO_SEAL_REGISTRATION),
        ("seal-replaced", SIX[2], "document"),
        ("no-tax-record", SIX[3], Reason.REASON_NO_TAX_RECORD),
        ("koseki-elsewhere", SIX[4], Reason.REASON_APPLICANT_NOT_FOUND),
        ("removed-member", SIX[4], Reason.REASON_APPLICANT_NOT_FOUND),
        ("register-with-removed-member", SIX[4], "document"),
        ("koseki-filing-in-progress", SIX[4], Reason.REASON_KOSEKI_FILING_IN_PROGRESS),
        ("koseki-filing-in-progress", SIX[5], Reason.REASON_KOSEKI_FILING_IN_PROGRESS),
        ("koseki-filing-in-progress", SIX[0], "document"),
        ("unknown-birth", SIX[0], "document"),
    ],
)
def test_records_decide(label: str, application: Application, answer: object) -> None:
    assert answers(label, [application]) == {answer}


def test_a_blocked_member_blocks_only_what_would_show_them() -> None:
    for citizen in CITY.family("household-member-blocked"):
        own, whole = (
            expected(CITY, citizen, Application(residence_certificate=options), NOW) for options in (ALONE, WHOLE)
        )
        assert isinstance(own, ResidenceItems)
        assert whole == Reason.REASON_ISSUE_BLOCKED


def test_a_former_member_of_the_household_is_no_longer_asked_for() -> None:
    for citizen in CITY.family("split-off"):
        answer = expected(CITY, citizen, Application(residence_certificate=WHOLE), NOW)
        assert isinstance(answer, ResidenceItems)
        household = {each.key for each in CITY.household(resident(citizen).control.household_key)}
        assert len(answer.persons) == len(household)


def test_the_dead_are_not_shown_with_the_household() -> None:
    """A plain couple: the other one dies, and is neither on the document nor to be named any more."""
    for applicant in CITY.family("plain"):
        household = CITY.household(resident(applicant).control.household_key)
        others = [each for each in household if each.key != applicant.key and each.labels == applicant.labels]
        if not others or isinstance(expected(CITY, applicant, SIX[0], NOW), int):
            continue
        dead = changed(others[0], state=ResidenceState.RESIDENCE_STATE_DECEASED)
        city = replace(CITY, citizens=tuple(dead if each.key == dead.key else each for each in CITY.citizens))
        whole = expected(city, applicant, Application(residence_certificate=WHOLE), NOW)
        assert isinstance(whole, ResidenceItems)
        assert len(whole.persons) == len(household) - 1
        named = ResidenceOptions(member_numbers=[resident(dead).control.member_number])
        answer = expected(city, applicant, Application(residence_certificate=named), NOW)
        assert answer == Reason.REASON_PERSON_NOT_PERMITTED
        return
    pytest.fail("the city has no plain couple")


def test_a_renewed_card_finds_its_holder_and_the_former_one_nobody() -> None:
    citizen = one("card-renewed")
    assert citizen.former_card is not None
    former = replace(citizen, card=citizen.former_card)
    assert isinstance(expected(CITY, citizen, SIX[0], NOW), ResidenceItems)
    assert expected(CITY, former, SIX[0], NOW) == Reason.REASON_APPLICANT_NOT_FOUND


def test_a_certificate_linked_to_two_residents_yields_neither() -> None:
    first, second = (each for each in CITY.family("plain")[:2])
    doubled = changed(second, holders=resident(first).control.holders)
    city = replace(CITY, citizens=tuple(doubled if each.key == second.key else each for each in CITY.citizens))
    assert expected(city, first, SIX[0], NOW) == Reason.REASON_APPLICANT_NOT_FOUND


@given(key=EVERYONE, application=APPLICATIONS)
def test_every_person_shown_is_one_whom_the_applicant_may_ask_for(key: str, application: Application) -> None:
    applicant = CITY.by_key(key)
    answer = expected(CITY, applicant, application, NOW)
    match answer:
        case ResidenceItems():
            household = CITY.household(resident(applicant).control.household_key)
            assert {person.name for person in answer.persons} <= {each.name for each in household}
            assert answer.address == resident(applicant).address
        case SealItems():
            assert (answer.name, answer.impression) == (resident(applicant).name, resident(applicant).seal_impression)
        case TaxItems():
            assert applicant.tax is not None
            assert (answer.name, answer.tax_year) == (applicant.tax.name, 2026)
        case KosekiItems():
            register = koseki(applicant)
            assert answer.registered_domicile == register.registered_domicile
            assert {person.name for person in answer.persons} <= {member.name for member in register.members}
        case _:
            assert answer in Reason.values()


@given(key=RESIDENTS, options=RESIDENCE_OPTIONS)
def test_nothing_optional_is_shown_unless_it_was_asked_for(key: str, options: ResidenceOptions) -> None:
    applicant = CITY.by_key(key)
    answer = expected(CITY, applicant, Application(residence_record_items=options), NOW)
    if not isinstance(answer, ResidenceItems):
        return
    assert bool(answer.householder) == options.show_relationship
    for person in answer.persons:
        assert bool(person.relationship) == options.show_relationship
        assert bool(person.registered_domicile) == (options.show_domicile and not person.nationality)
        assert bool(person.head_of_register) == (options.show_domicile and not person.nationality)
        assert bool(person.individual_number) == options.show_individual_number


@given(key=RESIDENTS)
def test_the_items_are_the_record_unchanged(key: str) -> None:
    applicant = CITY.by_key(key)
    options = ResidenceOptions(show_domicile=True, show_relationship=True, show_individual_number=True)
    answer = expected(CITY, applicant, Application(residence_certificate=options), NOW)
    if isinstance(answer, ResidenceItems):
        record, [person] = resident(applicant), answer.persons
        for field, value in person.ListFields():
            assert getattr(record, field.name) == value
        unshown = {field.name for field, _ in record.ListFields()} - {field.name for field, _ in person.ListFields()}
        assert unshown <= {"address", "householder", "seal_impression", "control"}


@given(key=RESIDENTS, application=APPLICATIONS)
def test_a_block_closes_every_kind_whatever_else_is_asked(key: str, application: Application) -> None:
    applicant = CITY.by_key(key)
    blocked = changed(applicant, blocks=[IssueBlock.ISSUE_BLOCK_SUPPORT_MEASURES])
    answer = expected(CITY, blocked, application, NOW)
    if expected(CITY, applicant, application, NOW) == Reason.REASON_APPLICANT_NOT_FOUND:
        assert answer in {Reason.REASON_APPLICANT_NOT_FOUND, Reason.REASON_ISSUE_BLOCKED}
    else:
        assert answer == Reason.REASON_ISSUE_BLOCKED


@given(key=RESIDENTS, application=APPLICATIONS)
def test_the_dead_get_nothing(key: str, application: Application) -> None:
    applicant = CITY.by_key(key)
    dead = changed(applicant, state=ResidenceState.RESIDENCE_STATE_DECEASED)
    assert expected(CITY, dead, application, NOW) == Reason.REASON_APPLICANT_NOT_FOUND


@given(key=EVERYONE, numbers=st.lists(st.integers(1, 30), min_size=1, max_size=5, unique=True))
def test_koseki_individual_matters_show_exactly_the_members_named(key: str, numbers: list[int]) -> None:
    applicant = CITY.by_key(key)
    application = Application(koseki_individual_matters=KosekiIndividualOptions(member_numbers=numbers))
    answer = expected(CITY, applicant, application, NOW)
    if isinstance(answer, KosekiItems):
        members = koseki(applicant).members
        assert [person.name for person in answer.persons] == [members[n - 1].name for n in sorted(numbers)]
    elif answer == Reason.REASON_PERSON_NOT_PERMITTED:
        assert max(numbers) > len(koseki(applicant).members)


def test_own_koseki_matters_are_those_of_the_applicant() -> None:
    sharing = [each for each in CITY.family("plain") if each.koseki and len(each.koseki.members) > 1]
    assert sharing
    for applicant in [*sharing, *CITY.family("koseki-glyph-differs")]:
        answer = expected(CITY, applicant, SIX[5], NOW)
        if isinstance(answer, KosekiItems):
            assert applicant.koseki_member is not None
            own = koseki(applicant).members[applicant.koseki_member - 1]
            assert [person.name for person in answer.persons] == [own.name]


def test_the_koseki_keeps_its_own_glyphs() -> None:
    for applicant in CITY.family("koseki-glyph-differs"):
        answer = expected(CITY, applicant, SIX[5], NOW)
        assert isinstance(answer, KosekiItems)
        assert answer.persons[0].name != resident(applicant).name


def test_all_matters_show_the_removed_as_such() -> None:
    answer = expected(CITY, one("register-with-removed-member"), SIX[4], NOW)
    assert isinstance(answer, KosekiItems)
    assert [person.removed for person in answer.persons].count(True) == 1


@pytest.mark.parametrize(
    ("now", "asked", "answer"),
    [
        (datetime(2026, 6, 1, 10, tzinfo=JST), 0, TaxItems),
        (datetime(2026, 5, 31, 10, tzinfo=JST), 0, Reason.REASON_NO_TAX_RECORD),
        (datetime(2027, 5, 31, 22, 59, tzinfo=JST), 2026, TaxItems),
        (datetime(2027, 6, 1, 6, 30, tzinfo=JST), 2026, Reason.REASON_NO_TAX_RECORD),
        (NOW, 2026, TaxItems),
        (NOW, 2025, Reason.REASON_NOT_CURRENT_TAX_YEAR),
        (NOW, 2027, Reason.REASON_NOT_CURRENT_TAX_YEAR),
    ],
)
def test_the_current_tax_year_only(now: datetime, asked: int, answer: object) -> None:
    applicant = next(each for each in CITY.family("plain") if each.tax is not None)
    found = expected(CITY, applicant, Application(tax_assessment=TaxOptions(tax_year=asked)), now)
    assert (type(found) if isinstance(found, Message) else found) == answer


def born(day: date) -> RecordedDate:
    return RecordedDate(exact=CivilDate(year=day.year, month=day.month, day=day.day))


@pytest.mark.parametrize(
    ("birth", "day", "reached"),
    [
        (born(date(2011, 10, 7)), date(2026, 10, 6), False),
        (born(date(2011, 10, 7)), date(2026, 10, 7), True),
        (born(date(2012, 2, 29)), date(2027, 2, 27), False),
        (born(date(2012, 2, 29)), date(2027, 2, 28), False),
        (born(date(2012, 2, 29)), date(2027, 3, 1), True),
        (RecordedDate(partial=PartialDate(year=2011, month=4)), date(2026, 4, 29), False),
        (RecordedDate(partial=PartialDate(year=2011, month=4)), date(2026, 4, 30), True),
        (RecordedDate(partial=PartialDate(year=2011)), date(2026, 12, 30), False),
        (RecordedDate(partial=PartialDate(year=2011)), date(2026, 12, 31), True),
        (RecordedDate(unknown=True), date(2026, 10, 7), True),
    ],
)
def test_fifteen_is_reached_when_the_birthday_begins(birth: RecordedDate, day: date, reached: bool) -> None:
    assert is_old_enough(birth, day) == reached


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 40 * 366))
def test_an_age_once_reached_is_kept(birthday: date, days: int) -> None:
    day = birthday + timedelta(days=days)
    if is_old_enough(born(birthday), day):
        assert is_old_enough(born(birthday), day + timedelta(days=1))
        assert days >= 15 * 365


def test_the_birthday_begins_at_midnight_in_japan() -> None:
    turning = [each for each in CITY.family("turns-15") if resident(each).birth_date.exact.day == 7]
    before = datetime(2026, 10, 6, 22, 59, tzinfo=JST)
    for applicant in turning:
        assert expected(CITY, applicant, SIX[0], before) == Reason.REASON_UNDER_AGE
        assert isinstance(expected(CITY, applicant, SIX[0], datetime(2026, 10, 7, 6, 30, tzinfo=JST)), ResidenceItems)


def test_an_application_that_names_nothing_or_contradicts_itself_is_malformed() -> None:
    both = ResidenceOptions(whole_household=True, member_numbers=[1])
    assert expected(CITY, one("plain"), Application(), NOW) == Reason.REASON_INVALID_REQUEST
    assert expected(CITY, one("plain"), Application(residence_certificate=both), NOW) == Reason.REASON_INVALID_REQUEST


def test_the_kind_of_each_application() -> None:
    assert [kind_of(application) for application in SIX] == [1, 2, 3, 4, 5, 6]
    assert CertificateKind.Name(kind_of(SIX[3])) == "CERTIFICATE_KIND_TAX_ASSESSMENT"
    with pytest.raises(ValueError, match="application: must name a certificate"):
        kind_of(Application())


def test_asking_leaves_the_city_as_it_was() -> None:
    city = make_city()
    for citizen in city.citizens:
        for application in SIX:
            expected(city, citizen, application, NOW)
    assert city.citizens == make_city().citizens
