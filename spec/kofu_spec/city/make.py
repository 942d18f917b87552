"""Makes the city: plans its people, then writes their records."""

from random import Random

from kofu.v1.register_pb2 import KosekiRecord, SealImpression
from kofu_spec.city.cards import wallet
from kofu_spec.city.dates import civil, first_day
from kofu_spec.city.families import FAMILIES
from kofu_spec.city.lineage import years_after
from kofu_spec.city.model import Citizen, City
from kofu_spec.city.names import name_labels
from kofu_spec.city.ordinary import label_ordinary, plant_ordinary
from kofu_spec.city.places import DEFAULT_CODE
from kofu_spec.city.plan import BASE_DAY, Household, Person, Plan, Register, SealStory, TaxStory
from kofu_spec.city.records import koseki_record, resident_record, tax_record
from kofu_spec.city.seals import impression

RESIDENTS_A_SET = 400
"""One set of planted families stands in a city for every 400 residents."""
MOST_RESIDENTS = 20_000


def make_city(seed: int = 1, residents: int = 400, municipality_code: str = DEFAULT_CODE) -> City:
    """The fictitious city of a seed; the same city for the same arguments, everywhere.

    residents: how many residents it has; the planted families stand in it in any case, so a small city has more.
    municipality_code: six digits. Raises ValueError with one line for arguments out of range.
    """
    if not 1 <= residents <= MOST_RESIDENTS:
        raise ValueError(f"residents: {residents} is not in 1 to {MOST_RESIDENTS}; choose a number in this range")
    if len(municipality_code) != 6 or not (municipality_code.isascii() and municipality_code.isdigit()):
        raise ValueError(
            f"municipality_code: {municipality_code!r} is not six digits; write for example {DEFAULT_CODE}"
        )
    plan = Plan(Random(f"{seed}/{residents}/{municipality_code}"), municipality_code)  # noqa: S311 - no secret
    for _ in range(max(1, residents // RESIDENTS_A_SET)):
        for plant in FAMILIES:
            plant(plan)
    plant_ordinary(plan, residents - plan.residents())
    label_ordinary(plan)
    return _City(plan).written(seed, municipality_code)


class _City:
    """The records being written, in the order of the plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._people = sorted(plan.people, key=lambda person: person.household is None)
        self._wallets = {person: wallet(plan, person, number) for number, person in enumerate(self._people, start=1)}
        self._household_keys: dict[Household, str] = {}
        self._replaced: dict[str, SealImpression] = {}

    def written(self, seed: int, municipality_code: str) -> City:
        holders = {person: self._wallets[person].holders for person in self._people if person.koseki_use_registered}
        registers = {
            register: koseki_record(register, f"k{number:08d}", holders)
            for number, register in enumerate(self._plan.registers, start=1)
        }
        citizens = tuple(
            self._citizen(person, number, registers) for number, person in enumerate(self._people, start=1)
        )
        return City(seed, municipality_code, citizens, tuple(registers.values()), self._replaced)

    def _citizen(self, person: Person, number: int, registers: dict[Register, KosekiRecord]) -> Citizen:
        wallet = self._wallets[person]
        key = f"{'x' if person.household is None else 'r'}{number:08d}"
        resident = tax = None
        if person.household is not None:
            household_key = self._household_key(person.household)
            resident = resident_record(self._plan, person, key, household_key, wallet.holders)
            seal = self._seal(person, key)
            if seal is not None:
                resident.seal_impression.CopyFrom(seal)
            tax = tax_record(self._plan, person, key, _tax_story(person))
        return Citizen(
            key=key,
            resident=resident,
            tax=tax,
            koseki=registers[person.register] if person.register is not None else None,
            koseki_member=_place(person),
            card=wallet.card,
            labels=frozenset(person.labels | name_labels(person.name)),
            former_card=wallet.former_card,
        )

    def _household_key(self, household: Household) -> str:
        return self._household_keys.setdefault(household, f"h{len(self._household_keys) + 1:08d}")

    def _seal(self, person: Person, key: str) -> SealImpression | None:
        """The live impression; an earlier one is noted as replaced."""
        story = person.seal or (SealStory.REGISTERED if person.age() >= 18 else SealStory.NONE)
        if story is SealStory.NONE:
            return None
        if story is not SealStory.REGISTERED:
            self._replaced[key] = self._impression(person)
        if story is SealStory.CANCELLED:
            return None
        live = self._impression(person)
        if story is SealStory.REPLACED_SAME_DAY:
            live.registered_on.CopyFrom(self._replaced[key].registered_on)
        return live

    def _impression(self, person: Person) -> SealImpression:
        earliest = years_after(first_day(person.birth), 18.1)
        registered_on = self._plan.day_between(max(earliest, BASE_DAY.replace(year=1990)), BASE_DAY.replace(month=3))
        numbers = self._plan.numbers
        return impression(numbers.seal_pattern(), civil(min(registered_on, BASE_DAY)), numbers.seal_registration())


def _tax_story(person: Person) -> TaxStory:
    return person.tax or (TaxStory.ASSESSED if person.age() >= 20 else TaxStory.NONE)


def _place(person: Person) -> int | None:
    """The person's place in the register, from 1."""
    if person.register is None:
        return None
    return next(n for n, member in enumerate(person.register.members, start=1) if member.person is person)
