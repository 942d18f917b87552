"""The planted families, in the order in which they are planted."""

from collections.abc import Callable

from kofu_spec.city.families_cards import CARD_FAMILIES
from kofu_spec.city.families_changes import CHANGE_FAMILIES
from kofu_spec.city.families_foreign import FOREIGN_FAMILIES
from kofu_spec.city.families_koseki import KOSEKI_FAMILIES
from kofu_spec.city.families_people import PEOPLE_FAMILIES
from kofu_spec.city.families_states import STATE_FAMILIES
from kofu_spec.city.plan import Plan

FAMILIES: tuple[Callable[[Plan], None], ...] = (
    *PEOPLE_FAMILIES,
    *STATE_FAMILIES,
    *FOREIGN_FAMILIES,
    *KOSEKI_FAMILIES,
    *CARD_FAMILIES,
    *CHANGE_FAMILIES,
)
