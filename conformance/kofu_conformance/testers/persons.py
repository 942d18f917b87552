"""Who plays in a case: fresh citizens of a family, so that no case sees what another did."""

import random
import threading
from collections import Counter
from collections.abc import Callable

from kofu_conformance.engine import Story, Unobserved
from kofu_spec.city import Citizen, City

ANYONE = "anyone"
"""In place of a family: every citizen."""


class Persons:
    """Hands out the citizens of a city, each once as far as they go."""

    def __init__(self, city: City, seed: int, story: Callable[[], Story]) -> None:
        self._city = city
        self._seed = seed
        self._story = story
        self._uses: Counter[str] = Counter()
        self._aside: set[str] = set()
        self._orders: dict[str, tuple[Citizen, ...]] = {}
        self._lock = threading.Lock()

    def fresh(self, family: str, suited: Callable[[Citizen], bool] | None = None) -> Citizen:
        """A citizen of the family whom nobody played yet; where none is left, the one played least.

        `suited` narrows the family down. Raises `Unobserved` where nobody fits.
        """
        with self._lock:
            left = [one for one in self._order(family) if one.key not in self._aside]
            left.sort(key=lambda one: self._uses[one.key])
            chosen = next((one for one in left if suited is None or suited(one)), None)
            if chosen is None:
                raise Unobserved(f"the city has no citizen left of the family {family} for this case")
            again = self._uses[chosen.key]
            self._uses[chosen.key] += 1
        if again:
            self._story().step(f"(everyone of {family} who fits has played: {chosen.key} plays again)")
        return chosen

    def set_aside(self, citizen: Citizen) -> None:
        """Never hands this citizen out again, as after a card was locked."""
        with self._lock:
            self._aside.add(citizen.key)

    def records_changed(self, citizen: Citizen) -> None:
        """Sets aside everyone of the citizen's household and register: the city's records no longer say what holds."""
        household = _household(citizen)
        register = citizen.koseki.koseki_key if citizen.koseki is not None else None
        for other in self._city.citizens:
            same_register = register is not None and other.koseki is not None and other.koseki.koseki_key == register
            if other.key == citizen.key or (household is not None and _household(other) == household) or same_register:
                self.set_aside(other)

    def _order(self, family: str) -> tuple[Citizen, ...]:
        if family not in self._orders:
            members = list(self._city.citizens if family == ANYONE else self._city.family(family))
            random.Random(f"{self._seed}:{family}").shuffle(members)  # noqa: S311 - which citizen plays is no secret
            self._orders[family] = tuple(members)
        return self._orders[family]


def _household(citizen: Citizen) -> str | None:
    return citizen.resident.control.household_key if citizen.resident is not None else None
