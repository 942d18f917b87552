"""Whether the applicant may have what is asked for, and whose records it shows. [1.8, 1.9, 2.1, 2.8]"""

from datetime import datetime
from typing import Final

from kofu.v1.common_pb2 import Application, CertificateKind, ResidenceOptions
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidenceState, ResidentRecord, TaxRecord
from kofu_reference.issuing.register import Standing
from kofu_reference.municipality.age import is_of_age
from kofu_reference.runtime import JST, Refusal
from kofu_spec.city import LeavingMember

TAX_SWITCH: Final = (6, 1)
"""Month and day from which the tax year that began on 1 April is the current one: the city's choice. [1.9]"""

_KIND_OF: Final = {
    "residence_certificate": CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE,
    "residence_record_items": CertificateKind.CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS,
    "seal_registration": CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION,
    "tax_assessment": CertificateKind.CERTIFICATE_KIND_TAX_ASSESSMENT,
    "koseki_all_matters": CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS,
    "koseki_individual_matters": CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS,
}
_KOSEKI: Final = frozenset({"koseki_all_matters", "koseki_individual_matters"})

_HERE: Final = (ResidenceState.RESIDENCE_STATE_RESIDENT, ResidenceState.RESIDENCE_STATE_LEAVING)


def kind_of(application: Application) -> CertificateKind:
    """The kind applied for. Raises REASON_KIND_NOT_OFFERED for one that is not issued. [1.3]"""
    kind = _KIND_OF.get(application.WhichOneof("certificate") or "")
    if kind is None:
        raise Refusal(Reason.REASON_KIND_NOT_OFFERED)
    return kind


def check_koseki_applicant(standing: Standing | None) -> None:
    """Death and blocks in the resident register close the koseki too; living elsewhere does not. [2.8]"""
    if standing is None:
        return
    control = standing.resident.control
    if control.state == ResidenceState.RESIDENCE_STATE_DECEASED:
        raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)
    if control.blocks:
        raise Refusal(Reason.REASON_ISSUE_BLOCKED)


def check_applicant(standing: Standing, instant: datetime) -> None:
    """Raises the refusal of a person who may have nothing here: gone, blocked, too young."""
    control = standing.resident.control
    if control.state not in _HERE:
        raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)
    if control.state != ResidenceState.RESIDENCE_STATE_RESIDENT or control.blocks:
        raise Refusal(Reason.REASON_ISSUE_BLOCKED)
    if not is_of_age(standing.resident.birth_date, instant.astimezone(JST).date()):
        raise Refusal(Reason.REASON_UNDER_AGE)


def persons_shown(standing: Standing, options: ResidenceOptions, leaving: LeavingMember) -> list[ResidentRecord]:
    """The members of the household whom a residence document is to show; `leaving`: what the city has chosen for
    those of them who have notified moving out. [2.6, 2.8]"""
    counted = {ResidenceState.RESIDENCE_STATE_RESIDENT} if leaving is LeavingMember.LEFT_OUT else set(_HERE)
    living = {member.control.member_number: member for member in standing.household if member.control.state in counted}
    if options.whole_household:
        if options.member_numbers:
            raise Refusal(Reason.REASON_INVALID_REQUEST, field="member_numbers", rule="empty with whole_household")
        shown = list(living.values())
    elif options.member_numbers:
        if any(number not in living for number in options.member_numbers):
            raise Refusal(Reason.REASON_PERSON_NOT_PERMITTED)
        shown = [living[number] for number in sorted(options.member_numbers)]
    else:
        shown = [standing.resident]
    if any(member.control.blocks for member in shown):
        raise Refusal(Reason.REASON_ISSUE_BLOCKED)
    states = {member.control.state for member in shown}
    if leaving is LeavingMember.REFUSED and ResidenceState.RESIDENCE_STATE_LEAVING in states:
        raise Refusal(Reason.REASON_ISSUE_BLOCKED)
    return shown


def current_tax_year(instant: datetime) -> int:
    """The tax year whose certificates are issued at an instant. [1.9]"""
    today = instant.astimezone(JST).date()
    return today.year if (today.month, today.day) >= TAX_SWITCH else today.year - 1


def tax_record(standing: Standing, tax_year: int, instant: datetime) -> TaxRecord:
    """The record of the current tax year; 0 asks for the current one. [1.9]"""
    current = current_tax_year(instant)
    own = next((record for record in standing.taxes if record.tax_year == current), None)
    if own is None:
        raise Refusal(Reason.REASON_NO_TAX_RECORD)
    if tax_year not in (0, current):
        raise Refusal(Reason.REASON_NOT_CURRENT_TAX_YEAR)
    return own


def is_koseki(application: Application) -> bool:
    """Whether the koseki system has to be asked. [2.9]"""
    return application.WhichOneof("certificate") in _KOSEKI
