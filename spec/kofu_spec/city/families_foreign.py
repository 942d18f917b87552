"""Foreign residents of every category of article 30-45. They stand in no family register. [2.1]"""

from datetime import date

from kofu.v1.register_pb2 import (
    FOREIGN_RESIDENT_CATEGORY_MID_TO_LONG_TERM,
    FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT,
    FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE,
    FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL,
    SEX_FEMALE,
    SEX_MALE,
    SEX_UNSPECIFIED,
    Sex,
)
from kofu_spec.city.dates import exact
from kofu_spec.city.lineage import enter_child, marriage_event, member_from_elsewhere, surname_of
from kofu_spec.city.names import LONG_MIDDLE_NAMES
from kofu_spec.city.plan import BASE_DAY, CardStory, ForeignFacts, Household, Person, Plan, SealStory, TaxStory

NATIONALITIES = ("米国", "ブラジル", "ベトナム", "フィリピン", "ドイツ", "ネパール", "中国", "韓国")
STATUSES = (
    ("永住者", "", None),
    ("技術・人文知識・国際業務", "5年", date(2029, 11, 14)),
    ("留学", "4年3月", date(2028, 3, 31)),
    ("日本人の配偶者等", "3年", date(2027, 8, 20)),
    ("高度専門職1号ロ", "5年", date(2030, 6, 2)),
)


def foreign_resident(
    plan: Plan,
    facts: ForeignFacts,
    *labels: str,
    household: Household | None = None,
    relationship: str = "世帯主",
    sex: Sex = SEX_FEMALE,
    age: int = 35,
) -> Person:
    """Enters a foreign resident; the katakana rendering is the name's own unless the facts hold none at all."""
    latin, katakana = plan.names.latin()
    person = plan.person(*labels, name=latin, sex=sex, age=age)
    person.foreign = facts
    if not facts.katakana_name:
        facts.katakana_name = katakana
    person.labels.add("katakana-name")
    if facts.common_name:
        person.labels.add("common-name")
    (household or arrival(plan, facts)).add(person, relationship)
    return person


def arrival(plan: Plan, facts: ForeignFacts) -> Household:
    """The household of someone who came to the city no earlier than to the country."""
    since = plan.day_between(facts.since, max(facts.since, date(2025, 11, 28)))
    return plan.household(since=since, moved_within=False)


def mid_to_long_term(plan: Plan, status: int, common_name: str = "") -> ForeignFacts:
    """A mid- to long-term resident with one of the statuses; a permanent resident has no period."""
    name, period, ends_on = STATUSES[status]
    return ForeignFacts(
        category=FOREIGN_RESIDENT_CATEGORY_MID_TO_LONG_TERM,
        nationality=plan.random.choice(NATIONALITIES),
        since=plan.day_between(date(2012, 7, 9), date(2023, 5, 31)),
        common_name=common_name,
        card_number=plan.numbers.residence_card(),
        status=name,
        period=period,
        period_ends_on=ends_on,
    )


def common_name(plan: Plan, sex: Sex) -> str:
    """A Japanese name that a foreign resident goes by."""
    return plan.names.person(plan.names.surname(), sex)


def plant_mid_to_long_term(plan: Plan) -> None:
    """Every status, with and without a common name."""
    for status in range(len(STATUSES)):
        own_common_name = common_name(plan, SEX_FEMALE) if status % 2 else ""
        foreign_resident(plan, mid_to_long_term(plan, status, own_common_name), "foreign-mid-to-long-term")


def plant_special_permanent(plan: Plan) -> None:
    """Special permanent residents: a certificate number, neither status nor period."""
    for sex in (SEX_MALE, SEX_FEMALE):
        facts = ForeignFacts(
            category=FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT,
            nationality="韓国",
            since=date(2012, 7, 9),
            common_name=common_name(plan, sex),
            card_number=plan.numbers.residence_card(),
        )
        foreign_resident(plan, facts, "foreign-special-permanent", sex=sex, age=plan.random.randint(40, 70))


def plant_temporary_refuge(plan: Plan) -> None:
    """Temporary refuge or provisional stay: a period with an end, no card."""
    for _ in range(2):
        facts = ForeignFacts(
            category=FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE,
            nationality=plan.random.choice(NATIONALITIES),
            since=date(2026, 6, 15),
            period="6月",
            period_ends_on=date(2026, 12, 15),
        )
        person = foreign_resident(plan, facts, "foreign-temporary-refuge")
        person.tax = TaxStory.NONE


def plant_transitional(plan: Plan) -> None:
    """Transitional by loss of nationality, and by birth: a baby whose mother is a mid- to long-term resident."""
    lost = ForeignFacts(category=FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL, nationality="ドイツ", since=date(2026, 9, 18))
    foreign_resident(plan, lost, "foreign-transitional", sex=SEX_MALE, age=44)
    mother = foreign_resident(plan, mid_to_long_term(plan, 1), "foreign-mid-to-long-term", age=31)
    born = ForeignFacts(
        category=FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL, nationality="ブラジル", since=date(2026, 9, 20)
    )
    baby = foreign_resident(
        plan, born, "foreign-transitional-by-birth", household=mother.household, relationship="子", age=0
    )
    baby.birth.CopyFrom(exact(date(2026, 9, 20)))
    baby.card_story = CardStory.NONE


def plant_mixed_household(plan: Plan) -> None:
    """A Japanese husband, a foreign wife, their child: the wife stands in no register but in the marriage's event."""
    household = plan.household(since=date(2024, 4, 1), moved_within=False)
    husband = plan.person("mixed-nationality-household", sex=SEX_MALE, age=46)
    household.add(husband, "世帯主")
    facts = mid_to_long_term(plan, 3)
    wife = foreign_resident(plan, facts, "mixed-nationality-household", household=household, relationship="妻", age=44)
    married_on = date(2007, 11, 22)
    register = plan.register(exact(married_on))
    member = register.add(member_from_elsewhere(plan, husband))
    member.spouse_category = "夫"
    member.events.append(marriage_event(plan, married_on, wife.name, member.father))
    child = plan.person("mixed-nationality-household", surname=surname_of(husband.name), age=17)
    household.add(child, "子")
    enter_child(plan, register, child, husband.name, wife.name)


def plant_long_foreign_name(plan: Plan) -> None:
    """A foreign name of more than forty letters, with a common name."""
    facts = mid_to_long_term(plan, 0, common_name(plan, SEX_FEMALE))
    person = foreign_resident(plan, facts, "foreign-mid-to-long-term", age=52)
    person.name = f"{person.name} {plan.random.choice(LONG_MIDDLE_NAMES)}"


def plant_expiring_stay(plan: Plan) -> None:
    """A stay that ends on the base day: whoever lives here then still gets what others get."""
    facts = mid_to_long_term(plan, 1)
    facts.period_ends_on = BASE_DAY
    foreign_resident(plan, facts, "stay-expiring", age=27)


def plant_sex_not_recorded(plan: Plan) -> None:
    """A foreign resident whose sex is not recorded: nothing is printed for it."""
    foreign_resident(plan, mid_to_long_term(plan, 1), "sex-not-recorded", sex=SEX_UNSPECIFIED, age=29)


def plant_not_yet_sealed(plan: Plan) -> None:
    """A foreign resident without a seal registration."""
    foreign_resident(plan, mid_to_long_term(plan, 2), "no-seal", age=22).seal = SealStory.NONE


FOREIGN_FAMILIES = (
    plant_mid_to_long_term,
    plant_special_permanent,
    plant_temporary_refuge,
    plant_transitional,
    plant_mixed_household,
    plant_long_foreign_name,
    plant_expiring_stay,
    plant_sex_not_recorded,
    plant_not_yet_sealed,
)
