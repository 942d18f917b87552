"""What the fictitious city is made of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from functools import cached_property

from kofu.v1.register_pb2 import KosekiRecord, ResidentRecord, SealImpression, TaxRecord


class CardState(Enum):
    """What is the matter with a card's user authentication certificate. [1.8]"""

    VALID = "valid"
    """Genuine, in its period, good by the responder."""
    REVOKED = "revoked"
    """Genuine, in its period, revoked by the responder."""
    SUSPENDED = "suspended"
    """Genuine, in its period, on hold (certificateHold) by the responder."""
    EXPIRED = "expired"
    """Genuine, good by the responder, its period past."""
    FORGED = "forged"
    """Signed by another key under the authority's name; the serial it bears is good by the responder."""
    UNKNOWN = "unknown"
    """Signed by the authority, but the responder does not know the serial."""
    NO_CERTIFICATE = "no-certificate"
    """A card that holds no user authentication certificate."""


@dataclass(frozen=True, repr=False)
class Card:
    """A My Number Card.

    card_id: its label in the card box. serial: of its certificate, lower-case hex without leading zeros, empty where it
    has none. pin: four digits, empty on a card for face authentication alone.
    valid_from, valid_until: the certificate's period, aware, whole seconds, both inclusive.
    """

    card_id: str
    serial: str
    pin: str
    state: CardState
    valid_from: datetime
    valid_until: datetime

    def __repr__(self) -> str:
        """No PIN and no serial: this text ends up in logs."""
        return f"Card({self.card_id}, {self.state.value})"


@dataclass(frozen=True, repr=False)
class Citizen:
    """One fictitious person with every record of theirs. The records are shared messages: copy before changing one.

    key: the resident key, or a key of the same shape with the letter x for a person who is no resident.
    resident: None for a non-resident whose koseki is here. tax: None where there is no record.
    koseki: None where the register is kept elsewhere. koseki_member: the place in it, counted from 1.
    card: the card in hand. labels: the families that the person was planted in. former_card: the card before a renewal.
    """

    key: str
    resident: ResidentRecord | None
    tax: TaxRecord | None
    koseki: KosekiRecord | None
    koseki_member: int | None
    card: Card | None
    labels: frozenset[str]
    former_card: Card | None = None

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        """No personal item: this text ends up in logs."""
        return f"Citizen({self.key}, {', '.join(sorted(self.labels))})"

    @property
    def name(self) -> str:
        """The name in the resident register, or in the koseki for a person who is no resident."""
        if self.resident is not None:
            return self.resident.name
        assert self.koseki is not None
        assert self.koseki_member is not None
        return self.koseki.members[self.koseki_member - 1].name

    def cards(self) -> Iterator[Card]:
        """Every card of the person, the one in hand first."""
        yield from (card for card in (self.card, self.former_card) if card is not None)


class LeavingMember(StrEnum):
    """What the rest of a household may get of a member who has notified moving out, until that day: the city's choice.

    The member alone gets nothing in any case. [2.6, decision]
    """

    SHOWN = "shown"
    """Such a member still lives in the household."""
    LEFT_OUT = "left_out"
    """Such a member is none of the household any more, as on the day after."""
    REFUSED = "refused"
    """What would show such a member is refused."""


@dataclass(frozen=True, repr=False)
class City:
    """The fictitious city of one seed.

    citizens: everyone, residents first. registers: every family register of the city.
    replaced_impressions: by resident key, the seal impression that a later registration replaced or a cancellation
    ended; it must never be printed again.
    leaving_member: what the city has chosen for households of which one is about to leave.
    """

    seed: int
    municipality_code: str
    citizens: tuple[Citizen, ...]
    registers: tuple[KosekiRecord, ...]
    replaced_impressions: dict[str, SealImpression] = field(default_factory=dict)
    leaving_member: LeavingMember = LeavingMember.SHOWN

    def __repr__(self) -> str:
        return f"City(seed={self.seed}, municipality_code={self.municipality_code}, citizens={len(self.citizens)})"

    @cached_property
    def _families(self) -> dict[str, tuple[Citizen, ...]]:
        families: dict[str, list[Citizen]] = {}
        for citizen in self.citizens:
            for label in citizen.labels:
                families.setdefault(label, []).append(citizen)
        return {label: tuple(families[label]) for label in sorted(families)}

    @cached_property
    def _holders(self) -> dict[str, Citizen]:
        return {card.serial: citizen for citizen in self.citizens for card in citizen.cards() if card.serial}

    @cached_property
    def _keys(self) -> dict[str, Citizen]:
        return {citizen.key: citizen for citizen in self.citizens}

    @cached_property
    def _households(self) -> dict[str, tuple[Citizen, ...]]:
        households: dict[str, list[Citizen]] = {}
        for citizen in self.citizens:
            if citizen.resident is not None:
                households.setdefault(citizen.resident.control.household_key, []).append(citizen)
        return {key: tuple(sorted(members, key=_member_number)) for key, members in households.items()}

    @property
    def labels(self) -> tuple[str, ...]:
        """Every family that stands in this city, in alphabetical order."""
        return tuple(self._families)

    def family(self, label: str) -> tuple[Citizen, ...]:
        """The citizens planted under a label. Raises LookupError for a label that no citizen has."""
        if label not in self._families:
            raise LookupError(f"family: no citizen is labelled {label!r}; the labels are {', '.join(self.labels)}")
        return self._families[label]

    def by_serial(self, serial: str) -> Citizen:
        """The citizen whose card, in hand or former, bears this certificate serial (lower-case hex).

        Whether a register is linked to the serial stands in the records, not here.
        Raises LookupError where no card bears it.
        """
        if serial not in self._holders:
            raise LookupError(f"serial: no card of the city bears {serial!r}")
        return self._holders[serial]

    def by_key(self, key: str) -> Citizen:
        """The citizen with this key. Raises LookupError where there is none."""
        if key not in self._keys:
            raise LookupError(f"key: no citizen has the key {key!r}")
        return self._keys[key]

    def household(self, household_key: str) -> tuple[Citizen, ...]:
        """Everyone recorded in a household, by member number, also those who died or moved out."""
        return self._households[household_key]


def _member_number(citizen: Citizen) -> int:
    assert citizen.resident is not None
    return citizen.resident.control.member_number
