"""Writes the records of a person from the plan: the resident's 24 items, the tax record's 10, the koseki's 16."""

from datetime import date, timedelta

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import (
    KosekiMember,
    KosekiRecord,
    ResidentControl,
    ResidentRecord,
    TaxAmount,
    TaxDeduction,
    TaxDependents,
    TaxIncome,
    TaxRecord,
)
from kofu_spec.city.dates import civil, first_day
from kofu_spec.city.plan import BASE_DAY, TAX_YEAR, ForeignFacts, Household, Person, Plan, Register, TaxStory


def resident_record(
    plan: Plan, person: Person, resident_key: str, household_key: str, holders: list[Holder]
) -> ResidentRecord:
    """A person's entry in the resident register, without the seal. [2.1]"""
    household = person.household
    assert household is not None
    born = first_day(person.birth)
    established_on = max(household.since, born)
    record = ResidentRecord(
        name=person.name,
        householder=household.householder.name,
        address=household.address,
        birth_date=person.birth,
        sex=person.sex,
        relationship=person.relationship,
        previous_address=household.previous_address if born < household.since else "",
        moved_in_on=civil(household.arrived_on) if born < household.arrived_on else None,
        address_established_on=civil(established_on),
        notified_on=civil(min(established_on + timedelta(days=plan.random.randint(0, 13)), BASE_DAY)),
        individual_number=plan.individual_number(person),
        control=ResidentControl(
            resident_key=resident_key,
            household_key=household_key,
            member_number=person.member_number,
            holders=holders,
            state=person.state,
            blocks=person.blocks,
        ),
    )
    if person.foreign is None:
        record.resident_since.CopyFrom(civil(max(household.arrived_on, born)))
        record.registered_domicile, record.head_of_register = _domicile(person)
    else:
        _write_foreign_items(record, person.foreign)
    return record


def _domicile(person: Person) -> tuple[str, str]:
    """Domicile and head of register, in the resident register's glyphs."""
    if person.elsewhere is not None:
        return person.elsewhere
    assert person.register is not None, "a Japanese national stands in a register somewhere"
    head = person.register.members[0]
    return person.register.domicile, head.person.name if head.person is not None else head.name


def _write_foreign_items(record: ResidentRecord, foreign: ForeignFacts) -> None:
    record.foreign_resident_since.CopyFrom(civil(foreign.since))
    record.common_name = foreign.common_name
    record.katakana_name = foreign.katakana_name
    record.nationality = foreign.nationality
    record.foreign_category = foreign.category
    record.residence_card_number = foreign.card_number
    record.residence_status = foreign.status
    record.period_of_stay = foreign.period
    if foreign.period_ends_on is not None:
        record.period_of_stay_ends_on.CopyFrom(civil(foreign.period_ends_on))


def tax_record(plan: Plan, person: Person, resident_key: str, story: TaxStory) -> TaxRecord | None:
    """The record of the current tax year, or None. Its address is the one of 1 January. [2.3]"""
    household = person.household
    assert household is not None
    if story is TaxStory.NONE:
        return None
    record = TaxRecord(
        name=person.name,
        address=_address_on(household, date(TAX_YEAR, 1, 1)),
        birth_date=person.birth,
        tax_year=TAX_YEAR,
        resident_key=resident_key,
    )
    if story is TaxStory.NOT_TAXABLE:
        record.incomes.append(TaxIncome(kind="給与", receipts_yen=plan.random.randrange(0, 900_000), income_yen=0))
        record.deductions.append(TaxDeduction(kind="基礎控除", amount_yen=430_000))
        record.not_taxable = True
        return record
    record.incomes.extend(_incomes(plan, person, story))
    record.deductions.extend(_deductions(plan))
    record.dependents.extend(_dependents(person))
    income = sum(item.income_yen for item in record.incomes)
    base = max(0, income - sum(item.amount_yen for item in record.deductions)) // 1000 * 1000
    record.taxable_base_yen = base
    # Tenths of a year's rates: six parts to the city and four to the prefecture, with the equal shares added.
    city_tax, prefectural_tax = base * 6 // 100 // 100 * 100 + 3_000, base * 4 // 100 // 100 * 100 + 1_000
    record.assessed.CopyFrom(
        TaxAmount(city_tax_yen=city_tax, prefectural_tax_yen=prefectural_tax, total_yen=city_tax + prefectural_tax)
    )
    return record


def _address_on(household: Household, day: date) -> str:
    return household.address if household.since <= day else household.previous_address


def _incomes(plan: Plan, person: Person, story: TaxStory) -> list[TaxIncome]:
    """Receipts and income are different amounts; a loss is negative."""
    draw = plan.random.randrange
    if person.age() >= 65:
        pension = draw(1_600_000, 3_200_000)
        incomes = [TaxIncome(kind="公的年金等", receipts_yen=pension, income_yen=pension - 1_100_000)]
    else:
        pay = draw(2_600_000, 9_800_000)
        incomes = [TaxIncome(kind="給与", receipts_yen=pay, income_yen=pay * 7 // 10 - 80_000)]
    if story is TaxStory.LOSS:
        receipts = draw(120_000, 900_000)
        incomes.append(TaxIncome(kind="事業（営業等）", receipts_yen=receipts, income_yen=-draw(1_001, receipts)))
    elif plan.random.random() < 0.25:
        receipts = draw(100_000, 1_200_000)
        kind = plan.random.choice(("不動産", "配当", "雑（その他）", "一時"))
        incomes.append(TaxIncome(kind=kind, receipts_yen=receipts, income_yen=receipts - draw(1_000, 90_000)))
    return incomes


def _deductions(plan: Plan) -> list[TaxDeduction]:
    draw = plan.random.randrange
    deductions = [
        TaxDeduction(kind="基礎控除", amount_yen=430_000),
        TaxDeduction(kind="社会保険料控除", amount_yen=draw(120_000, 900_000)),
    ]
    for kind, low, high in (("生命保険料控除", 8_000, 70_000), ("医療費控除", 1_000, 400_000), ("寄附金控除", 0, 1)):
        if plan.random.random() < 0.3:
            deductions.append(TaxDeduction(kind=kind, amount_yen=draw(low, high)))
    return deductions


def _dependents(person: Person) -> list[TaxDependents]:
    """What the householder declares: children of the household by age group."""
    household = person.household
    assert household is not None
    if household.householder is not person:
        return []
    ages = [member.age() for member in household.members if member.relationship == "子"]
    groups = (("年少", 0, 15), ("一般", 16, 18), ("特定", 19, 22))
    counts = [(kind, sum(1 for age in ages if low <= age <= high)) for kind, low, high in groups]
    return [TaxDependents(kind=kind, count=count) for kind, count in counts if count]


def koseki_record(register: Register, koseki_key: str, holders: dict[Person, list[Holder]]) -> KosekiRecord:
    """A whole family register. [2.2]"""
    return KosekiRecord(
        registered_domicile=register.domicile,
        head_of_register=register.members[0].name,
        created_on=register.created_on,
        koseki_key=koseki_key,
        filing_in_progress=register.filing_in_progress,
        members=[
            KosekiMember(
                name=member.name,
                birth_date=member.birth,
                spouse_category=member.spouse_category,
                father_name=member.father,
                mother_name=member.mother,
                adoptive_father_name=member.adoptive_father,
                adoptive_mother_name=member.adoptive_mother,
                relationship_to_parents=member.relationship,
                birthplace=member.birthplace,
                events=member.events,
                removed=member.removed,
                holders=holders.get(member.person, []) if member.person is not None else [],
            )
            for member in register.members
        ],
    )
