"""The items of each document, computed from the records: what was asked for and nothing besides. [2.1, 2.2, 2.3]"""

from collections.abc import Sequence
from typing import TypeVar

from google.protobuf.message import Message

from kofu.v1.common_pb2 import ResidenceOptions
from kofu.v1.document_pb2 import (
    KosekiItems,
    KosekiPersonItems,
    ResidenceItems,
    ResidencePersonItems,
    SealItems,
    TaxItems,
)
from kofu.v1.register_pb2 import KosekiMember, KosekiRecord, ResidentRecord, TaxRecord

Target = TypeVar("Target", bound=Message)

_ALWAYS_SHOWN = (
    "name",
    "birth_date",
    "sex",
    "resident_since",
    "previous_address",
    "moved_in_on",
    "address_established_on",
    "notified_on",
    "common_name",
    "foreign_resident_since",
    "nationality",
    "foreign_category",
    "residence_card_number",
    "residence_status",
    "period_of_stay",
    "period_of_stay_ends_on",
    "katakana_name",
)
_DOMICILE = ("registered_domicile", "head_of_register")
_RELATIONSHIP = ("relationship",)
_INDIVIDUAL_NUMBER = ("individual_number",)

_SEAL = ("name", "common_name", "katakana_name", "birth_date", "sex", "address")

_TAX = (
    "name",
    "address",
    "birth_date",
    "tax_year",
    "incomes",
    "taxable_base_yen",
    "deductions",
    "dependents",
    "assessed",
    "not_taxable",
)

_KOSEKI_PERSON = (
    "name",
    "birth_date",
    "spouse_category",
    "father_name",
    "mother_name",
    "adoptive_father_name",
    "adoptive_mother_name",
    "relationship_to_parents",
    "birthplace",
    "events",
    "removed",
)


def residence(persons: Sequence[ResidentRecord], options: ResidenceOptions) -> ResidenceItems:
    """Items of the two residence documents for the persons shown, at least one, all of one household. [2.1]"""
    shown: tuple[str, ...] = _ALWAYS_SHOWN
    if options.show_relationship:
        shown += _RELATIONSHIP
    if options.show_domicile:
        shown += _DOMICILE
    if options.show_individual_number:
        shown += _INDIVIDUAL_NUMBER
    return ResidenceItems(
        address=persons[0].address,
        householder=persons[0].householder if options.show_relationship else "",
        persons=[_copied(person, ResidencePersonItems(), shown) for person in persons],
    )


def seal(person: ResidentRecord) -> SealItems:
    """Items of the seal registration certificate. [2.1]"""
    items = _copied(person, SealItems(), _SEAL)
    items.impression.CopyFrom(person.seal_impression)
    return items


def tax(record: TaxRecord) -> TaxItems:
    """Items of the tax assessment certificate. [2.3]"""
    return _copied(record, TaxItems(), _TAX)


def koseki(register: KosekiRecord, members: Sequence[KosekiMember]) -> KosekiItems:
    """Items of a koseki certificate for the members shown, in the order of the register. [2.2]"""
    return KosekiItems(
        registered_domicile=register.registered_domicile,
        head_of_register=register.head_of_register,
        created_on=register.created_on,
        persons=[_copied(member, KosekiPersonItems(), _KOSEKI_PERSON) for member in members],
    )


def _copied(record: Message, target: Target, fields: tuple[str, ...]) -> Target:
    """Fills the named fields of `target` from those of the same name; what the record leaves unset stays unset."""
    by_name = {field.name: value for field, value in record.ListFields()}
    for name in fields:
        if name not in by_name:
            continue
        value = by_name[name]
        if isinstance(value, Message):
            getattr(target, name).CopyFrom(value)
        elif isinstance(value, str | int):
            setattr(target, name, value)
        else:
            getattr(target, name).extend(value)
    return target
