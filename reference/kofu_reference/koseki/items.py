"""What a koseki certificate shows of a register. [2.2]"""

from kofu.v1.common_pb2 import Application
from kofu.v1.document_pb2 import KosekiItems, KosekiPersonItems
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import KosekiMember
from kofu_reference.koseki.register import Entry
from kofu_reference.runtime import Refusal


def items_for(application: Application, entry: Entry) -> KosekiItems:
    """The whole register, or the members asked for in the register's order; nobody named means the applicant.

    Raises REASON_PERSON_NOT_PERMITTED for a number that is not in the register, then
    REASON_KOSEKI_FILING_IN_PROGRESS where a filing of anybody in it is being processed.
    """
    koseki = entry.koseki
    if application.HasField("koseki_all_matters"):
        members = list(koseki.members)
    else:
        numbers = sorted(application.koseki_individual_matters.member_numbers)
        if any(number > len(koseki.members) for number in numbers):
            raise Refusal(Reason.REASON_PERSON_NOT_PERMITTED)
        members = [koseki.members[number - 1] for number in numbers] or [entry.member]
    if koseki.filing_in_progress:
        raise Refusal(Reason.REASON_KOSEKI_FILING_IN_PROGRESS)
    return KosekiItems(
        registered_domicile=koseki.registered_domicile,
        head_of_register=koseki.head_of_register,
        created_on=koseki.created_on,
        persons=[_person(member) for member in members],
    )


def _person(member: KosekiMember) -> KosekiPersonItems:
    return KosekiPersonItems(
        name=member.name,
        birth_date=member.birth_date,
        spouse_category=member.spouse_category,
        father_name=member.father_name,
        mother_name=member.mother_name,
        adoptive_father_name=member.adoptive_father_name,
        adoptive_mother_name=member.adoptive_mother_name,
        relationship_to_parents=member.relationship_to_parents,
        birthplace=member.birthplace,
        events=member.events,
        removed=member.removed,
    )
