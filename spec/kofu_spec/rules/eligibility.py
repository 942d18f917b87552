"""Who gets what: the items that a document must carry, or the reason of the refusal. [1.3, 1.9, 2.8, 2.9]

Hours are the business of `calendar`. A person is whoever the link of the card's certificate names, never a name:
the fed link of the resident register for residents' kinds, the koseki system's own for the koseki kinds.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar, cast

from kofu.v1.common_pb2 import Application, CertificateKind, Holder, RecordedDate, ResidenceOptions
from kofu.v1.document_pb2 import KosekiItems, ResidenceItems, SealItems, TaxItems
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import KosekiRecord, ResidenceState, ResidentRecord, TaxRecord
from kofu_spec.city import Citizen, City, LeavingMember
from kofu_spec.rules import items
from kofu_spec.rules.calendar import in_japan
from kofu_spec.rules.tax_year import current_tax_year, refusal_of_year

Items = ResidenceItems | SealItems | TaxItems | KosekiItems

MINIMUM_AGE_YEARS = 15

Linked = TypeVar("Linked")

_LIVING_HERE = frozenset({ResidenceState.RESIDENCE_STATE_RESIDENT, ResidenceState.RESIDENCE_STATE_LEAVING})


def expected(city: City, applicant: Citizen, application: Application, now: datetime) -> "Reason | Items":
    """What the applicant's card with the right PIN yields at an aware instant: the items of the document, or a reason.

    The records are the city's, the applicant's own being taken from `applicant`, so that a changed record can be
    asked about. The checks stand in the order in which a conforming system makes them.
    """
    # WHO ASKS
    today = in_japan(now).date()
    citizens = [applicant if citizen.key == applicant.key else citizen for citizen in city.citizens]
    residents = [citizen.resident for citizen in citizens if citizen.resident is not None]
    resident = _linked(residents, applicant, lambda record: record.control.holders)

    # WHAT IS ASKED FOR; the koseki kinds have an applicant of their own
    match application.WhichOneof("certificate"):
        case None:
            return Reason.REASON_INVALID_REQUEST
        case "koseki_all_matters":
            return _koseki(_registers(city, applicant), applicant, resident, None, today)
        case "koseki_individual_matters":
            numbers = application.koseki_individual_matters.member_numbers
            return _koseki(_registers(city, applicant), applicant, resident, numbers, today)

    # MAY THEY
    if resident is None:
        return Reason.REASON_APPLICANT_NOT_FOUND
    if (reason := _refusal_of_resident(resident, today)) is not None:
        return reason

    # WHAT IS ISSUED
    match application.WhichOneof("certificate"):
        case "residence_certificate":
            return _residence(city, residents, resident, application.residence_certificate)
        case "residence_record_items":
            return _residence(city, residents, resident, application.residence_record_items)
        case "seal_registration":
            return _seal(resident)
    taxes = [citizen.tax for citizen in citizens if citizen.tax is not None]
    return _tax(taxes, resident, application.tax_assessment.tax_year, today)


def kind_of(application: Application) -> "CertificateKind":
    """The kind that an application asks for; an empty one raises ValueError."""
    name = application.WhichOneof("certificate")
    if name is None:
        raise ValueError("application: must name a certificate; set one of its kinds")
    return cast("CertificateKind", CertificateKind.Value(f"CERTIFICATE_KIND_{name.upper()}"))


def is_old_enough(birth_date: RecordedDate, today: date) -> bool:
    """Whether a person has reached 15 on a day in Japan.

    By law an age is reached at the end of the day before the birthday, that is, when the birthday begins; one born
    on 29 February reaches it on 1 March of a common year. A partly known date counts as the last day that it may
    mean; one of which nothing is known is no ground to refuse. [1.8, decision]
    """
    match birth_date.WhichOneof("known"):
        case "exact":
            born = birth_date.exact
            year, month, day = born.year, born.month, born.day
        case "partial":
            year, month = birth_date.partial.year, birth_date.partial.month or 12
            day = monthrange(year, month)[1]
        case _:
            return True
    # As (month, day) pairs, 29 February lies after 28 February and before 1 March in every year.
    return (today.year, today.month, today.day) >= (year + MINIMUM_AGE_YEARS, month, day)


def _refusal_of_resident(applicant: ResidentRecord, today: date) -> "Reason | None":
    """Why nothing of the resident register or the tax records is issued to this person."""
    control = applicant.control
    if control.state not in _LIVING_HERE:
        return Reason.REASON_APPLICANT_NOT_FOUND
    if control.state == ResidenceState.RESIDENCE_STATE_LEAVING or control.blocks:
        return Reason.REASON_ISSUE_BLOCKED
    if not is_old_enough(applicant.birth_date, today):
        return Reason.REASON_UNDER_AGE
    return None


def counts_for_household(city: City, resident: ResidentRecord) -> bool:
    """Whether a person of a household is one of those whom its residence documents are about. [2.6, decision]"""
    is_leaving = resident.control.state == ResidenceState.RESIDENCE_STATE_LEAVING
    gone_already = is_leaving and city.leaving_member is LeavingMember.LEFT_OUT
    return resident.control.state in _LIVING_HERE and not gone_already


def _residence(
    city: City, residents: Sequence[ResidentRecord], applicant: ResidentRecord, options: ResidenceOptions
) -> "Reason | ResidenceItems":
    """Residence certificate or certificate of residence-record items, for self and same household."""
    # WHAT IS ASKED FOR
    if options.whole_household and options.member_numbers:
        return Reason.REASON_INVALID_REQUEST

    # WHAT IS LOOKED UP
    household = {
        person.control.member_number: person
        for person in sorted(residents, key=lambda person: person.control.member_number)
        if person.control.household_key == applicant.control.household_key and counts_for_household(city, person)
    }
    numbers = list(household) if options.whole_household else sorted(options.member_numbers)

    # MAY THEY
    if not household.keys() >= set(numbers):
        return Reason.REASON_PERSON_NOT_PERMITTED
    shown = [household[number] for number in numbers] or [applicant]
    if any(person.control.blocks or _blocks_by_leaving(city, person) for person in shown):
        return Reason.REASON_ISSUE_BLOCKED

    # WHAT IS ISSUED
    return items.residence(shown, options)


def _blocks_by_leaving(city: City, person: ResidentRecord) -> bool:
    is_leaving = person.control.state == ResidenceState.RESIDENCE_STATE_LEAVING
    return is_leaving and city.leaving_member is LeavingMember.REFUSED


def _seal(applicant: ResidentRecord) -> "Reason | SealItems":
    """Seal registration certificate, of a live registration."""
    if not applicant.HasField("seal_impression"):
        return Reason.REASON_NO_SEAL_REGISTRATION
    return items.seal(applicant)


def _tax(records: Iterable[TaxRecord], applicant: ResidentRecord, asked_year: int, today: date) -> "Reason | TaxItems":
    """Tax assessment certificate, of the current year only."""
    own = {record.tax_year: record for record in records if record.resident_key == applicant.control.resident_key}
    if (reason := refusal_of_year(asked_year, own, today)) is not None:
        return reason
    return items.tax(own[current_tax_year(today)])


def _koseki(
    registers: Iterable[KosekiRecord],
    applicant: Citizen,
    resident: ResidentRecord | None,
    numbers: Sequence[int] | None,
    today: date,
) -> "Reason | KosekiItems":
    """Koseki certificate; `numbers` None asks for all matters, an empty one for the applicant's own.

    Where the applicant lives does not matter, but death and blocks in the resident register close the koseki too.
    """
    # MAY THEY, by the resident register
    if resident is not None and resident.control.state == ResidenceState.RESIDENCE_STATE_DECEASED:
        return Reason.REASON_APPLICANT_NOT_FOUND
    if resident is not None and resident.control.blocks:
        return Reason.REASON_ISSUE_BLOCKED

    # WHO ASKS, by the koseki's own link
    entries = [(register, member) for register in registers for member in register.members if not member.removed]
    entry = _linked(entries, applicant, lambda entry: entry[1].holders)
    if entry is None:
        return Reason.REASON_APPLICANT_NOT_FOUND
    register, own = entry

    # MAY THEY
    if not is_old_enough(own.birth_date, today):
        return Reason.REASON_UNDER_AGE

    members = dict(enumerate(register.members, start=1))
    asked = list(members) if numbers is None else sorted(numbers)
    if not members.keys() >= set(asked):
        return Reason.REASON_PERSON_NOT_PERMITTED
    if register.filing_in_progress:
        return Reason.REASON_KOSEKI_FILING_IN_PROGRESS

    # WHAT IS ISSUED
    return items.koseki(register, [members[number] for number in asked] or [own])


def _registers(city: City, applicant: Citizen) -> list[KosekiRecord]:
    """The registers of the city, the applicant's own in place of the one with the same key."""
    if applicant.koseki is None:
        return list(city.registers)
    own = applicant.koseki
    return [own, *(register for register in city.registers if register.koseki_key != own.koseki_key)]


def _linked(
    records: Iterable[Linked], applicant: Citizen, holders: Callable[[Linked], Iterable[Holder]]
) -> Linked | None:
    """The one record that is linked to the applicant's certificate; None where there is none, or more than one."""
    if applicant.card is None:
        return None
    serial = applicant.card.serial
    found = [record for record in records if any(holder.certificate_serial == serial for holder in holders(record))]
    return found[0] if len(found) == 1 else None
