"""Family registers that are not as usual. [2.2, 2.9]"""

from datetime import date

from kofu.v1.common_pb2 import RecordedDate
from kofu.v1.register_pb2 import SEX_FEMALE, SEX_MALE, KosekiEvent
from kofu_spec.city.dates import exact, partial, unknown
from kofu_spec.city.lineage import DAUGHTERS, couple_with_children, own_register, surname_of
from kofu_spec.city.names import BLANK
from kofu_spec.city.plan import Member, Plan, Register

GLYPH_PAIRS = (
    ("\u8fbb例", "\u8fbb\U000e0102例"),
    ("\u9089見", "\u9089\U000e010f見"),
    ("\u5409仮", "\U00020bb7仮"),
    ("\u795e試", "\ufa19試"),
)
"""Surname in the resident register, surname in the koseki."""


def plant_koseki_elsewhere(plan: Plan) -> None:
    """Residents whose register another municipality keeps."""
    for _ in range(3):
        person = plan.person("koseki-elsewhere")
        plan.household().add(person, "世帯主")
        person.elsewhere = (plan.places.elsewhere(), person.name)


def plant_non_residents(plan: Plan) -> None:
    """Non-residents whose register is here: two have registered for the use of their cards, one has not."""
    for registered in (True, True, False):
        person = plan.person("non-resident-koseki" if registered else "non-resident-not-registered")
        person.koseki_use_registered = registered
        own_register(plan, person)


def plant_removed_members(plan: Plan) -> None:
    """A daughter removed from her parents' register by a marriage; she lives here, her new register is elsewhere."""
    for _ in range(2):
        family = couple_with_children(plan, ages=(66, 64), children=(33,))
        for parent in family.parents:
            parent.labels.add("register-with-removed-member")
        daughter = family.children[0]
        daughter.labels.add("removed-member")
        family.household.members.remove(daughter)
        daughter.elsewhere = (plan.places.elsewhere(), daughter.name)
        plan.household().add(daughter, "世帯主")
        member = family.register.members[-1]
        member.removed = True
        member.events.append(
            KosekiEvent(
                kind="婚姻",
                occurred_on=exact(date(2021, 7, 7)),
                filed_on=exact(date(2021, 7, 7)),
                filer="夫妻",
                accepted_at=plan.places.elsewhere(),
                other_party=plan.names.person(surname_of(daughter.name), SEX_MALE),
            )
        )


def plant_filing_in_progress(plan: Plan) -> None:
    """A filing of one member is being processed: nobody of the register gets a certificate from it."""
    for _ in range(2):
        family = couple_with_children(plan, "koseki-filing-in-progress", ages=(51, 49))
        family.register.filing_in_progress = True


def plant_different_glyphs(plan: Plan) -> None:
    """The koseki writes the name with another glyph than the resident register."""
    for resident_surname, koseki_surname in GLYPH_PAIRS:
        person = plan.person("koseki-glyph-differs", surname=resident_surname)
        plan.household().add(person, "世帯主")
        given = person.name.split(BLANK)[1]
        own_register(plan, person, koseki_name=koseki_surname + BLANK + given)


def plant_long_register(plan: Plan) -> None:
    """A register of eleven with many events: adoption, divorces, moves of the domicile, the dead."""
    family = couple_with_children(plan, "long-register", ages=(72, 70), children=(45, 43, 40, 38, 35, 31))
    register = family.register
    for number, member in enumerate(register.members):
        _add_history(plan, member, number)
    surname = surname_of(family.parents[0].name)
    for birth in (partial(1975), partial(1976, 11), unknown()):
        _add_dead_child(plan, register, surname, birth)


def _add_history(plan: Plan, member: Member, number: int) -> None:
    """A life with many filings."""
    for step in range(8):
        day = date(1999 + 3 * step, 1 + (number + step) % 12, 1 + (5 * number + 3 * step) % 28)
        kind = ("転籍", "婚姻", "離婚", "養子縁組", "養子離縁", "入籍", "氏の変更", "認知")[step]
        member.events.append(
            KosekiEvent(
                kind=kind,
                occurred_on=exact(day),
                filed_on=exact(day),
                filer=member.name,
                accepted_at=plan.places.city,
                previous_register=plan.places.elsewhere(),
                previous_register_head=member.father,
                other_party=plan.names.person(plan.names.surname(), SEX_FEMALE)
                if kind in ("婚姻", "離婚", "認知")
                else "",
            )
        )
    if number == 2:
        member.adoptive_father = plan.names.person(plan.names.surname(), SEX_MALE)
        member.adoptive_mother = plan.names.person(surname_of(member.adoptive_father), SEX_FEMALE)


def _add_dead_child(plan: Plan, register: Register, surname: str, birth: RecordedDate) -> None:
    """A member who died long ago, of partly known dates."""
    name = plan.names.person(surname, SEX_FEMALE)
    dead = Member(
        person=None,
        name=name,
        birth=birth,
        relationship=DAUGHTERS[5],
        father=register.members[0].name,
        mother=register.members[1].name,
        removed=True,
        events=[
            KosekiEvent(kind="出生", occurred_on=birth, filer="父", accepted_at=plan.places.city),
            KosekiEvent(kind="死亡", occurred_on=unknown(), filer="同居者", accepted_at=plan.places.city),
        ],
    )
    register.add(dead)


KOSEKI_FAMILIES = (
    plant_koseki_elsewhere,
    plant_non_residents,
    plant_removed_members,
    plant_filing_in_progress,
    plant_different_glyphs,
    plant_long_register,
)
