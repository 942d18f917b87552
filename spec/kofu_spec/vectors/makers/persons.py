"""A small city made from what an eligibility vector says of the applicant and the people around."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import ParseDict

from kofu.v1.common_pb2 import CivilDate, Holder, RecordedDate
from kofu.v1.register_pb2 import (
    KosekiMember,
    KosekiRecord,
    ResidentControl,
    ResidentRecord,
    SealImpression,
    TaxAmount,
    TaxRecord,
)
from kofu_spec.city import Card, CardState, Citizen, City, LeavingMember
from kofu_spec.pki.issuer import ISSUER_KEY_ID

APPLICANT_SERIAL = "a1"
HOUSEHOLD = "h00000001"
MUNICIPALITY = "992011"
ADULT: dict[str, Any] = {"exact": {"year": 1980, "month": 3, "day": 12}}

_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
_SEAL = SealImpression(
    png=b"\x89PNG\r\n\x1a\n" + bytes(60),
    width_hundredth_mm=1500,
    height_hundredth_mm=1500,
    registered_on=CivilDate(year=2020, month=1, day=1),
    registration_number="00000001",
)
_HOLDER = Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=APPLICANT_SERIAL)


def city_of(given: Mapping[str, Any]) -> tuple[City, Citizen]:
    """The city that a vector describes, and the applicant in it."""
    household = [_citizen(person, given) for person in given["household"]]
    registers = () if given["koseki"] is None else (_register(given["koseki"]),)
    applicant = next((each for each in household if each.card is not None), None)
    if applicant is None:
        applicant = Citizen("x00000001", None, None, None, None, _card(), frozenset())
        household.append(applicant)
    chosen = LeavingMember(given["leaving_member"])
    return City(0, MUNICIPALITY, tuple(household), registers, leaving_member=chosen), applicant


def number_in(name: str) -> int:
    """The member number of a person of such a city, who is named for it."""
    return int(name.removeprefix("第"))


def _citizen(person: Mapping[str, Any], given: Mapping[str, Any]) -> Citizen:
    number, linked = person["number"], person.get("linked", False)
    key = f"r{number:08d}"
    resident = ResidentRecord(
        name=f"第{number}",
        householder="第1",
        address="架空市見本町1番地",
        birth_date=ParseDict(person["birth_date"], RecordedDate()),
        relationship="世帯主" if number == 1 else "子",
        individual_number="000000000000",
        seal_impression=_SEAL if person.get("seal") else None,
        control=ResidentControl(
            resident_key=key,
            household_key=HOUSEHOLD if person.get("same_household", True) else "h00000002",
            member_number=number,
            holders=[_HOLDER] if linked else [],
            state=f"RESIDENCE_STATE_{person['state']}",
            blocks=[f"ISSUE_BLOCK_{block}" for block in person["blocks"]],
        ),
    )
    year = person.get("tax_year")
    tax = None if year is None else _tax(number, key, year)
    # Of several persons with the same link the first is the one who stands at the kiosk.
    is_applicant = linked and not any(other.get("linked") for other in given["household"] if other["number"] < number)
    return Citizen(key, resident, tax, None, None, _card() if is_applicant else None, frozenset())


def _card() -> Card:
    return Card("card-00000001", APPLICANT_SERIAL, "1234", CardState.VALID, _FROM, _UNTIL)


def _tax(number: int, key: str, year: int) -> TaxRecord:
    return TaxRecord(
        name=f"第{number}",
        address="架空市見本町1番地",
        birth_date=ParseDict(ADULT, RecordedDate()),
        tax_year=year,
        assessed=TaxAmount(city_tax_yen=3000, prefectural_tax_yen=1000, total_yen=4000),
        resident_key=key,
    )


def _register(koseki: Mapping[str, Any]) -> KosekiRecord:
    return KosekiRecord(
        registered_domicile="架空市見本町1番地",
        head_of_register="第1",
        created_on=ParseDict(ADULT, RecordedDate()),
        koseki_key="k00000001",
        filing_in_progress=koseki["filing_in_progress"],
        members=[
            KosekiMember(
                name=f"第{member['number']}",
                birth_date=ParseDict(member["birth_date"], RecordedDate()),
                relationship_to_parents="長男",
                removed=member["removed"],
                holders=[_HOLDER] if member["linked"] else [],
            )
            for member in koseki["members"]
        ],
    )
