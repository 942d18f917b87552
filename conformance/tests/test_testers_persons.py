"""Fresh citizens for every case, and what happens when they run out."""

import pytest

from kofu_conformance.engine import Story, Unobserved
from kofu_conformance.testers.persons import ANYONE, Persons
from kofu_spec.city import City, make_city


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(1, 400)


def test_everyone_plays_once_before_anyone_plays_again(city: City) -> None:
    story = Story()
    persons = Persons(city, 7, lambda: story)
    family = city.family("twins")
    first = [persons.fresh("twins") for _ in family]
    assert {one.key for one in first} == {one.key for one in family}
    assert story.steps == ()
    assert persons.fresh("twins").key in {one.key for one in family}
    assert "plays again" in story.steps[-1]


def test_who_played_for_one_family_is_not_fresh_for_another(city: City) -> None:
    story = Story()
    persons = Persons(city, 7, lambda: story)
    played = {persons.fresh("hard-name").key for _ in city.family("hard-name")}
    others = {persons.fresh(ANYONE).key for _ in range(len(city.citizens) - len(played))}
    assert not played & others


def test_the_seed_decides_who_plays(city: City) -> None:
    one, same, other = (Persons(city, seed, Story) for seed in (1, 1, 2))
    orders = [[persons.fresh("plain").key for _ in range(8)] for persons in (one, same, other)]
    assert orders[0] == orders[1] != orders[2]


def test_who_was_set_aside_never_plays_again(city: City) -> None:
    persons = Persons(city, 7, Story)
    for one in city.family("twins"):
        persons.set_aside(one)
    with pytest.raises(Unobserved, match="twins"):
        persons.fresh("twins")


def test_a_changed_record_sets_the_household_and_the_register_aside(city: City) -> None:
    persons = Persons(city, 7, Story)
    changed = city.family("large-household")[0]
    assert changed.resident is not None
    persons.records_changed(changed)
    household = {one.key for one in city.household(changed.resident.control.household_key)}
    left = {persons.fresh(ANYONE).key for _ in range(len(city.citizens) - len(household))}
    assert len(household) > 1
    assert not household & left
