"""What a citizen may wish for, as a case holds it: bound to an application once it is known who plays."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kofu.v1.common_pb2 import (
    Application,
    KosekiAllOptions,
    KosekiIndividualOptions,
    ResidenceOptions,
    SealOptions,
    TaxOptions,
)
from kofu_conformance.oracles.documents import due
from kofu_spec.city import CardState, Citizen, City
from kofu_spec.city.names import NOT_IN_FONT
from kofu_spec.rules.eligibility import counts_for_household


class Kind(StrEnum):
    """The six documents, by their names in `Application`. [1.3]"""

    RESIDENCE_CERTIFICATE = "residence_certificate"
    RESIDENCE_RECORD_ITEMS = "residence_record_items"
    SEAL_REGISTRATION = "seal_registration"
    TAX_ASSESSMENT = "tax_assessment"
    KOSEKI_ALL_MATTERS = "koseki_all_matters"
    KOSEKI_INDIVIDUAL_MATTERS = "koseki_individual_matters"

    @property
    def is_residence(self) -> bool:
        """Whether it is one of the two residence documents."""
        return self in (Kind.RESIDENCE_CERTIFICATE, Kind.RESIDENCE_RECORD_ITEMS)

    @property
    def is_koseki(self) -> bool:
        """Whether the koseki system makes it."""
        return self in (Kind.KOSEKI_ALL_MATTERS, Kind.KOSEKI_INDIVIDUAL_MATTERS)


class Members(StrEnum):
    """Of whom, where a kind lets one choose: members of the household or of the register."""

    SELF = "self"
    """Nobody named: the applicant."""
    SELF_NAMED = "self, named"
    ONE_OTHER = "one other"
    """The first other member; in a household or register of one, the applicant."""
    ALL_NAMED = "all, named"
    WHOLE = "whole"
    """The whole household; of a register, all named."""
    STRANGER = "a stranger"
    """A number that nobody has."""


@dataclass(frozen=True)
class Wish:
    """A kind with its options."""

    kind: Kind
    members: Members = Members.SELF
    domicile: bool = False
    relationship: bool = False
    individual_number: bool = False
    tax_year: int = 0

    def __str__(self) -> str:
        chosen = [name for name in ("domicile", "relationship", "individual_number") if getattr(self, name)]
        about = [self.members.value, *chosen] if self.kind.is_residence or self.kind.is_koseki else chosen
        year = [str(self.tax_year)] if self.tax_year else []
        return f"{self.kind.value}{' of ' + ', '.join(about + year) if about or year else ''}"

    def application(self, city: City, citizen: Citizen) -> Application:
        """The application that this citizen makes."""
        match self.kind:
            case Kind.RESIDENCE_CERTIFICATE:
                return Application(residence_certificate=self._residence(city, citizen))
            case Kind.RESIDENCE_RECORD_ITEMS:
                return Application(residence_record_items=self._residence(city, citizen))
            case Kind.SEAL_REGISTRATION:
                return Application(seal_registration=SealOptions())
            case Kind.TAX_ASSESSMENT:
                return Application(tax_assessment=TaxOptions(tax_year=self.tax_year))
            case Kind.KOSEKI_ALL_MATTERS:
                return Application(koseki_all_matters=KosekiAllOptions())
            case Kind.KOSEKI_INDIVIDUAL_MATTERS:
                numbers = _register(self, citizen)
                return Application(koseki_individual_matters=KosekiIndividualOptions(member_numbers=numbers))

    def _residence(self, city: City, citizen: Citizen) -> ResidenceOptions:
        return ResidenceOptions(
            member_numbers=_household(self, city, citizen),
            whole_household=self.members is Members.WHOLE,
            show_domicile=self.domicile,
            show_relationship=self.relationship,
            show_individual_number=self.individual_number,
        )


def wishes(kind: Kind | None = None) -> SearchStrategy[Wish]:
    """Wishes that a household or register can fulfil, of one kind or of any."""
    kinds = st.just(kind) if kind is not None else st.sampled_from(Kind)
    return kinds.flatmap(_wishes_of)


def _wishes_of(kind: Kind) -> SearchStrategy[Wish]:
    mine = st.sampled_from([one for one in Members if one is not Members.STRANGER])
    if kind.is_residence:
        return st.builds(
            Wish,
            st.just(kind),
            mine,
            domicile=st.booleans(),
            relationship=st.booleans(),
            individual_number=st.booleans(),
        )
    if kind is Kind.KOSEKI_INDIVIDUAL_MATTERS:
        return st.builds(Wish, st.just(kind), mine)
    return st.just(Wish(kind))


def can_have(city: City, wish: Wish, now: datetime) -> Callable[[Citizen], bool]:
    """Whether a citizen can have it at that instant: a good card, and by the specification a document is due."""

    def suited(citizen: Citizen) -> bool:
        card = citizen.card
        if card is None or card.state is not CardState.VALID or not card.valid_from <= now <= card.valid_until:
            return False
        try:
            found = due(city, citizen, wish.application(city, citizen), now)
        except ValueError:
            return False
        return not any(NOT_IN_FONT in string for string in found.strings)

    return suited


def _household(wish: Wish, city: City, citizen: Citizen) -> list[int]:
    if citizen.resident is None or wish.members in (Members.SELF, Members.WHOLE):
        return []
    own = citizen.resident.control.member_number
    living = [
        one.resident.control.member_number
        for one in city.household(citizen.resident.control.household_key)
        if one.resident is not None and counts_for_household(city, one.resident)
    ]
    return _numbers(wish.members, own, living)


def _register(wish: Wish, citizen: Citizen) -> list[int]:
    if citizen.koseki is None or citizen.koseki_member is None or wish.members is Members.SELF:
        return []
    return _numbers(wish.members, citizen.koseki_member, list(range(1, len(citizen.koseki.members) + 1)))


def _numbers(members: Members, own: int, everyone: list[int]) -> list[int]:
    match members:
        case Members.SELF_NAMED:
            return [own]
        case Members.ONE_OTHER:
            return [next((number for number in everyone if number != own), own)]
        case Members.STRANGER:
            return [max([own, *everyone]) + 1]
    return everyone
