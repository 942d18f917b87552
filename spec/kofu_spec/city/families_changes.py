"""What happened to a person before the base day: came back, changed name or seal, declared nothing. [2.1, 2.3]

They are planted last, so that nobody of the other families is drawn otherwise because of them.
"""

from datetime import date

from kofu.v1.register_pb2 import (
    FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT,
    FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE,
    FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL,
    RESIDENCE_STATE_LEAVING,
    RESIDENCE_STATE_MOVED_OUT,
    SEX_FEMALE,
    SEX_MALE,
    KosekiEvent,
)
from kofu_spec.city.dates import exact
from kofu_spec.city.families_foreign import common_name, foreign_resident
from kofu_spec.city.lineage import couple_with_children, own_register, single
from kofu_spec.city.plan import CardStory, ForeignFacts, Plan, SealStory, TaxStory


def plant_returned(plan: Plan) -> None:
    """Moved out and back: the old record stands, linked to no card; the new one has another address and household."""
    for _ in range(2):
        earlier = plan.person("returned-former", age=plan.random.randint(30, 70))
        household = plan.household(since=date(2012, 4, 2), moved_within=False)
        household.add(earlier, "世帯主")
        earlier.state, earlier.card_story = RESIDENCE_STATE_MOVED_OUT, CardStory.NONE
        earlier.seal, earlier.tax = SealStory.NONE, TaxStory.NONE
        person = plan.person("returned", name=earlier.name, birth=earlier.birth, sex=earlier.sex)
        person.earlier = earlier
        plan.household(since=date(2025, 6, 2), moved_within=False).add(person, "世帯主")
        register = own_register(plan, person)
        earlier.elsewhere = (register.domicile, person.name)


def plant_seals_of_one_day(plan: Plan) -> None:
    """A seal cancelled and another one registered on the same day."""
    for _ in range(2):
        single(plan, "seal-replaced-same-day").seal = SealStory.REPLACED_SAME_DAY


def plant_new_names(plan: Plan) -> None:
    """A new surname by the koseki: the seal, which bears the old one, went with it."""
    for _ in range(2):
        person = single(plan, "seal-gone-with-the-name", age=plan.random.randint(30, 60))
        person.seal = SealStory.CANCELLED
        assert person.register is not None
        changed_on = exact(date(2026, 5, 18))
        person.register.members[0].events.append(
            KosekiEvent(
                kind="氏の変更",
                occurred_on=changed_on,
                filed_on=changed_on,
                filer=person.name,
                accepted_at=plan.places.city,
            )
        )


def plant_undeclared(plan: Plan) -> None:
    """Lived here on 1 January and declared nothing, so that there is nothing to certify."""
    for _ in range(2):
        household = plan.household(since=date(2019, 9, 2), moved_within=False)
        single(plan, "tax-not-declared", household=household).tax = TaxStory.NONE


def plant_common_names(plan: Plan) -> None:
    """The common name that most special permanent residents have is lacking; others, who mostly lack one, have it."""
    without = special_permanent(plan, "")
    foreign_resident(plan, without, "foreign-special-permanent", "foreign-without-common-name", age=58)
    refuge = ForeignFacts(
        category=FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE,
        nationality="ベトナム",
        since=date(2026, 6, 15),
        common_name=common_name(plan, SEX_FEMALE),
        period="6月",
        period_ends_on=date(2026, 12, 15),
    )
    transitional = ForeignFacts(
        category=FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL,
        nationality="米国",
        since=date(2026, 9, 18),
        common_name=common_name(plan, SEX_MALE),
    )
    foreign_resident(plan, refuge, "foreign-temporary-refuge", age=33).tax = TaxStory.NONE
    foreign_resident(plan, transitional, "foreign-transitional", sex=SEX_MALE, age=47)


def plant_leaving_members(plan: Plan) -> None:
    """A grown child has notified moving out; the parents stay."""
    for _ in range(2):
        family = couple_with_children(plan, ages=(55, 53), children=(24,))
        for parent in family.parents:
            parent.labels.add("household-member-leaving")
        for child in family.children:
            child.labels.add("leaving-member")
            child.state = RESIDENCE_STATE_LEAVING


def special_permanent(plan: Plan, name: str) -> ForeignFacts:
    """A special permanent resident with this common name."""
    return ForeignFacts(
        category=FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT,
        nationality="韓国",
        since=date(2012, 7, 9),
        common_name=name,
        card_number=plan.numbers.residence_card(),
    )


CHANGE_FAMILIES = (
    plant_returned,
    plant_seals_of_one_day,
    plant_new_names,
    plant_undeclared,
    plant_common_names,
    plant_leaving_members,
)
