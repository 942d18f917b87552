"""Whether a fault of the chain shows at a role's border: the shortest trace that the role's oracle does not allow."""

from collections.abc import Iterator
from dataclasses import dataclass

from kofu_spec.model.behaviour import Behaviour, Situation
from kofu_spec.model.chain import Chain
from kofu_spec.model.configurations import CONFIGURATIONS
from kofu_spec.model.mutants import Mutant
from kofu_spec.model.observations import QUIET, Observation
from kofu_spec.model.oracle import Oracle, Result
from kofu_spec.model.state import Configuration
from kofu_spec.model.views import View


@dataclass(frozen=True)
class Shown:
    """What a search for a visible deviation came to."""

    trace: tuple[Observation, ...] | None
    """What was seen; the last of it is not allowed. None where nothing shows."""
    whole: bool
    """Whether all that the faulty chain can do was looked at."""
    points: int


_Known = frozenset[Situation]


def shortest_deviation(view: View, faulty: Chain, limit: int = 100_000) -> Shown:
    """Walks the faulty chain and the oracle of the right one side by side, nearest first.

    What the right chain has no place for is the fault of those who deal with the role, and is not followed.
    """
    walked = Behaviour(view, faulty, at_once=frozenset())
    judged = Judges(Behaviour(view, Chain(faulty.configuration)))
    first = (walked.start, judged.start)
    came_from: dict[tuple[Situation, int], tuple[tuple[Situation, int], Observation | None] | None] = {first: None}
    frontier = [first]
    while frontier:
        farther = []
        for here in frontier:
            for observation, there in _onwards(walked, here[0]):
                if observation is None:
                    after = here[1]
                else:
                    found = judged.after(here[1], observation)
                    if found is None:
                        return Shown((*_trace(came_from, here), observation), False, len(came_from))
                    if found < 0 or observation == QUIET:
                        continue
                    after = found
                point = (there, after)
                if point not in came_from:
                    came_from[point] = (here, observation)
                    farther.append(point)
            if len(came_from) > limit:
                return Shown(None, False, len(came_from))
        frontier = farther
    return Shown(None, True, len(came_from))


def _onwards(walked: Behaviour, situation: Situation) -> Iterator[tuple[Observation | None, Situation]]:
    state, rest = situation
    if walked.is_quiet(situation):
        yield QUIET, situation
    if rest:
        yield rest[0], (state, rest[1:])
        return
    moves = walked.moves(state)
    for after in moves.hidden:
        yield None, (after, ())
    for passing, after in moves.seen:
        yield passing[0], (after, passing[1:])


class Judges:
    """The oracle of the right chain as an automaton: its sets of situations, numbered."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._oracle = Oracle(behaviour)
        self._sets: list[_Known] = []
        self._numbers: dict[_Known, int] = {}
        self._after: dict[tuple[int, Observation], int | None] = {}
        self.start = self._number(self._oracle.situations)

    def after(self, number: int, observation: Observation) -> int | None:
        """The set after the observation; None where it is not allowed, -1 where it is inconclusive."""
        key = (number, observation)
        if key not in self._after:
            self._after[key] = self._judge(number, observation)
        return self._after[key]

    def _judge(self, number: int, observation: Observation) -> int | None:
        situations, judgement = self._oracle.judged(self._sets[number], (observation,))
        if judgement.result == Result.NOT_ALLOWED:
            return None
        return self._number(situations) if judgement.result == Result.ALLOWED else -1

    def _number(self, situations: _Known) -> int:
        if situations not in self._numbers:
            self._numbers[situations] = len(self._sets)
            self._sets.append(situations)
        return self._numbers[situations]


def _trace(
    came_from: dict[tuple[Situation, int], tuple[tuple[Situation, int], Observation | None] | None],
    last: tuple[Situation, int],
) -> tuple[Observation, ...]:
    trace: list[Observation] = []
    origin = came_from[last]
    while origin is not None:
        before, observation = origin
        if observation is not None:
            trace.append(observation)
        origin = came_from[before]
    return tuple(reversed(trace))


ROLE_OF_GUARD = {
    **dict.fromkeys(("unlocked", "strike_first", "strikes_survive_power"), "card"),
    **dict.fromkeys(
        (
            *("pin_bound_to_card", "pin_given", "own_request", "awaited", "paid", "counted", "printing_over"),
            *("doc_erased", "money_settled"),
        ),
        "kiosk",
    ),
    **dict.fromkeys(
        (
            *("certificate_good", "service_open", "within_hours", "id_unused", "still_waiting", "whole_at_center"),
            *("permitted_at_center", "no_alarm", "alarm_stays", "held_erased"),
        ),
        "center",
    ),
    **dict.fromkeys(
        (
            *("id_unserved", "place_free", "place_of_its_own", "eligible_at_start", "eligible_at_release"),
            *("current_at_start", "current_at_release", "rendered_here", "still_working", "complete", "together"),
            *("permitted", "whole_abort", "place_wiped", "in_order", "caught_up"),
        ),
        "issuing",
    ),
    "no_filing": "koseki",
    "visible_everywhere": "feed",
    "identity_recorded": "counter",
}
"""Whose check each guard is. At the border of another role a fault of it shows only as something done to that role."""


_ORDERS = Configuration("orders", citizens=2, requests=2)
_SITE = Configuration("site", kiosks=2, citizens=2, requests=2, servers=2)
WORLDS = {world.name: world for world in (_ORDERS, _SITE)}
"""Worlds without time-outs, where a refusal has to have another cause."""

_WORLD_OF = {"place_overwritten": _ORDERS, "place_taken_unwiped": _ORDERS, "one_place_for_all": _SITE}
"""Mutants that show there and not in the world in which their invariant breaks."""


def faulty_chain(mutant: Mutant) -> Chain:
    """The chain with this mutant, in the world in which it is looked for at the borders."""
    world = _WORLD_OF.get(mutant.name, CONFIGURATIONS[mutant.configuration])
    return Chain(world, mutant.guards())


@dataclass(frozen=True)
class Why:
    """Why a fault does not show at a border."""

    ja: str
    en: str


KEPT = Why(
    "残っていることは境界に現れない。立会いによる検査（メモリ、ディスク等）が要る。",
    "That something is kept does not show at a border: the witness looks for it.",
)
ASKED_AGAIN = Why(
    "引渡しの時に改めて確かめられ、止められる。",
    "The same is asked again at the release, and stopped there.",
)
AS_A_TIME_OUT = Why(
    "現れるのは拒否だけで、時間切れによる拒否と区別できない。",
    "All that shows is a refusal, which might as well come of a time-out.",
)
CAUGHT_FURTHER_ON = Why(
    "次の役割の確認が止め、現れることは他の原因でも起きる。",
    "The next role's check stops it, and what shows then may come of other causes.",
)
HIDDEN_CAUSE = Why(
    "それを許さない事情（時間切れ、連絡の途絶）は、全体の外からは見えない。",
    "What forbids it, a time-out or the silence of the feed, is hidden from those outside the chain.",
)

NOT_SHOWN: dict[tuple[str, str], Why] = {
    **dict.fromkeys((("center_keeps", "center"), ("center_keeps", "chain")), KEPT),
    **dict.fromkeys((("kiosk_keeps", "kiosk"), ("kiosk_keeps", "chain")), KEPT),
    **dict.fromkeys((("place_kept", "issuing"), ("place_kept", "chain")), KEPT),
    **dict.fromkeys((("cancelled_started", "issuing"), ("cancelled_started", "chain")), ASKED_AGAIN),
    **dict.fromkeys((("stale_started", "issuing"), ("stale_started", "chain")), ASKED_AGAIN),
    **dict.fromkeys((("late_answer_filled", "issuing"), ("late_answer_filled", "chain")), AS_A_TIME_OUT),
    **dict.fromkeys((("only_the_lock_released", "issuing"), ("only_the_lock_released", "chain")), AS_A_TIME_OUT),
    **dict.fromkeys((("pages_mixed", "chain"), ("identity_unchecked", "chain")), CAUGHT_FURTHER_ON),
    ("cancelled_released", "chain"): HIDDEN_CAUSE,
    ("late_document_taken", "chain"): HIDDEN_CAUSE,
    ("stale_released", "chain"): HIDDEN_CAUSE,
    ("heartbeat_believed", "chain"): HIDDEN_CAUSE,
}
"""Mutants that don't show at the border of their own role, or of the chain. All others show at both.

At the border of any other role a fault never shows as a deviation: what the faulty role does is an input there.
"""
