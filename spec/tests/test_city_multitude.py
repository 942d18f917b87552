"""The further residents of a great city are persons of their own, whom no card finds."""

import protovalidate

from kofu_spec.city import make_city, multitude

CITY = make_city(1, 400)
FURTHER = list(multitude(CITY, 3000))


def test_as_many_as_asked_for_and_the_same_each_time() -> None:
    assert len(FURTHER) == 3000
    assert FURTHER[:50] == list(multitude(CITY, 50))
    assert list(multitude(CITY, 0)) == []


def test_nobody_shares_key_or_number_with_anybody() -> None:
    known = [citizen.resident for citizen in CITY.citizens if citizen.resident is not None]
    everybody = [*known, *(resident for resident, _ in FURTHER)]
    keys = {resident.control.resident_key for resident in everybody}
    assert len(keys) == len(everybody)
    own = {resident.individual_number for resident, _ in FURTHER}
    assert len(own) == 3000
    assert own.isdisjoint(resident.individual_number for resident in known)
    households = {resident.control.household_key for resident, _ in FURTHER}
    assert households.isdisjoint(resident.control.household_key for resident in known)


def test_each_household_has_one_head_and_each_member_a_number() -> None:
    whole: dict[str, list[int]] = {}
    for resident, _ in FURTHER[:-10]:
        whole.setdefault(resident.control.household_key, []).append(resident.control.member_number)
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in list(whole.values())[:-1])


def test_no_card_finds_them_and_their_records_keep_the_rules() -> None:
    for resident, tax in FURTHER[:200]:
        assert not resident.control.holders
        assert not protovalidate.collect_violations(resident)
        if tax is not None:
            assert tax.resident_key == resident.control.resident_key
            assert not protovalidate.collect_violations(tax)
    assert any(tax is not None for _, tax in FURTHER)
