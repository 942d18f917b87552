"""The fictitious city: the same for the same arguments, valid, and as its labels say."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import protovalidate
import pytest

from kofu.v1.register_pb2 import RESIDENCE_STATE_DECEASED, RESIDENCE_STATE_RESIDENT
from kofu_spec.city import CardState, Citizen, City, make_city
from kofu_spec.city.numbers import individual_number_check_digit

DIGEST = """
import hashlib
from kofu_spec.city import make_city
city = make_city(7, 60)
digest = hashlib.sha256()
for citizen in city.citizens:
    digest.update(repr((citizen.key, citizen.koseki_member, sorted(citizen.labels))).encode())
    for card in citizen.cards():
        digest.update(repr((card.card_id, card.serial, card.pin, card.state, card.valid_from)).encode())
    for record in (citizen.resident, citizen.tax, citizen.koseki):
        digest.update(record.SerializeToString(deterministic=True) if record is not None else b"-")
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def city() -> City:
    return make_city()


def digest_of_a_fresh_process(hash_seed: str) -> str:
    environment = {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_same_arguments_give_the_same_city_in_every_process() -> None:
    assert digest_of_a_fresh_process("1") == digest_of_a_fresh_process("2")


@pytest.mark.parametrize("arguments", [(2, 400, "992011"), (1, 401, "992011"), (1, 400, "992020")])
def test_other_arguments_give_other_people(city: City, arguments: tuple[int, int, str]) -> None:
    other = make_city(*arguments)
    assert {card.serial for citizen in city.citizens for card in citizen.cards() if card.serial}.isdisjoint(
        card.serial for citizen in other.citizens for card in citizen.cards() if card.serial
    )


def test_it_has_as_many_residents_as_asked_for(city: City) -> None:
    assert sum(1 for citizen in city.citizens if citizen.resident is not None) == 400


def test_a_small_city_has_every_family_and_a_large_one_more_of_each(city: City) -> None:
    assert set(make_city(residents=1).labels) >= set(city.labels) - {"child"}
    assert len(make_city(residents=800).family("card-revoked")) == 2 * len(city.family("card-revoked"))


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"residents": 0}, "residents"),
        ({"residents": 10**6}, "residents"),
        ({"municipality_code": "99201"}, "municipality_code"),
        ({"municipality_code": "９９２０１１"}, "municipality_code"),
    ],
)
def test_arguments_out_of_range_get_one_line_that_names_the_field(arguments: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=rf"^{field}: [^\n]+$"):
        make_city(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_record_keeps_the_rules_of_its_message(seed: int) -> None:
    made = make_city(seed)
    for citizen in made.citizens:
        for record in (citizen.resident, citizen.tax):
            if record is not None:
                protovalidate.validate(record)
    for register in made.registers:
        protovalidate.validate(register)


def test_keys_numbers_serials_and_impressions_belong_to_one_person(city: City) -> None:
    residents = [citizen.resident for citizen in city.citizens if citizen.resident is not None]
    earlier = {id(citizen.resident) for citizen in city.family("returned-former")}
    impressions = [record.seal_impression.png for record in residents if record.HasField("seal_impression")]
    impressions += [replaced.png for replaced in city.replaced_impressions.values()]
    for values in (
        [citizen.key for citizen in city.citizens],
        [record.individual_number for record in residents if id(record) not in earlier],
        [card.serial for citizen in city.citizens for card in citizen.cards() if card.serial],
        [card.card_id for citizen in city.citizens for card in citizen.cards()],
        [register.koseki_key for register in city.registers],
        impressions,
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_individual_numbers_have_the_check_digit_of_the_ordinance(city: City) -> None:
    assert individual_number_check_digit("12345678901") == 8
    for citizen in city.citizens:
        if citizen.resident is not None:
            number = citizen.resident.individual_number
            assert individual_number_check_digit(number[:11]) == int(number[11])


def test_no_name_begins_another_name_so_that_a_page_can_be_searched_for_one(city: City) -> None:
    names = {citizen.name for citizen in city.citizens}
    names |= {member.name for register in city.registers for member in register.members}
    in_order = sorted(names)
    assert [(a, b) for a, b in pairwise(in_order) if b.startswith(a)] == []


def test_only_namesakes_and_the_two_records_of_one_person_share_a_name(city: City) -> None:
    shared = {name for name, count in Counter(citizen.name for citizen in city.citizens).items() if count > 1}
    families = ("namesakes", "returned")
    assert shared == {citizen.name for family in families for citizen in city.family(family)}


def test_a_household_is_of_one_address_one_householder_and_numbered_without_gaps(city: City) -> None:
    for key in {citizen.resident.control.household_key for citizen in city.citizens if citizen.resident is not None}:
        records = [citizen.resident for citizen in city.household(key) if citizen.resident is not None]
        assert [record.control.member_number for record in records] == list(range(1, len(records) + 1))
        assert {(record.address, record.householder) for record in records} == {(records[0].address, records[0].name)}
        assert [record.relationship for record in records].count("世帯主") == 1
        assert records[0].relationship == "世帯主"


def test_dates_of_residence_follow_one_another(city: City) -> None:
    def days(record: object, *fields: str) -> list[tuple[int, int, int]]:
        found = [getattr(record, field) for field in fields if record.HasField(field)]  # type: ignore[attr-defined]
        return [(date.year, date.month, date.day) for date in found]

    for citizen in city.citizens:
        if citizen.resident is not None:
            order = days(citizen.resident, "resident_since", "address_established_on", "notified_on")
            assert order == sorted(order)
            assert order[-1] <= (2026, 10, 7)


def test_koseki_members_are_the_citizens_they_name(city: City) -> None:
    for citizen in city.citizens:
        assert (citizen.koseki is None) == (citizen.koseki_member is None)
        if citizen.koseki is None or citizen.koseki_member is None:
            continue
        assert any(citizen.koseki is register for register in city.registers)
        member = citizen.koseki.members[citizen.koseki_member - 1]
        if citizen.resident is not None:
            assert member.birth_date == citizen.resident.birth_date
            if "koseki-glyph-differs" not in citizen.labels:
                assert member.name == citizen.resident.name


def test_head_of_register_and_domicile_agree_with_the_register(city: City) -> None:
    agreeing = 0
    for citizen in city.citizens:
        if citizen.resident is None or citizen.koseki is None:
            continue
        if citizen.labels & {"koseki-glyph-differs", "removed-member"}:
            continue
        assert citizen.resident.registered_domicile == citizen.koseki.registered_domicile
        assert citizen.resident.head_of_register == citizen.koseki.head_of_register
        agreeing += 1
    assert agreeing > 200


def test_serials_are_lower_case_hex_of_even_and_odd_length(city: City) -> None:
    serials = [card.serial for citizen in city.citizens for card in citizen.cards() if card.serial]
    assert {serial == f"{int(serial, 16):x}" for serial in serials} == {True}
    assert {len(serial) % 2 for serial in serials} == {0, 1}


def test_tax_totals_are_exact_and_the_loss_is_negative(city: City) -> None:
    for citizen in city.citizens:
        if citizen.tax is not None and citizen.tax.WhichOneof("assessment") == "assessed":
            assessed = citizen.tax.assessed
            assert assessed.city_tax_yen + assessed.prefectural_tax_yen == assessed.total_yen
    for citizen in city.family("tax-with-loss"):
        assert citizen.tax is not None
        assert min(income.income_yen for income in citizen.tax.incomes) < 0


def test_plain_people_are_fit_for_every_document_now_and_in_every_year_of_the_service(city: City) -> None:
    assert len(city.family("plain")) >= 200
    for citizen in city.family("plain"):
        assert is_fit_for_everything(citizen), citizen
        assert everyone_around_is_unblocked(city, citizen), citizen


def is_fit_for_everything(citizen: Citizen) -> bool:
    resident, tax, koseki, card = citizen.resident, citizen.tax, citizen.koseki, citizen.card
    assert resident is not None
    assert tax is not None
    assert koseki is not None
    assert citizen.koseki_member is not None
    assert card is not None
    member = koseki.members[citizen.koseki_member - 1]
    return (
        resident.control.state == RESIDENCE_STATE_RESIDENT
        and resident.HasField("seal_impression")
        and tax.WhichOneof("assessment") == "assessed"
        and resident.birth_date.exact.year <= 2006
        and not koseki.filing_in_progress
        and not member.removed
        and card.state is CardState.VALID
        and card.valid_from < datetime(2019, 1, 1, tzinfo=UTC) < datetime(2040, 1, 1, tzinfo=UTC) < card.valid_until
        and [holder.certificate_serial for holder in resident.control.holders] == [card.serial]
        and list(member.holders) == list(resident.control.holders)
    )


def everyone_around_is_unblocked(city: City, citizen: Citizen) -> bool:
    assert citizen.resident is not None
    household = city.household(citizen.resident.control.household_key)
    return all(
        member.resident is not None
        and not member.resident.control.blocks
        and member.resident.control.state == RESIDENCE_STATE_RESIDENT
        for member in household
    )


def test_documents_of_plain_people_mostly_show_several_persons(city: City) -> None:
    plain = city.family("plain")
    households = [
        len(city.household(citizen.resident.control.household_key)) for citizen in plain if citizen.resident is not None
    ]
    registers = [len(citizen.koseki.members) for citizen in plain if citizen.koseki is not None]
    assert sum(1 for size in households if size > 1) > len(plain) / 2
    assert sum(1 for size in registers if size > 1) > len(plain) / 2


def test_the_dead_stand_last_in_their_household_and_removed_in_their_register(city: City) -> None:
    for citizen in city.family("deceased"):
        assert citizen.resident is not None
        assert citizen.koseki is not None
        assert citizen.koseki_member is not None
        assert citizen.resident.control.state == RESIDENCE_STATE_DECEASED
        assert city.household(citizen.resident.control.household_key)[-1] is citizen
        assert citizen.koseki.members[citizen.koseki_member - 1].removed


def test_a_label_or_serial_that_nobody_has_gets_one_line(city: City) -> None:
    with pytest.raises(LookupError, match="family: no citizen is labelled 'nobody'"):
        city.family("nobody")
    with pytest.raises(LookupError, match="serial: no card of the city bears 'ff'"):
        city.by_serial("ff")


def test_what_is_shown_of_a_citizen_in_a_log_holds_no_personal_item(city: City) -> None:
    for citizen in city.family("plain")[:20]:
        assert citizen.card is not None
        for item in (citizen.name, citizen.card.serial, f"'{citizen.card.pin}'"):
            assert item not in f"{citizen!r} {citizen.card!r}"
