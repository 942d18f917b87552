"""A second city of the same issuing system, which the suite feeds, and whose people's cards belong to others here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from kofu.v1.register_pb2 import ResidenceState, ResidentRecord
from kofu_conformance.profile import Area
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.issuing import holder_of
from kofu_spec.city import CardState, Citizen, City, make_city

RESIDENTS = 60
OLD_ENOUGH = date(1999, 1, 1)
"""Whoever was born before was of age when the neighbour's service began."""


@dataclass(frozen=True)
class Neighbour:
    """The city as fed. `pairs`: a citizen of the city under test, and the one of this city who holds the same card."""

    area: Area
    city: City
    pairs: tuple[tuple[Citizen, Citizen], ...]
    alone: tuple[Citizen, ...]
    """Of this city, with cards that nobody of the city under test holds."""


@contextmanager
def neighbour(chain: Chain) -> Iterator[Neighbour]:
    """The neighbour city, fed for as long as the block lasts; the same at every time."""
    area = chain.profile.areas[0]
    made = make_city(chain.profile.city.seed + 1, RESIDENTS, area.municipality_code)
    theirs = [citizen for citizen in made.citizens if _is_plain(citizen)]
    ours = [citizen for citizen in chain.city.citizens if _is_plain(citizen)]
    half = len(theirs) // 2
    pairs = tuple((one, _linked(other, one)) for one, other in zip(ours, theirs[:half], strict=False))
    changed = {other.key: other for _, other in pairs}
    city = replace(made, citizens=tuple(changed.get(one.key, one) for one in made.citizens))
    residents = [citizen.resident for citizen in city.citizens if citizen.resident is not None]
    chain.story.step(f"the city {area.municipality_code} feeds {len(residents)} residents")
    with chain.relay_of(area).feeding(residents):
        yield Neighbour(area, city, pairs, tuple(theirs[half:]))


def _is_plain(citizen: Citizen) -> bool:
    """Whether documents are due to the citizen at any time since 2019."""
    card, resident = citizen.card, citizen.resident
    if card is None or resident is None or "plain" not in citizen.labels:
        return False
    born = resident.birth_date.exact
    return (
        card.state is CardState.VALID
        and resident.control.state == ResidenceState.RESIDENCE_STATE_RESIDENT
        and not resident.control.blocks
        and born.year > 0
        and date(born.year, born.month, born.day) < OLD_ENOUGH
    )


def _linked(citizen: Citizen, holder: Citizen) -> Citizen:
    """The citizen as linked to somebody else's card."""
    assert citizen.resident is not None
    record = ResidentRecord.FromString(citizen.resident.SerializeToString())
    del record.control.holders[:]
    record.control.holders.append(holder_of(holder))
    return replace(citizen, resident=record, card=holder.card)
