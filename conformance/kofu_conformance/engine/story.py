"""What one execution of a case did, step by step, and which situations arose in it."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any


class Story:
    """The story of one case: told by the check and its testers, from any thread.

    Texts and events hold no personal data: a person is a family label or a pseudonym.
    """

    def __init__(self, requirements: Iterable[str] = ()) -> None:
        """`requirements`: the ids that the check names; only these may be triggered (none given: any)."""
        self._requirements = frozenset(requirements)
        self._lock = threading.Lock()
        self._steps: list[str] = []
        self._triggers: Counter[str] = Counter()
        self._unobserved: list[str] = []
        self._wire: list[dict[str, Any]] = []

    def step(self, text: str) -> None:
        """Tells one step in the domain's words: "card A in", "PIN wrong"."""
        with self._lock:
            self._steps.append(text)
            self._wire.append({"at": _now(), "step": len(self._steps), "text": text})

    def trigger(self, requirement_id: str, count: int = 1) -> None:
        """Counts that the situation of a requirement arose, and that the check judged it."""
        if self._requirements and requirement_id not in self._requirements:
            named = ", ".join(sorted(self._requirements))
            raise ValueError(f"trigger of {requirement_id}: the check names only {named}; add the id to @check")
        with self._lock:
            self._triggers[requirement_id] += count

    def unobserved(self, why: str) -> None:
        """Notes in the ledger that something could not be seen; the case goes on, the check becomes inconclusive."""
        with self._lock:
            self._unobserved.append(why)

    def wire(self, event: Mapping[str, Any]) -> None:
        """Appends a JSON-able event of the wire to the transcript, such as `{"from": "kiosk", "to": "center", ...}`."""
        with self._lock:
            self._wire.append({"at": _now(), **event})

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps told so far."""
        with self._lock:
            return tuple(self._steps)

    @property
    def triggers(self) -> Mapping[str, int]:
        """How often each requirement's situation arose so far."""
        with self._lock:
            return dict(self._triggers)

    @property
    def ledger(self) -> tuple[str, ...]:
        """What could not be observed so far."""
        with self._lock:
            return tuple(self._unobserved)

    @property
    def transcript(self) -> tuple[dict[str, Any], ...]:
        """The events of the wire and the steps so far, in order."""
        with self._lock:
            return tuple(self._wire)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
