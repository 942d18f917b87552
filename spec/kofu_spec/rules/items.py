"""The items of each document, computed from the records: what was asked for and nothing besides. [2.1, 2.2, 2.3]"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from google.protobuf.message import Message

from kofu.v1.common_pb2 import Application, ResidenceOptions
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

_KOSEKI_REGISTER = ("registered_domicile", "head_of_register", "created_on")
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


_DATES = frozenset({"CivilDate", "RecordedDate"})


def shown(application: Application) -> tuple[str, ...]:
    """The items that the document asked for shows where the record has them; it shows no others. [1.3, 2.1, 2.2, 2.3]

    Paths of the document's item message in the names of the protos, such as `persons[].individual_number`, in order.
    An application that names no certificate raises ValueError.
    """
    match application.WhichOneof("certificate"):
        case "residence_certificate":
            return _residence_shown(application.residence_certificate)
        case "residence_record_items":
            return _residence_shown(application.residence_record_items)
        case "seal_registration":
            return _paths(SealItems.DESCRIPTOR, (*_SEAL, "impression"))
        case "tax_assessment":
            return _paths(TaxItems.DESCRIPTOR, _TAX)
        case "koseki_all_matters" | "koseki_individual_matters":
            of_person = _paths(KosekiPersonItems.DESCRIPTOR, _KOSEKI_PERSON)
            return (*_KOSEKI_REGISTER, *(f"persons[].{path}" for path in of_person))
    raise ValueError("application: must name a certificate; set one of its kinds")


def json_path(path: str) -> str:
    """An item's path in the names of JSON: `persons[].individualNumber`."""
    head, *words = path.split("_")
    return head + "".join(word[0].upper() + word[1:] for word in words)


def residence(persons: Sequence[ResidentRecord], options: ResidenceOptions) -> ResidenceItems:
    """Items of the two residence documents for the persons shown, at least one, all of one household. [2.1]"""
    fields = _of_person(options)
    return ResidenceItems(
        address=persons[0].address,
        householder=persons[0].householder if options.show_relationship else "",
        persons=[_copied(person, ResidencePersonItems(), fields) for person in persons],
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
    items = _copied(register, KosekiItems(), _KOSEKI_REGISTER)
    items.persons.extend(_copied(member, KosekiPersonItems(), _KOSEKI_PERSON) for member in members)
    return items


def _of_person(options: ResidenceOptions) -> tuple[str, ...]:
    """The items of each person on a residence document: those always shown, and of the others what was asked for."""
    fields: tuple[str, ...] = _ALWAYS_SHOWN
    if options.show_relationship:
        fields += _RELATIONSHIP
    if options.show_domicile:
        fields += _DOMICILE
    if options.show_individual_number:
        fields += _INDIVIDUAL_NUMBER
    return fields


def _residence_shown(options: ResidenceOptions) -> tuple[str, ...]:
    of_household = ("address", "householder") if options.show_relationship else ("address",)
    return (*of_household, *(f"persons[].{field}" for field in _of_person(options)))


def _paths(descriptor: Any, fields: Iterable[str]) -> tuple[str, ...]:
    """The paths of the fields named; of a message within, those of all its fields, but a date is one item."""
    found: list[str] = []
    for name in fields:
        field = descriptor.fields_by_name[name]
        path = f"{name}[]" if field.is_repeated and field.message_type else name
        if field.message_type is None or field.message_type.name in _DATES:
            found.append(path)
        else:
            inner = field.message_type.fields_by_name
            found += (f"{path}.{below}" for below in _paths(field.message_type, inner))
    return tuple(found)


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
