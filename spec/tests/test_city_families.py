"""Each planted family is what its label says."""

from collections.abc import Callable

import pytest

from kofu.v1 import register_pb2 as register
from kofu.v1.register_pb2 import KosekiMember, ResidentRecord
from kofu_spec.city import CardState, Citizen, City, make_city
from kofu_spec.city.plan import BASE_DAY

REQUIRED = {
    "plain",
    "namesakes",
    "twins",
    "two-households-one-address",
    "split-household",
    "householder-deceased",
    "long-name",
    "variation-sequence",
    "compatibility-ideograph",
    "beyond-bmp",
    "katakana-name",
    "common-name",
    "foreign-mid-to-long-term",
    "foreign-special-permanent",
    "foreign-temporary-refuge",
    "foreign-transitional",
    "mixed-nationality-household",
    "support-measures",
    "blocked-official",
    "character-pending",
    "change-pending",
    "household-member-blocked",
    "leaving",
    "leaving-member",
    "household-member-leaving",
    "moved-out",
    "deceased",
    "under-15",
    "born-29-february",
    "turns-15",
    "no-seal",
    "seal-cancelled",
    "seal-replaced",
    "no-tax-record",
    "not-taxable",
    "tax-with-loss",
    "large-household",
    "long-register",
    "koseki-elsewhere",
    "non-resident-koseki",
    "removed-member",
    "koseki-filing-in-progress",
    "partial-dates",
    "unknown-dates",
    "era-boundaries",
    "koseki-glyph-differs",
    "card-revoked",
    "card-suspended",
    "card-expired",
    "card-forged",
    "card-unknown",
    "card-without-certificate",
    "card-renewed",
    "character-not-in-font",
}


@pytest.fixture(scope="module")
def city() -> City:
    return make_city()


def resident(citizen: Citizen) -> ResidentRecord:
    assert citizen.resident is not None
    return citizen.resident


def member(citizen: Citizen) -> KosekiMember:
    assert citizen.koseki is not None
    assert citizen.koseki_member is not None
    return citizen.koseki.members[citizen.koseki_member - 1]


def test_every_family_of_the_list_is_planted(city: City) -> None:
    assert set(city.labels) >= REQUIRED


NAME_LABELS = {"plain", "hard-name", "kana-given-name", "variation-sequence", "compatibility-ideograph", "beyond-bmp"}


def test_plain_people_belong_to_no_family_but_those_of_names(city: City) -> None:
    assert {label for citizen in city.family("plain") for label in citizen.labels} <= NAME_LABELS


def test_namesakes_differ_in_everything_but_name_and_birthday(city: City) -> None:
    by_name: dict[str, list[ResidentRecord]] = {}
    for citizen in city.family("namesakes"):
        by_name.setdefault(resident(citizen).name, []).append(resident(citizen))
    for first, second in by_name.values():
        assert first.birth_date == second.birth_date
        assert first.sex == second.sex
        assert first.address != second.address
        assert first.individual_number != second.individual_number


def test_twins_share_birthday_household_and_register(city: City) -> None:
    first, second = city.family("twins")
    assert resident(first).birth_date == resident(second).birth_date
    assert resident(first).control.household_key == resident(second).control.household_key
    assert first.koseki is second.koseki
    assert member(first).relationship_to_parents == "長女"
    assert member(second).relationship_to_parents == "二女"


@pytest.mark.parametrize("label", ["two-households-one-address", "split-household"])
def test_two_households_stand_at_one_address(city: City, label: str) -> None:
    records = [resident(citizen) for citizen in city.family(label)]
    assert len({record.address for record in records}) == 1
    assert len({record.control.household_key for record in records}) == 2


def test_after_the_householder_died_every_relationship_counts_from_the_widow(city: City) -> None:
    widow, child = city.family("householder-deceased")
    assert resident(widow).relationship == "世帯主"
    assert resident(child).relationship == "子"
    assert resident(child).householder == resident(widow).name
    assert city.family("late-householder")[0].resident is not None


CATEGORIES = {
    "foreign-mid-to-long-term": register.FOREIGN_RESIDENT_CATEGORY_MID_TO_LONG_TERM,
    "foreign-special-permanent": register.FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT,
    "foreign-temporary-refuge": register.FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE,
    "foreign-transitional": register.FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL,
}


@pytest.mark.parametrize("label", CATEGORIES)
def test_foreign_residents_are_of_their_category_and_stand_in_no_register(city: City, label: str) -> None:
    for citizen in city.family(label):
        record = resident(citizen)
        assert record.foreign_category == CATEGORIES[label]
        assert record.nationality
        assert record.HasField("foreign_resident_since")
        assert not record.HasField("resident_since")
        assert not record.registered_domicile
        assert not record.head_of_register
        assert citizen.koseki is None


def test_common_names_are_had_by_some_foreign_residents_only(city: City) -> None:
    of_category = city.family("foreign-mid-to-long-term")
    assert {bool(resident(citizen).common_name) for citizen in of_category} == {True, False}
    assert all(resident(citizen).katakana_name for citizen in city.family("katakana-name"))


def test_special_permanent_residents_have_a_number_and_no_period(city: City) -> None:
    for citizen in city.family("foreign-special-permanent"):
        assert resident(citizen).residence_card_number
        assert not resident(citizen).period_of_stay
        assert not resident(citizen).HasField("period_of_stay_ends_on")


def test_the_mixed_household_has_both_and_its_register_one(city: City) -> None:
    family = city.family("mixed-nationality-household")
    assert {citizen.koseki is None for citizen in family} == {True, False}
    assert len({resident(citizen).control.household_key for citizen in family}) == 1
    wife = next(citizen for citizen in family if citizen.koseki is None)
    husband = next(citizen for citizen in family if citizen.koseki is not None and citizen.koseki_member == 1)
    assert wife.name in {event.other_party for event in member(husband).events}


BLOCKS = {
    "support-measures": register.ISSUE_BLOCK_SUPPORT_MEASURES,
    "blocked-official": register.ISSUE_BLOCK_OFFICIAL,
    "character-pending": register.ISSUE_BLOCK_CHARACTER_PENDING,
    "change-pending": register.ISSUE_BLOCK_CHANGE_PENDING,
}


@pytest.mark.parametrize("label", BLOCKS)
def test_blocked_people_have_their_block(city: City, label: str) -> None:
    for citizen in city.family(label):
        assert list(resident(citizen).control.blocks) == [BLOCKS[label]]


def test_beside_a_blocked_member_stands_one_whose_own_record_is_free(city: City) -> None:
    for citizen in city.family("household-member-blocked"):
        assert not resident(citizen).control.blocks
        household = city.household(resident(citizen).control.household_key)
        assert any(resident(other).control.blocks for other in household)


def test_beside_one_who_stays_stands_one_who_is_leaving(city: City) -> None:
    leavers = {resident(citizen).control.household_key for citizen in city.family("leaving-member")}
    assert leavers
    assert {resident(one).control.household_key for one in city.family("household-member-leaving")} == leavers


STATES = {
    "leaving": register.RESIDENCE_STATE_LEAVING,
    "leaving-member": register.RESIDENCE_STATE_LEAVING,
    "household-member-leaving": register.RESIDENCE_STATE_RESIDENT,
    "moved-out": register.RESIDENCE_STATE_MOVED_OUT,
    "deceased": register.RESIDENCE_STATE_DECEASED,
}


@pytest.mark.parametrize("label", STATES)
def test_people_are_in_the_state_of_their_label(city: City, label: str) -> None:
    assert {resident(citizen).control.state for citizen in city.family(label)} == {STATES[label]}


def test_ages_are_as_labelled(city: City) -> None:
    for citizen in city.family("under-15"):
        born = resident(citizen).birth_date.exact
        assert (BASE_DAY.year - 15, BASE_DAY.month, BASE_DAY.day + 1) < (born.year, born.month, born.day)
    days = [resident(citizen).birth_date.exact.day for citizen in city.family("turns-15")]
    assert days == [6, 7, 8, 9]
    leap = [resident(citizen).birth_date.exact for citizen in city.family("born-29-february")]
    assert {(born.month, born.day) for born in leap} == {(2, 29)}
    assert 2012 in {born.year for born in leap}


def has_seal(citizen: Citizen) -> bool:
    return resident(citizen).HasField("seal_impression")


def test_seals_are_there_or_not_as_labelled(city: City) -> None:
    assert not any(has_seal(citizen) for label in ("no-seal", "seal-cancelled") for citizen in city.family(label))
    for citizen in city.family("seal-replaced"):
        assert has_seal(citizen)
        assert city.replaced_impressions[citizen.key].png != resident(citizen).seal_impression.png
    assert all(citizen.key in city.replaced_impressions for citizen in city.family("seal-cancelled"))


def test_tax_records_are_as_labelled(city: City) -> None:
    assert {citizen.tax for citizen in city.family("no-tax-record")} == {None}
    for citizen in city.family("not-taxable"):
        assert citizen.tax is not None
        assert citizen.tax.not_taxable
    for citizen in city.family("tax-address-differs"):
        assert citizen.tax is not None
        assert citizen.tax.address == resident(citizen).previous_address != resident(citizen).address


def test_large_and_long_ones_fill_more_than_a_page(city: City) -> None:
    assert len(city.household(resident(city.family("large-household")[0]).control.household_key)) >= 8
    koseki = city.family("long-register")[0].koseki
    assert koseki is not None
    assert len(koseki.members) >= 8
    assert sum(len(entry.events) for entry in koseki.members) >= 60


def test_registers_kept_elsewhere_and_holders_who_live_elsewhere(city: City) -> None:
    for citizen in city.family("koseki-elsewhere"):
        assert citizen.koseki is None
        assert not resident(citizen).registered_domicile.startswith("架空県架空市")
    for citizen in city.family("non-resident-koseki"):
        assert citizen.resident is None
        assert citizen.tax is None
        assert citizen.card is not None
        assert [holder.certificate_serial for holder in member(citizen).holders] == [citizen.card.serial]
    assert not any(member(citizen).holders for citizen in city.family("non-resident-not-registered"))


def test_a_removed_member_stands_beside_one_who_may_apply(city: City) -> None:
    for citizen in city.family("removed-member"):
        assert member(citizen).removed
        assert member(citizen).holders
        assert citizen.koseki is not None
        assert any(entry.holders and not entry.removed for entry in citizen.koseki.members)


def test_a_filing_is_in_progress_in_labelled_registers_only(city: City) -> None:
    labelled = {citizen.koseki.koseki_key for citizen in city.family("koseki-filing-in-progress") if citizen.koseki}
    assert {entry.koseki_key for entry in city.registers if entry.filing_in_progress} == labelled


def test_partly_and_wholly_unknown_dates_stand_where_labelled(city: City) -> None:
    assert {resident(citizen).birth_date.WhichOneof("known") for citizen in city.family("partial-dates")} == {"partial"}
    assert {bool(resident(citizen).birth_date.partial.month) for citizen in city.family("partial-dates")} == {
        True,
        False,
    }
    citizen = city.family("unknown-dates")[0]
    assert citizen.koseki is not None
    assert citizen.koseki.created_on.unknown
    assert resident(city.family("unknown-birth")[0]).birth_date.unknown


def test_births_stand_on_both_sides_of_changes_of_era(city: City) -> None:
    born = {
        (date.year, date.month, date.day)
        for date in (resident(citizen).birth_date.exact for citizen in city.family("era-boundaries"))
    }
    assert born >= {(1926, 12, 24), (1926, 12, 25), (1989, 1, 7), (1989, 1, 8)}


def test_the_koseki_writes_some_names_with_another_glyph(city: City) -> None:
    for citizen in city.family("koseki-glyph-differs"):
        assert member(citizen).name != resident(citizen).name
        assert resident(citizen).head_of_register == resident(citizen).name
    assert len({len(member(citizen).name) - len(citizen.name) for citizen in city.family("koseki-glyph-differs")}) > 1


@pytest.mark.parametrize("state", CardState)
def test_cards_not_as_they_should_be_are_linked_as_if_they_were(city: City, state: CardState) -> None:
    """Only the check of the certificate can refuse them, so that its absence shows."""
    if state is CardState.VALID:
        return
    label = {CardState.NO_CERTIFICATE: "card-without-certificate"}.get(state, f"card-{state.value}")
    for citizen in city.family(label):
        assert citizen.card is not None
        assert citizen.card.state is state
        serials = [holder.certificate_serial for holder in resident(citizen).control.holders]
        assert serials == ([citizen.card.serial] if citizen.card.serial else [])


def test_expired_cards_ended_before_the_base_day(city: City) -> None:
    for citizen in city.family("card-expired"):
        assert citizen.card is not None
        assert citizen.card.valid_until.date() < BASE_DAY


def linked_to(city: City, serial: str) -> list[Citizen]:
    return [
        citizen
        for citizen in city.citizens
        if citizen.resident is not None
        and serial in [holder.certificate_serial for holder in citizen.resident.control.holders]
    ]


def test_a_renewed_card_is_linked_and_the_former_one_is_not(city: City) -> None:
    for citizen in city.family("card-renewed"):
        assert citizen.card is not None
        assert citizen.former_card is not None
        assert citizen.former_card.state is CardState.REVOKED
        assert linked_to(city, citizen.card.serial) == [citizen]
        assert linked_to(city, citizen.former_card.serial) == []
        assert city.by_serial(citizen.former_card.serial) is citizen


def test_a_mis_linked_card_finds_nobody(city: City) -> None:
    for citizen in city.family("card-mislinked"):
        assert citizen.card is not None
        assert linked_to(city, citizen.card.serial) == []
        with pytest.raises(LookupError):
            city.by_serial(resident(citizen).control.holders[0].certificate_serial)


@pytest.mark.parametrize(
    ("label", "has_it"),
    [
        ("variation-sequence", lambda name: any(0xE0100 <= ord(character) <= 0xE01EF for character in name)),
        ("compatibility-ideograph", lambda name: any(0xF900 <= ord(character) <= 0xFAFF for character in name)),
        ("beyond-bmp", lambda name: any(ord(character) >= 0x20000 and ord(character) < 0xE0000 for character in name)),
        ("long-name", lambda name: len(name) >= 40),
    ],
)
def test_hard_names_are_labelled(city: City, label: str, has_it: Callable[[str], bool]) -> None:
    assert len(city.family(label)) >= 2
    assert all(has_it(citizen.name) == (label in citizen.labels) for citizen in city.citizens)
