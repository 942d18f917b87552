"""The printed forms: every string that the pages of a document must show. [2.1, 2.2, 2.3, 2.8]"""

from collections.abc import Iterable, Iterator

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.document_pb2 import (
    KosekiItems,
    KosekiPersonItems,
    ResidenceItems,
    ResidencePersonItems,
    SealItems,
    TaxItems,
)
from kofu.v1.register_pb2 import ForeignResidentCategory, KosekiEvent, Sex
from kofu_spec.rules import eras
from kofu_spec.rules.eligibility import Items

TITLES: dict[int, str] = {
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE: "住民票の写し",
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS: "住民票記載事項証明書",
    CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION: "印鑑登録証明書",
    CertificateKind.CERTIFICATE_KIND_TAX_ASSESSMENT: "市・県民税課税証明書",
    CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS: "戸籍全部事項証明書",
    CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS: "戸籍個人事項証明書",
}
"""Title of each kind, printed on every page."""

MAYOR = "架空市長"
"""Who attests, printed on the last page."""

SEXES: dict[int, str] = {Sex.SEX_UNSPECIFIED: "", Sex.SEX_MALE: "男", Sex.SEX_FEMALE: "女"}

CATEGORIES: dict[int, str] = {
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_UNSPECIFIED: "",
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_MID_TO_LONG_TERM: "中長期在留者",
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT: "特別永住者",
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE: "一時庇護許可者又は仮滞在許可者",
    ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL: "出生による経過滞在者又は国籍喪失による経過滞在者",
}
"""Category under article 30-45 of the Residential Basic Book Act, as printed."""

NOT_TAXABLE = "非課税"
REMOVED = "除籍"


def strings(items: Items, kind: "CertificateKind", foreign: bool = False) -> list[str]:
    """Every string that the document of this kind must show for these items, in order, with repetitions.

    Blanks and line breaks carry no meaning and are to be removed from page and string alike before comparing; no
    other change is allowed to either. `foreign` says that the applicant is a foreign resident: the items of seal and
    tax documents don't tell, and it decides the form of the birth date.
    """
    match items:
        case ResidenceItems():
            found = _residence(items)
        case SealItems():
            found = _seal(items, foreign)
        case TaxItems():
            found = _tax(items, foreign)
        case KosekiItems():
            found = _koseki(items)
    return [TITLES[kind], *(text for text in found if text), MAYOR]


def yen(amount: int) -> str:
    """1,234,567円; a loss is △1,234円. [2.3]"""
    return f"{'△' if amount < 0 else ''}{abs(amount):,}円"


def persons(count: int) -> str:
    """2人. [2.3]"""
    return f"{count}人"


def _residence(items: ResidenceItems) -> Iterator[str]:
    yield items.address
    yield items.householder
    for person in items.persons:
        yield from _resident(person)


def _resident(person: ResidencePersonItems) -> Iterator[str]:
    yield person.name
    yield person.common_name
    yield person.katakana_name
    yield eras.printed(person.birth_date, foreign=bool(person.foreign_category))
    yield SEXES[person.sex]
    yield person.relationship
    yield from _dates(person, "resident_since", "moved_in_on", "address_established_on", "notified_on")
    yield person.registered_domicile
    yield person.head_of_register
    yield person.previous_address
    yield person.individual_number
    yield from _dates(person, "foreign_resident_since", "period_of_stay_ends_on")
    yield person.nationality
    yield CATEGORIES[person.foreign_category]
    yield person.residence_card_number
    yield person.residence_status
    yield person.period_of_stay


def _seal(items: SealItems, foreign: bool) -> Iterator[str]:
    yield from (items.name, items.common_name, items.katakana_name)
    yield eras.printed(items.birth_date, foreign)
    yield SEXES[items.sex]
    yield items.address


def _tax(items: TaxItems, foreign: bool) -> Iterator[str]:
    yield from (items.name, items.address)
    yield eras.printed(items.birth_date, foreign)
    yield eras.printed_year(items.tax_year)
    for income in items.incomes:
        yield from (income.kind, yen(income.receipts_yen), yen(income.income_yen))
    yield yen(items.taxable_base_yen)
    for deduction in items.deductions:
        yield from (deduction.kind, yen(deduction.amount_yen))
    for dependents in items.dependents:
        yield from (dependents.kind, persons(dependents.count))
    if items.not_taxable:
        yield NOT_TAXABLE
    else:
        tax = items.assessed
        yield from map(yen, (tax.city_tax_yen, tax.prefectural_tax_yen, tax.total_yen))


def _koseki(items: KosekiItems) -> Iterator[str]:
    yield items.registered_domicile
    yield items.head_of_register
    yield eras.printed(items.created_on)
    for person in items.persons:
        yield from _koseki_person(person)


def _koseki_person(person: KosekiPersonItems) -> Iterator[str]:
    yield person.name
    yield REMOVED if person.removed else ""
    yield eras.printed(person.birth_date)
    yield person.spouse_category
    yield from (person.father_name, person.mother_name, person.adoptive_father_name, person.adoptive_mother_name)
    yield person.relationship_to_parents
    yield person.birthplace
    for event in person.events:
        yield from _event(event)


def _event(event: KosekiEvent) -> Iterator[str]:
    yield event.kind
    yield from _dates(event, "occurred_on", "filed_on")
    yield event.filer
    yield event.accepted_at
    yield event.previous_register
    yield event.previous_register_head
    yield event.other_party


def _dates(message: ResidencePersonItems | KosekiEvent, *fields: str) -> Iterable[str]:
    """Printed forms of the date fields that are set."""
    return [eras.printed(getattr(message, field)) for field in fields if message.HasField(field)]
