"""The families of changes are what their labels say: who came back, changed the name or the seal, declared nothing."""

import pytest

from kofu.v1 import register_pb2 as register
from kofu.v1.common_pb2 import Application, ResidenceOptions, SealOptions, TaxOptions
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord
from kofu_spec.city import Citizen, City, make_city
from kofu_spec.rules.eligibility import expected
from kofu_spec.rules.situations import AT

RESIDENCE = Application(residence_certificate=ResidenceOptions())
SEAL = Application(seal_registration=SealOptions())
TAX = Application(tax_assessment=TaxOptions())


@pytest.fixture(scope="module")
def city() -> City:
    return make_city()


def resident(citizen: Citizen) -> ResidentRecord:
    assert citizen.resident is not None
    return citizen.resident


def test_who_came_back_is_one_person_with_two_records_of_which_the_card_opens_one(city: City) -> None:
    pairs = list(zip(city.family("returned-former"), city.family("returned"), strict=True))
    assert len(pairs) == 2
    for before, now in pairs:
        assert (before.name, resident(before).birth_date) == (now.name, resident(now).birth_date)
        assert resident(before).individual_number == resident(now).individual_number
        assert resident(before).control.state == register.RESIDENCE_STATE_MOVED_OUT
        assert not resident(before).control.holders
        assert before.card is None
        assert resident(before).address != resident(now).address
        assert before.key != now.key
        answer = expected(city, now, RESIDENCE, AT)
        assert not isinstance(answer, int)
        assert answer.address == resident(now).address


def test_the_two_seals_of_one_day_differ_and_the_new_one_is_registered(city: City) -> None:
    for citizen in city.family("seal-replaced-same-day"):
        before, now = city.replaced_impressions[citizen.key], resident(citizen).seal_impression
        assert before.registered_on == now.registered_on
        assert before.png != now.png
        assert before.registration_number != now.registration_number


def test_a_seal_goes_with_the_name_that_it_bears(city: City) -> None:
    for citizen in city.family("seal-gone-with-the-name"):
        assert citizen.koseki is not None
        assert "氏の変更" in [event.kind for event in citizen.koseki.members[0].events]
        assert citizen.key in city.replaced_impressions
        assert expected(city, citizen, SEAL, AT) == Reason.REASON_NO_SEAL_REGISTRATION


def test_who_declared_nothing_lived_here_on_new_years_day_and_has_no_record(city: City) -> None:
    for citizen in city.family("tax-not-declared"):
        arrived = resident(citizen).resident_since
        assert (arrived.year, arrived.month, arrived.day) < (2026, 1, 1)
        assert expected(city, citizen, TAX, AT) == Reason.REASON_NO_TAX_RECORD


@pytest.mark.parametrize(
    "family",
    ["foreign-mid-to-long-term", "foreign-special-permanent", "foreign-temporary-refuge", "foreign-transitional"],
)
def test_every_category_stands_in_the_city_with_and_without_a_common_name(city: City, family: str) -> None:
    assert {bool(resident(citizen).common_name) for citizen in city.family(family)} == {True, False}


def test_they_are_planted_after_the_others_whom_they_leave_as_they_are(city: City) -> None:
    keys = [citizen.key for citizen in city.citizens if citizen.labels & {"returned", "seal-replaced-same-day"}]
    others = [citizen.key for citizen in city.citizens if "card-without-pin" in citizen.labels]
    assert min(keys) > max(others)
