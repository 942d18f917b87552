"""The plan of a city: who lives with whom and stands in which register, before records are written from it."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from random import Random

from kofu.v1.common_pb2 import RecordedDate
from kofu.v1.register_pb2 import (
    RESIDENCE_STATE_RESIDENT,
    SEX_FEMALE,
    SEX_MALE,
    ForeignResidentCategory,
    IssueBlock,
    KosekiEvent,
    ResidenceState,
    Sex,
)
from kofu_spec.city.dates import exact, first_day
from kofu_spec.city.model import CardState
from kofu_spec.city.names import Names
from kofu_spec.city.numbers import Numbers
from kofu_spec.city.places import Places

BASE_DAY = date(2026, 10, 7)
"""The day that the city is made for: ages and events are counted from it. Its tax year is 2026."""
TAX_YEAR = 2026
PLAIN = "plain"


class SealStory(Enum):
    """What became of a person's seal registration."""

    REGISTERED = "registered"
    NONE = "none"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    REPLACED_SAME_DAY = "replaced on the same day"


class TaxStory(Enum):
    """What the tax office has on a person."""

    ASSESSED = "assessed"
    NONE = "none"
    NOT_TAXABLE = "not taxable"
    LOSS = "loss"


class CardStory(Enum):
    """What became of a person's card beside the state of its certificate."""

    ORDINARY = "ordinary"
    RENEWED = "renewed"
    MISLINKED = "mislinked"
    NONE = "none"
    EXPIRING = "expiring"
    WITHOUT_PIN = "without-pin"


@dataclass
class ForeignFacts:
    """What the register holds of a foreign resident only."""

    category: ForeignResidentCategory
    nationality: str
    since: date
    common_name: str = ""
    katakana_name: str = ""
    card_number: str = ""
    status: str = ""
    period: str = ""
    period_ends_on: date | None = None


@dataclass(eq=False)
class Person:
    """One person of the plan. seal and tax None: as becomes the age."""

    name: str
    birth: RecordedDate
    sex: Sex
    labels: set[str] = field(default_factory=set)
    state: ResidenceState = RESIDENCE_STATE_RESIDENT
    blocks: tuple[IssueBlock, ...] = ()
    seal: SealStory | None = None
    tax: TaxStory | None = None
    card_state: CardState = CardState.VALID
    card_story: CardStory = CardStory.ORDINARY
    foreign: ForeignFacts | None = None
    elsewhere: tuple[str, str] | None = None
    """Domicile and head of a register that another municipality keeps."""
    household: "Household | None" = None
    relationship: str = ""
    member_number: int = 0
    register: "Register | None" = None
    earlier: "Person | None" = None
    """The same person as entered before moving out and back."""
    koseki_use_registered: bool = True
    """Whether the koseki system knows the card: a non-resident has to register for it once."""

    def age(self) -> int:
        """Whole years on the base day; of a partly known date, from its earliest possible day."""
        born = first_day(self.birth)
        return BASE_DAY.year - born.year - ((BASE_DAY.month, BASE_DAY.day) < (born.month, born.day))


@dataclass(eq=False)
class Household:
    """People living together.

    since: the day on which the address was established. arrived_on: the day on which they came to the city.
    previous_address: where they lived before `since`, in the city or elsewhere.
    """

    address: str
    since: date
    arrived_on: date
    previous_address: str
    members: list[Person] = field(default_factory=list)

    def add(self, person: Person, relationship: str) -> Person:
        """Puts a person into the household as its next member."""
        person.household, person.relationship = self, relationship
        self.members.append(person)
        person.member_number = len(self.members)
        return person

    @property
    def householder(self) -> Person:
        return self.members[0]


@dataclass(eq=False)
class Member:
    """One place in a family register. person: None for someone who is no citizen of this city's plan."""

    person: Person | None
    name: str
    birth: RecordedDate
    relationship: str
    father: str = ""
    mother: str = ""
    adoptive_father: str = ""
    adoptive_mother: str = ""
    spouse_category: str = ""
    birthplace: str = ""
    events: list[KosekiEvent] = field(default_factory=list)
    removed: bool = False


@dataclass(eq=False)
class Register:
    """One family register. created_on: when it was made."""

    domicile: str
    created_on: RecordedDate
    members: list[Member] = field(default_factory=list)
    filing_in_progress: bool = False

    def add(self, member: Member) -> Member:
        """Enters a person as the next in the register."""
        self.members.append(member)
        if member.person is not None:
            member.person.register = self
        return member


class Plan:
    """Collects the people of a city; `random` is the only source of chance."""

    def __init__(self, random: Random, municipality_code: str) -> None:
        self.random = random
        self.names = Names(random)
        self.numbers = Numbers(random)
        self.places = Places(random, municipality_code)
        self.people: list[Person] = []
        self.registers: list[Register] = []
        self._individual_numbers: dict[Person, str] = {}

    def residents(self) -> int:
        """How many residents are planned so far."""
        return sum(1 for person in self.people if person.household is not None)

    def person(
        self,
        *labels: str,
        surname: str | None = None,
        name: str | None = None,
        sex: "Sex | None" = None,
        age: int | None = None,
        birth: RecordedDate | None = None,
    ) -> Person:
        """Enters a person. What is not given is drawn; `age` is in whole years on the base day."""
        sex = self.random.choice((SEX_MALE, SEX_FEMALE)) if sex is None else sex
        if birth is None:
            birth = exact(self.birthday(self.random.randint(24, 79) if age is None else age))
        if name is None:
            name = self.names.person(self.names.surname() if surname is None else surname, sex)
        person = Person(name=name, birth=birth, sex=sex, labels=set(labels))
        self.people.append(person)
        return person

    def individual_number(self, person: Person) -> str:
        """The Individual Number of a resident: one for life, also after moving out and back."""
        if person not in self._individual_numbers:
            known = self._individual_numbers.get(person.earlier) if person.earlier is not None else None
            self._individual_numbers[person] = known or self.numbers.individual_number()
        return self._individual_numbers[person]

    def birthday(self, age: int) -> date:
        """A birth date of someone who is `age` years old on the base day."""
        latest = date(BASE_DAY.year - age, BASE_DAY.month, BASE_DAY.day).toordinal()
        return date.fromordinal(latest - self.random.randint(1, 360))

    def day_between(self, first: date, last: date) -> date:
        """A day drawn between two, both included."""
        return date.fromordinal(self.random.randint(first.toordinal(), max(first.toordinal(), last.toordinal())))

    def household(
        self,
        address: str | None = None,
        since: date | None = None,
        moved_within: bool | None = None,
    ) -> Household:
        """An empty household; what is not given is drawn. moved_within: whether they lived in the city before."""
        since = self.day_between(date(2008, 1, 4), date(2025, 11, 28)) if since is None else since
        moved_within = self.random.random() < 0.4 if moved_within is None else moved_within
        return Household(
            address=self.places.address() if address is None else address,
            since=since,
            arrived_on=self.day_between(date(2001, 4, 2), since) if moved_within else since,
            previous_address=self.places.address() if moved_within else self.places.elsewhere(),
        )

    def register(self, created_on: RecordedDate) -> Register:
        """An empty family register with a domicile of its own."""
        register = Register(self.places.domicile(), created_on)
        self.registers.append(register)
        return register
