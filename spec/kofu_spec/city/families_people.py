"""Who is who: namesakes, twins, households that share an address or split, hard names, boundary dates. [2.1]"""

from dataclasses import replace
from datetime import date

from kofu.v1.register_pb2 import RESIDENCE_STATE_DECEASED, SEX_FEMALE, SEX_MALE, KosekiEvent
from kofu_spec.city.dates import exact, partial, unknown
from kofu_spec.city.lineage import (
    couple_with_children,
    enter_child,
    marry,
    own_register,
    record_death,
    single,
    surname_of,
)
from kofu_spec.city.names import NOT_IN_FONT
from kofu_spec.city.plan import PLAIN, Plan, SealStory

LONG_GIVEN_NAME = "五劫乃擦切海砂利水魚乃水行末雲来末風来末食寝処爾住処藪柑子仮名例示想定"


def plant_namesakes(plan: Plan) -> None:
    """Two pairs of strangers with the same name and birthday."""
    for sex in (SEX_MALE, SEX_FEMALE):
        first = single(plan, "namesakes", sex=sex)
        single(plan, "namesakes", name=first.name, birth=first.birth, sex=sex)


def plant_twins(plan: Plan) -> None:
    """Grown-up twins at home, their names but one character alike."""
    family = couple_with_children(plan, ages=(61, 58))
    father, mother = family.parents
    birth = exact(plan.birthday(28))
    surname = surname_of(father.name)
    for _ in range(2):
        twin = plan.person("twins", surname=surname, sex=SEX_FEMALE, birth=birth)
        family.household.add(twin, "子")
        enter_child(plan, family.register, twin, father.name, mother.name)


def plant_two_households_one_address(plan: Plan) -> None:
    """Parents and a grown-up child keep two households at one address."""
    family = couple_with_children(plan, "two-households-one-address", ages=(70, 66))
    second = plan.household(address=family.household.address)
    surname = surname_of(family.parents[0].name)
    single(plan, "two-households-one-address", household=second, surname=surname, age=39)


def plant_split_household(plan: Plan) -> None:
    """A grown-up child left the household for one of their own at the same address; the register stayed one."""
    family = couple_with_children(plan, "split-household", ages=(64, 63), children=(34, 31))
    leaver = family.children[0]
    leaver.labels.add("split-off")
    family.household.members.remove(leaver)
    family.children[1].member_number -= 1
    own = replace(family.household, members=[])
    own.add(leaver, "世帯主")


def plant_householder_deceased(plan: Plan) -> None:
    """The householder has died: the widow has taken his place and every relationship counts from her."""
    family = couple_with_children(plan, ages=(77, 75), children=(47,))
    late, widow = family.parents
    household = family.household
    household.members.clear()
    for person, relationship in ((widow, "世帯主"), (family.children[0], "子"), (late, "夫")):
        household.add(person, relationship)
    widow.labels.add("householder-deceased")
    family.children[0].labels.add("householder-deceased")
    late.labels.update(("late-householder", "deceased"))
    late.state, late.seal = RESIDENCE_STATE_DECEASED, SealStory.NONE
    died_on = date(2026, 8, 30)
    his, hers = family.register.members[:2]
    record_death(plan, his, died_on, filer=widow.name)
    hers.spouse_category = ""
    hers.events.append(KosekiEvent(kind="配偶者の死亡", occurred_on=exact(died_on), other_party=late.name))


def plant_hard_names(plan: Plan) -> None:
    """At least two couples with every kind of name that breaks products; they are ordinary in all else."""
    names = plan.names
    for surname in (names.surname_with_variation, names.surname_with_compatibility, names.surname_beyond_bmp):
        for _ in range(2):
            couple_with_children(plan, "hard-name", PLAIN, ages=(57, 55), surname=surname())
    everything = names.surname_beyond_bmp() + names.surname_with_variation() + names.surname_with_compatibility()
    single(plan, "hard-name", PLAIN, surname=everything)
    for given in ("レイダイ", "みほん"):
        single(plan, "kana-given-name", PLAIN, name=names.with_given(names.surname(), given))


def plant_long_names(plan: Plan) -> None:
    """A Japanese name of over forty code points; the foreign one stands among the foreign residents."""
    single(plan, "long-name", name=plan.names.with_given("寿限無見本", LONG_GIVEN_NAME))


def plant_missing_character(plan: Plan) -> None:
    """A name with a character that the font lacks: nothing that prints the name may be issued."""
    single(plan, "character-not-in-font", surname=NOT_IN_FONT + "例")


def plant_large_household(plan: Plan) -> None:
    """Ten people of four generations under one roof, so that the residence certificate has several pages."""
    family = couple_with_children(plan, ages=(58, 56), children=(32, 29, 26, 24))
    surname = surname_of(family.parents[0].name)
    grandfather, grandmother = (
        plan.person(surname=surname, sex=SEX_MALE, age=84),
        plan.person(surname=surname, sex=SEX_FEMALE, age=82),
    )
    marry(plan, grandfather, grandmother)
    family.household.add(grandfather, "父")
    family.household.add(grandmother, "母")
    eldest = family.children[0]
    for _ in range(2):
        grandchild = plan.person(surname=surname, age=plan.random.randint(3, 9))
        family.household.add(grandchild, "子の子")
        grandchild.elsewhere = (plan.places.elsewhere(), eldest.name)
    for person in family.household.members:
        person.labels.add("large-household")


def plant_partly_known_dates(plan: Plan) -> None:
    """Elderly people of whose birth the day, or month and day, are unknown."""
    for birth in (partial(1945, 5), partial(1943)):
        single(plan, "partial-dates", birth=birth)


def plant_unknown_dates(plan: Plan) -> None:
    """A person whose register was made on an unknown day, living with a mother of whose birth nothing is known."""
    person = single(plan, "unknown-dates", age=58)
    assert person.register is not None
    assert person.household is not None
    person.register.created_on.CopyFrom(unknown())
    person.register.members[0].events[-1].occurred_on.CopyFrom(unknown())
    mother = plan.person("unknown-birth", surname=surname_of(person.name), sex=SEX_FEMALE, birth=unknown())
    person.household.add(mother, "母")
    own_register(plan, mother)


def plant_era_boundaries(plan: Plan) -> None:
    """Births on the first and last days of eras, and a marriage and a move at the change of 2019."""
    for birth in (date(1926, 12, 24), date(1926, 12, 25), date(1989, 1, 1), date(1989, 1, 7), date(1989, 1, 8)):
        single(plan, "era-boundaries", birth=exact(birth))
    moved = single(plan, "era-boundaries", household=plan.household(since=date(2019, 5, 1), moved_within=False), age=41)
    assert moved.register is not None
    moved.register.members[0].events.append(
        KosekiEvent(
            kind="名の変更",
            occurred_on=exact(date(2019, 4, 30)),
            filed_on=exact(date(2019, 5, 1)),
            filer=moved.name,
            accepted_at=plan.places.city,
        )
    )


PEOPLE_FAMILIES = (
    plant_namesakes,
    plant_twins,
    plant_two_households_one_address,
    plant_split_household,
    plant_householder_deceased,
    plant_hard_names,
    plant_long_names,
    plant_missing_character,
    plant_large_household,
    plant_partly_known_dates,
    plant_unknown_dates,
    plant_era_boundaries,
)
