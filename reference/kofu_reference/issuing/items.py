"""What a certificate shows: the items of its kind, and of the optional ones those asked for. [2.1, 2.3]"""

from datetime import datetime

from kofu.v1.common_pb2 import Application, ResidenceOptions
from kofu.v1.document_pb2 import ResidenceItems, ResidencePersonItems, SealItems, TaxItems
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ForeignResidentCategory, ResidentRecord
from kofu_reference.issuing.eligibility import persons_shown, tax_record
from kofu_reference.issuing.register import Standing
from kofu_reference.runtime import Refusal
from kofu_spec.city import LeavingMember

ALWAYS_SHOWN = (
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


def items_for(
    application: Application, standing: Standing, instant: datetime, leaving: LeavingMember
) -> ResidenceItems | SealItems | TaxItems:
    """The items of a certificate that the issuing server makes itself. Raises the refusal of what can't be had."""
    kind = application.WhichOneof("certificate")
    if kind in ("residence_certificate", "residence_record_items"):
        return residence_items(standing, getattr(application, kind), leaving)
    if kind == "seal_registration":
        return seal_items(standing.resident)
    if kind == "tax_assessment":
        return tax_items(standing, application.tax_assessment.tax_year, instant)
    raise Refusal(Reason.REASON_KIND_NOT_OFFERED)


def is_foreign(resident: ResidentRecord) -> bool:
    """Whether dates of birth are written in the Gregorian calendar."""
    return resident.foreign_category != ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_UNSPECIFIED


def residence_items(standing: Standing, options: ResidenceOptions, leaving: LeavingMember) -> ResidenceItems:
    persons = persons_shown(standing, options, leaving)
    items = ResidenceItems(
        address=standing.resident.address, persons=[_person(resident, options) for resident in persons]
    )
    if options.show_relationship:
        items.householder = standing.resident.householder
    return items


def _person(resident: ResidentRecord, options: ResidenceOptions) -> ResidencePersonItems:
    person = ResidencePersonItems()
    shown = list(ALWAYS_SHOWN)
    shown += ["relationship"] if options.show_relationship else []
    shown += ["registered_domicile", "head_of_register"] if options.show_domicile else []
    shown += ["individual_number"] if options.show_individual_number else []
    for field, value in resident.ListFields():
        if field.name not in shown:
            continue
        if field.message_type is None:
            setattr(person, field.name, value)
        else:
            getattr(person, field.name).CopyFrom(value)
    return person


def seal_items(resident: ResidentRecord) -> SealItems:
    if not resident.HasField("seal_impression"):
        raise Refusal(Reason.REASON_NO_SEAL_REGISTRATION)
    return SealItems(
        name=resident.name,
        common_name=resident.common_name,
        katakana_name=resident.katakana_name,
        birth_date=resident.birth_date,
        sex=resident.sex,
        address=resident.address,
        impression=resident.seal_impression,
    )


def tax_items(standing: Standing, tax_year: int, instant: datetime) -> TaxItems:
    record = tax_record(standing, tax_year, instant)
    items = TaxItems(
        name=record.name,
        address=record.address,
        birth_date=record.birth_date,
        tax_year=record.tax_year,
        incomes=record.incomes,
        taxable_base_yen=record.taxable_base_yen,
        deductions=record.deductions,
        dependents=record.dependents,
    )
    if record.HasField("assessed"):
        items.assessed.CopyFrom(record.assessed)
    else:
        items.not_taxable = True
    return items
