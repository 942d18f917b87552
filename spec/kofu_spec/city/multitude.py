"""Further residents of a great city, in any number: records alone, for they hold no card in the box."""

from collections.abc import Iterator
from itertools import count, islice

from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_spec.city.model import Citizen, City
from kofu_spec.city.numbers import individual_number_check_digit

_FIRST_NUMBER = 10_000_000
"""Keys and numbers of the multitude count from here: no one in a city made whole has such a one."""


def multitude(city: City, residents: int) -> Iterator[tuple[ResidentRecord, TaxRecord | None]]:
    """So many residents who live as ordinary people of the city do, household by household, each a person of their own
    by Individual Number, key and household. None of them has a card, and so nobody applies as one of them.

    The same for the same arguments. They are made one after the other: the memory does not grow with their number.
    """
    return islice(_residents(_ordinary_households(city)), residents)


def _residents(households: list[list[Citizen]]) -> Iterator[tuple[ResidentRecord, TaxRecord | None]]:
    numbers = count(_FIRST_NUMBER)
    for household in count(_FIRST_NUMBER):
        for citizen in households[household % len(households)]:
            yield _another(citizen, next(numbers), f"h{household}")


def _another(citizen: Citizen, number: int, household_key: str) -> tuple[ResidentRecord, TaxRecord | None]:
    resident = ResidentRecord()
    assert citizen.resident is not None
    resident.CopyFrom(citizen.resident)
    resident.individual_number = f"000{number}{individual_number_check_digit(f'000{number}')}"
    resident.control.resident_key = f"r{number}"
    resident.control.household_key = household_key
    del resident.control.holders[:]
    if resident.HasField("seal_impression"):
        resident.seal_impression.registration_number = f"{number:08d}"
    if citizen.tax is None:
        return resident, None
    tax = TaxRecord()
    tax.CopyFrom(citizen.tax)
    tax.resident_key = resident.control.resident_key
    return resident, tax


def _ordinary_households(city: City) -> list[list[Citizen]]:
    """Those in which nobody has a story but the ordinary one."""
    households: dict[str, list[Citizen]] = {}
    for citizen in city.citizens:
        if citizen.resident is not None:
            households.setdefault(citizen.resident.control.household_key, []).append(citizen)
    return [members for members in households.values() if all("plain" in one.labels for one in members)]
