"""The cards of the citizens and the links from registers to them. [1.8, 2.6]"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from kofu.v1.common_pb2 import Holder
from kofu_spec.city.model import Card, CardState
from kofu_spec.city.plan import BASE_DAY, CardStory, Person, Plan
from kofu_spec.pki.issuer import ISSUER_KEY_ID

JST = timezone(timedelta(hours=9), "JST")
DAY_END = timedelta(hours=23, minutes=59, seconds=59)


@dataclass(frozen=True)
class Wallet:
    """The card in hand, the card before it, and what the registers are linked to."""

    card: Card | None
    former_card: Card | None
    holders: list[Holder]


def wallet(plan: Plan, person: Person, number: int) -> Wallet:
    """The cards of a person; number tells their labels apart.

    A link to a revoked, suspended, expired, forged or unknown certificate stands: only the center's check refuses it.
    """
    if person.card_story is CardStory.NONE:
        return Wallet(None, None, [])
    serial = plan.numbers.serial() if person.card_state is not CardState.NO_CERTIFICATE else ""
    valid_from, valid_until = _period(plan, person)
    card_id = f"card-{number:08d}"
    pin = plan.numbers.pin()
    if person.card_story is CardStory.WITHOUT_PIN:
        pin = ""
    card = Card(card_id, serial, pin, person.card_state, valid_from, valid_until)
    former = None
    if person.card_story is CardStory.RENEWED:
        former = Card(f"{card_id}-former", plan.numbers.serial(), card.pin, CardState.REVOKED, valid_from, valid_until)
    # A mis-linked card: the register names a serial that no card bears.
    linked = plan.numbers.serial() if person.card_story is CardStory.MISLINKED else serial
    holders = [Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=linked)] if linked else []
    return Wallet(card, former, holders)


def _period(plan: Plan, person: Person) -> tuple[datetime, datetime]:
    """Longer than a real certificate's five years, so that a clock set to any day of the service finds it valid."""
    begins = datetime(2016, 1, 4, 9, 0, tzinfo=JST) + timedelta(days=plan.random.randrange(900))
    ends = datetime(2046, 1, 4, tzinfo=JST) + timedelta(days=plan.random.randrange(900)) + DAY_END
    base_day = datetime(BASE_DAY.year, BASE_DAY.month, BASE_DAY.day, tzinfo=JST)
    if person.card_state is CardState.EXPIRED:
        ends = base_day - timedelta(days=plan.random.choice((1, 1, 30, 400))) + DAY_END
    elif person.card_story is CardStory.EXPIRING:
        ends = base_day + DAY_END
    return begins.astimezone(UTC), ends.astimezone(UTC)
