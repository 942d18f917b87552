"""Families as registers know them: who was born to whom, who married whom, in which register they stand. [2.2]"""

from dataclasses import dataclass
from datetime import date, timedelta

from kofu.v1.common_pb2 import RecordedDate
from kofu.v1.register_pb2 import SEX_FEMALE, SEX_MALE, KosekiEvent, Sex
from kofu_spec.city.dates import exact, first_day
from kofu_spec.city.names import BLANK
from kofu_spec.city.plan import BASE_DAY, Household, Member, Person, Plan, Register

SONS = ("長男", "二男", "三男", "四男", "五男", "六男")
DAUGHTERS = ("長女", "二女", "三女", "四女", "五女", "六女")


@dataclass(frozen=True)
class Family:
    """A couple, or one parent, with children: one household and one register."""

    household: Household
    register: Register
    parents: tuple[Person, ...]
    children: tuple[Person, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone, parents first."""
        return self.parents + self.children


def surname_of(name: str) -> str:
    """What stands before the blank."""
    return name.split(BLANK)[0]


def years_after(day: date, years: float) -> date:
    """A day that many years on, to about a day."""
    return day + timedelta(days=round(years * 365.25))


def birth_event(plan: Plan, birth: RecordedDate, filer: str = "父") -> KosekiEvent:
    """出生, filed within a fortnight where the day is known."""
    event = KosekiEvent(kind="出生", occurred_on=birth, filer=filer, accepted_at=plan.places.city)
    if birth.WhichOneof("known") == "exact":
        filed_on = min(first_day(birth) + timedelta(days=plan.random.randint(1, 13)), BASE_DAY)
        event.filed_on.CopyFrom(exact(filed_on))
    return event


def marriage_event(plan: Plan, day: date, spouse: str, head_before: str) -> KosekiEvent:
    """婚姻, out of the parents' register."""
    return KosekiEvent(
        kind="婚姻",
        occurred_on=exact(day),
        filed_on=exact(day),
        filer="夫妻",
        accepted_at=plan.places.city,
        previous_register=plan.places.elsewhere(),
        previous_register_head=head_before,
        other_party=spouse,
    )


def own_register(plan: Plan, person: Person, koseki_name: str | None = None) -> Register:
    """A register that a person left the parents' one for (分籍); the person alone stands in it."""
    earliest = max(years_after(first_day(person.birth), 18.2), date(1957, 6, 1))
    separated_on = plan.day_between(earliest, max(earliest, BASE_DAY - timedelta(days=400)))
    register = plan.register(exact(separated_on))
    member = register.add(member_from_elsewhere(plan, person, koseki_name))
    member.events.append(
        KosekiEvent(
            kind="分籍",
            occurred_on=exact(separated_on),
            filed_on=exact(separated_on),
            filer=member.name,
            accepted_at=plan.places.city,
            previous_register=plan.places.elsewhere(),
            previous_register_head=member.father,
        )
    )
    return register


def marry(plan: Plan, husband: Person, wife: Person, before: date | None = None) -> Register:
    """The new register of a couple; the husband is its head. before: the marriage was by this day at the latest."""
    earliest = max(years_after(max(first_day(husband.birth), first_day(wife.birth)), 20), date(1950, 1, 5))
    day = plan.day_between(earliest, before or BASE_DAY - timedelta(days=300))
    register = plan.register(exact(day))
    for person, spouse, category in ((husband, wife, "夫"), (wife, husband, "妻")):
        member = register.add(member_from_elsewhere(plan, person))
        member.spouse_category = category
        member.events.append(marriage_event(plan, day, spouse.name, member.father))
    return register


def enter_child(plan: Plan, register: Register, child: Person, father: str, mother: str) -> Member:
    """Enters a child of the register's couple; elder brothers and sisters of the same sex count."""
    names = DAUGHTERS if child.sex == SEX_FEMALE else SONS
    elder = sum(1 for member in register.members if member.relationship in names and member.father == father)
    member = Member(
        person=child,
        name=child.name,
        birth=child.birth,
        relationship=names[elder],
        father=father,
        mother=mother,
        birthplace=plan.places.city,
        events=[birth_event(plan, child.birth)],
    )
    return register.add(member)


def record_death(plan: Plan, member: Member, day: date, filer: str) -> None:
    """死亡, filed within a week; the dead are removed from the register and stay legible."""
    member.removed, member.spouse_category = True, ""
    member.events.append(
        KosekiEvent(
            kind="死亡",
            occurred_on=exact(day),
            filed_on=exact(min(day + timedelta(days=plan.random.randint(1, 6)), BASE_DAY)),
            filer=filer,
            accepted_at=plan.places.city,
        )
    )


def single(
    plan: Plan,
    *labels: str,
    household: Household | None = None,
    surname: str | None = None,
    name: str | None = None,
    sex: "Sex | None" = None,
    age: int | None = None,
    birth: RecordedDate | None = None,
) -> Person:
    """A person living alone, with a register of their own here; what is not given is drawn."""
    person = plan.person(*labels, surname=surname, name=name, sex=sex, age=age, birth=birth)
    (household or plan.household()).add(person, "世帯主")
    own_register(plan, person)
    return person


def couple_with_children(
    plan: Plan,
    *labels: str,
    ages: tuple[int, int] = (45, 43),
    children: tuple[int, ...] = (),
    surname: str | None = None,
    household: Household | None = None,
) -> Family:
    """A married couple and their children by age, eldest first, in one household and one register."""
    surname = plan.names.surname() if surname is None else surname
    household = household or plan.household()
    husband = plan.person(*labels, surname=surname, sex=SEX_MALE, age=ages[0])
    wife = plan.person(*labels, surname=surname, sex=SEX_FEMALE, age=ages[1])
    household.add(husband, "世帯主")
    household.add(wife, "妻")
    born = [plan.person(*labels, surname=surname, age=age) for age in children]
    born.sort(key=lambda child: first_day(child.birth))
    register = marry(plan, husband, wife, before=first_day(born[0].birth) if born else None)
    for child in born:
        household.add(child, "子")
        enter_child(plan, register, child, husband.name, wife.name)
    return Family(household, register, (husband, wife), tuple(born))


def member_from_elsewhere(plan: Plan, person: Person, koseki_name: str | None = None) -> Member:
    """A member whose parents stand in another register; the parents are made up. Not entered yet."""
    name = koseki_name or person.name
    surname = surname_of(name)
    return Member(
        person=person,
        name=name,
        birth=person.birth,
        relationship=plan.random.choice((DAUGHTERS if person.sex == SEX_FEMALE else SONS)[:3]),
        father=plan.names.person(surname, SEX_MALE),
        mother=plan.names.person(surname, SEX_FEMALE),
        birthplace=plan.places.elsewhere() if plan.random.random() < 0.5 else plan.places.city,
        events=[birth_event(plan, person.birth)],
    )
