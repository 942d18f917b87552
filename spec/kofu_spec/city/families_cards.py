"""Cards that are not as they should be. [1.8]"""

from kofu_spec.city.lineage import single
from kofu_spec.city.model import CardState
from kofu_spec.city.plan import CardStory, Plan

PERSONS_A_STATE = 3

STATE_LABELS = {
    "card-revoked": CardState.REVOKED,
    "card-suspended": CardState.SUSPENDED,
    "card-expired": CardState.EXPIRED,
    "card-forged": CardState.FORGED,
    "card-unknown": CardState.UNKNOWN,
    "card-without-certificate": CardState.NO_CERTIFICATE,
}


def plant_card_states(plan: Plan) -> None:
    """Persons in good standing whose card alone must be refused."""
    for label, state in STATE_LABELS.items():
        for _ in range(PERSONS_A_STATE):
            single(plan, label).card_state = state


def plant_renewed_cards(plan: Plan) -> None:
    """Two cards a person: the former is revoked and no longer linked."""
    for _ in range(PERSONS_A_STATE):
        single(plan, "card-renewed").card_story = CardStory.RENEWED


def plant_mislinked_cards(plan: Plan) -> None:
    """The register is linked to a serial that no card bears: the card in hand finds nobody, above all not another."""
    for _ in range(2):
        single(plan, "card-mislinked").card_story = CardStory.MISLINKED


def plant_expiring_cards(plan: Plan) -> None:
    """Certificates whose last day is the base day."""
    for _ in range(2):
        single(plan, "card-expiring").card_story = CardStory.EXPIRING


def plant_cards_without_pin(plan: Plan) -> None:
    """Cards for face authentication alone: the certificate is good, and there is no PIN to type."""
    for _ in range(PERSONS_A_STATE):
        single(plan, "card-without-pin").card_story = CardStory.WITHOUT_PIN


CARD_FAMILIES = (
    plant_card_states,
    plant_renewed_cards,
    plant_mislinked_cards,
    plant_expiring_cards,
    plant_cards_without_pin,
)
