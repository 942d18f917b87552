"""Ordinary people: the pool that cases draw from. Several stand in most households and registers."""

from kofu_spec.city.lineage import couple_with_children, single
from kofu_spec.city.plan import PLAIN, Person, Plan

ADULT = 20
"""From this age on an ordinary person has a seal registration and a tax record."""
CHILD = "child"


def plant_ordinary(plan: Plan, residents: int) -> None:
    """Plants households until that many residents are added, with no one too many."""
    while residents > 0:
        residents -= len(_household(plan, residents))


def label_ordinary(plan: Plan) -> None:
    """Labels everyone whom no family singles out, the relatives of planted persons among them."""
    for person in plan.people:
        if not person.labels:
            person.labels.add(PLAIN if person.age() >= ADULT else CHILD)


def _household(plan: Plan, most: int) -> tuple[Person, ...]:
    """One household of at most so many people: most are couples with grown-up or small children."""
    if most == 1 or plan.random.random() < 0.15:
        return (single(plan),)
    if most == 2:
        return couple_with_children(plan, ages=(68, 66)).people
    parents = plan.random.randint(46, 72)
    count = min(most - 2, plan.random.choice((0, 1, 1, 2, 2, 3)))
    grown_up = plan.random.random() < 0.9
    ages = sorted(
        (
            plan.random.randint(20, max(20, parents - 25)) if grown_up else plan.random.randint(2, 19)
            for _ in range(count)
        ),
        reverse=True,
    )
    return couple_with_children(plan, ages=(parents, parents - plan.random.randint(0, 4)), children=tuple(ages)).people
