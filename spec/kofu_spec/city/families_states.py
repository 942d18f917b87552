"""Persons whom the rules treat otherwise: residence, blocks, age, seals, taxes. [2.3, 2.6, 2.8]"""

from datetime import date

from kofu.v1.register_pb2 import (
    ISSUE_BLOCK_CHANGE_PENDING,
    ISSUE_BLOCK_CHARACTER_PENDING,
    ISSUE_BLOCK_OFFICIAL,
    ISSUE_BLOCK_SUPPORT_MEASURES,
    RESIDENCE_STATE_DECEASED,
    RESIDENCE_STATE_LEAVING,
    RESIDENCE_STATE_MOVED_OUT,
)
from kofu_spec.city.dates import exact
from kofu_spec.city.lineage import couple_with_children, enter_child, record_death, single, surname_of
from kofu_spec.city.plan import BASE_DAY, Plan, SealStory, TaxStory

BLOCK_LABELS = {
    "support-measures": ISSUE_BLOCK_SUPPORT_MEASURES,
    "blocked-official": ISSUE_BLOCK_OFFICIAL,
    "character-pending": ISSUE_BLOCK_CHARACTER_PENDING,
    "change-pending": ISSUE_BLOCK_CHANGE_PENDING,
}


def plant_blocks(plan: Plan) -> None:
    """Every kind of block, two persons each, alone in their households."""
    for label, block in BLOCK_LABELS.items():
        for _ in range(2):
            single(plan, label).blocks = (block,)


def plant_blocked_members(plan: Plan) -> None:
    """A couple: the husband's own record is free, the wife's is blocked."""
    for block in (ISSUE_BLOCK_SUPPORT_MEASURES, ISSUE_BLOCK_CHANGE_PENDING):
        family = couple_with_children(plan, ages=(52, 50))
        husband, wife = family.parents
        husband.labels.add("household-member-blocked")
        wife.labels.add("blocked-member")
        wife.blocks = (block,)


def plant_leaving(plan: Plan) -> None:
    """Moving out has been notified: one person alone, and a couple."""
    people = [single(plan), *couple_with_children(plan, ages=(36, 35)).people]
    for person in people:
        person.labels.add("leaving")
        person.state = RESIDENCE_STATE_LEAVING


def plant_moved_out(plan: Plan) -> None:
    """Gone, with the register elsewhere, so that nothing at all is left to issue."""
    for _ in range(2):
        person = plan.person("moved-out")
        plan.household().add(person, "世帯主")
        person.state, person.seal = RESIDENCE_STATE_MOVED_OUT, SealStory.NONE
        person.elsewhere = (plan.places.elsewhere(), person.name)


def plant_deceased(plan: Plan) -> None:
    """One who lived alone and has died; the card still lies in a drawer."""
    for _ in range(2):
        person = single(plan, "deceased", age=plan.random.randint(70, 90))
        person.state, person.seal = RESIDENCE_STATE_DECEASED, SealStory.NONE
        assert person.register is not None
        record_death(plan, person.register.members[0], date(2026, 8, 3), filer="同居していない親族")


def plant_children(plan: Plan) -> None:
    """Under fifteen, with a card of their own."""
    for ages in ((14, 8), (12,)):
        family = couple_with_children(plan, ages=(44, 42), children=ages)
        for child in family.children:
            child.labels.add("under-15")


def plant_turning_fifteen(plan: Plan) -> None:
    """Fifteenth birthdays on the base day and the days around it."""
    for day in (6, 7, 8, 9):
        family = couple_with_children(plan, ages=(48, 46))
        surname = surname_of(family.parents[0].name)
        child = plan.person("turns-15", surname=surname, birth=exact(date(BASE_DAY.year - 15, BASE_DAY.month, day)))
        family.household.add(child, "子")
        enter_child(plan, family.register, child, family.parents[0].name, family.parents[1].name)


def plant_leap_day_births(plan: Plan) -> None:
    """Born on 29 February; the youngest turns fifteen in 2027."""
    for year in (1952, 1996, 2008):
        single(plan, "born-29-february", birth=exact(date(year, 2, 29)))
    family = couple_with_children(plan, ages=(50, 47))
    surname = surname_of(family.parents[0].name)
    child = plan.person("born-29-february", surname=surname, birth=exact(date(2012, 2, 29)))
    family.household.add(child, "子")
    enter_child(plan, family.register, child, family.parents[0].name, family.parents[1].name)


def plant_seal_stories(plan: Plan) -> None:
    """No seal, one cancelled, one replaced."""
    stories = {"no-seal": SealStory.NONE, "seal-cancelled": SealStory.CANCELLED, "seal-replaced": SealStory.REPLACED}
    for label, story in stories.items():
        for _ in range(3):
            single(plan, label).seal = story


def plant_tax_stories(plan: Plan) -> None:
    """No record, not taxable, a loss."""
    stories = {
        "no-tax-record": TaxStory.NONE,
        "not-taxable": TaxStory.NOT_TAXABLE,
        "tax-with-loss": TaxStory.LOSS,
    }
    for label, story in stories.items():
        for _ in range(3):
            single(plan, label).tax = story


def plant_movers(plan: Plan) -> None:
    """Moved after 1 January: within the city, where the tax record has the old address; and into it, with no record."""
    single(plan, "tax-address-differs", household=plan.household(since=date(2026, 4, 3), moved_within=True))
    arrived = single(plan, "no-tax-record", household=plan.household(since=date(2026, 3, 30), moved_within=False))
    arrived.tax = TaxStory.NONE


STATE_FAMILIES = (
    plant_blocks,
    plant_blocked_members,
    plant_leaving,
    plant_moved_out,
    plant_deceased,
    plant_children,
    plant_turning_fifteen,
    plant_leap_day_births,
    plant_seal_stories,
    plant_tax_stories,
    plant_movers,
)
