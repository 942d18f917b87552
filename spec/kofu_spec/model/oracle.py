"""The set-of-states oracle: what was seen is allowed as long as some history of the model explains it.

The oracle keeps every situation that the chain may be in after what was seen so far. An input narrows the set and never
fails a role; an output, a refusal or a silence that no situation of the set allows does. Where the model has no place
for what the tester did, or the set grows past its limit, the result is inconclusive, and so is all that follows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kofu_spec.model.actions import Action
from kofu_spec.model.behaviour import Behaviour, Situation
from kofu_spec.model.chain import Chain
from kofu_spec.model.explanation import explain
from kofu_spec.model.observations import QUIET, Observation
from kofu_spec.model.state import Configuration
from kofu_spec.model.views import View

LIMIT = 200_000
"""Situations that an oracle holds at once before it gives up."""


class Result(StrEnum):
    """What the oracle says of an observation."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"
    INCONCLUSIVE = "inconclusive"


class Reason(StrEnum):
    """Why an observation is not simply allowed."""

    OUTPUT = "output"
    SILENCE = "silence"
    TO_BE_REFUSED = "to_be_refused"
    TO_BE_DONE = "to_be_done"
    NO_PLACE = "no_place"
    TOO_MANY = "too_many"
    AFTER_DEVIATION = "after_deviation"
    AFTER_INCONCLUSIVE = "after_inconclusive"

    @property
    def ja(self) -> str:
        """In Japanese."""
        return _REASONS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _REASONS[self][1]


_REASONS = {
    Reason.OUTPUT: (
        "それまでの経過を説明するどの状態からも、この出力は許されない",
        "no state that explains what was seen so far allows this output",
    ),
    Reason.SILENCE: (
        "それまでの経過を説明するどの状態でも、まだすることが残っている",
        "in every state that explains what was seen so far there is something left to do",
    ),
    Reason.TO_BE_REFUSED: (
        "この操作は受け付けてはならない",
        "this act is not offered and has to be refused",
    ),
    Reason.TO_BE_DONE: (
        "この操作は受け付けなければならない",
        "this act is offered and may not be refused",
    ),
    Reason.NO_PLACE: (
        "この入力は、この構成のモデルにない。判定できない",
        "the model has no place for this input in this configuration: no verdict",
    ),
    Reason.TOO_MANY: (
        "説明しうる状態が上限を超えた。判定できない",
        "more states would explain this than the limit allows: no verdict",
    ),
    Reason.AFTER_DEVIATION: (
        "許されない出力の後は判定しない",
        "nothing is judged after what was not allowed",
    ),
    Reason.AFTER_INCONCLUSIVE: (
        "判定できないものの後は判定しない",
        "nothing is judged after what was inconclusive",
    ),
}


@dataclass(frozen=True)
class Judgement:
    """The oracle's word on one observation, or on several whose order is not known."""

    observation: Observation
    result: Result
    states: int
    """How many situations agree with all that was seen, this included; hidden steps after it are not counted."""
    reason: Reason | None = None
    instead: tuple[Observation, ...] = ()
    """Where it is not allowed: what was."""

    def __str__(self) -> str:
        if self.reason is None:
            return f"{self.result.value}: {self.observation.en} ({self.states} states)"
        lines = [f"{self.result.value}: {self.observation.en}", f"  {self.reason.en}"]
        return "\n".join(lines + [f"  allowed: {one.en}" for one in self.instead])


class LimitReached(Exception):
    """The set grew past the limit."""


class Oracle:
    """Judges what is seen at the border of a role, one observation after the other."""

    def __init__(self, behaviour: Behaviour, limit: int = LIMIT) -> None:
        self.behaviour = behaviour
        self.limit = limit
        self.seen: list[tuple[Observation, ...]] = []
        """All that was seen and allowed; what stands together came in an unknown order."""
        self.situations: frozenset[Situation] = frozenset({behaviour.start})
        """What agrees with it, hidden steps after the last observation left out."""
        self._over: Result | None = None

    @classmethod
    def of(cls, view: View, configuration: Configuration, limit: int = LIMIT) -> "Oracle":
        """An oracle for one role in one small world."""
        return cls(Behaviour(view, Chain(configuration)), limit)

    def after(self, observation: Observation) -> Judgement:
        """Judges the observation and goes on from there."""
        return self.after_in_any_order([observation])

    def refused(self, act: Observation) -> Judgement:
        """A citizen's act was tried, and the kiosk refused it."""
        return self.after(act._replace(refused=True))

    def quiet(self) -> Judgement:
        """Nothing was seen past the declared bound."""
        return self.after(QUIET)

    def after_in_any_order(self, observations: Iterable[Observation]) -> Judgement:
        """Judges several observations of which it is not known in which order they happened."""
        batch = tuple(observations)
        for observation in batch:
            self.behaviour.view.check(observation)
        if self._over is not None:
            after = Reason.AFTER_DEVIATION if self._over == Result.NOT_ALLOWED else Reason.AFTER_INCONCLUSIVE
            return Judgement(batch[-1], Result.INCONCLUSIVE, 0, after)
        self.situations, judgement = self.judged(self.situations, batch)
        if judgement.result == Result.ALLOWED:
            self.seen.append(batch)
        else:
            self._over = judgement.result
        return judgement

    def allowed(self) -> tuple[Observation, ...]:
        """What the role may do now, silence included, each once and in order."""
        return self._outputs(self._closure(self.situations))

    def explanation(self) -> tuple[Action, ...] | None:
        """The shortest history of the model, hidden steps included, that explains all that was seen and allowed."""
        return explain(self.behaviour, self.seen)

    def judged(
        self, situations: frozenset[Situation], batch: tuple[Observation, ...]
    ) -> tuple[frozenset[Situation], Judgement]:
        """The set after observations in any order, empty where they are not simply allowed, and the word on them."""
        try:
            return self._judge(situations, batch)
        except LimitReached:
            return frozenset(), Judgement(batch[-1], Result.INCONCLUSIVE, 0, Reason.TOO_MANY)

    def _judge(
        self, before: frozenset[Situation], batch: tuple[Observation, ...]
    ) -> tuple[frozenset[Situation], Judgement]:
        reached = {0: before}
        everything = (1 << len(batch)) - 1
        for done in range(everything):
            if not reached.get(done):
                continue
            closed = self._closure(reached[done])
            for number, observation in enumerate(batch):
                if not done & 1 << number:
                    more = done | 1 << number
                    reached[more] = reached.get(more, frozenset()) | self._agreeing(closed, observation)
        if after := reached.get(everything):
            return after, Judgement(batch[-1], Result.ALLOWED, len(after))
        return frozenset(), self._disagreement(batch, reached)

    def _disagreement(self, batch: tuple[Observation, ...], reached: dict[int, frozenset[Situation]]) -> Judgement:
        """What is wrong with the rest of the batch, after as much of it as can be explained.

        A role fails only where it does whichever part comes first.
        """
        longest = max(done.bit_count() for done, situations in reached.items() if situations)
        judgements = [
            self._why_not(self._closure(situations), observation)
            for done, situations in reached.items()
            if situations and done.bit_count() == longest
            for number, observation in enumerate(batch)
            if not done & 1 << number
        ]
        return next((j for j in judgements if j.result == Result.INCONCLUSIVE), judgements[0])

    def _why_not(self, closed: frozenset[Situation], observation: Observation) -> Judgement:
        def not_allowed(reason: Reason, *instead: Observation) -> Judgement:
            return Judgement(observation, Result.NOT_ALLOWED, 0, reason, instead)

        if observation == QUIET:
            return not_allowed(Reason.SILENCE, *self._outputs(closed))
        if observation.name in self.behaviour.view.outputs:
            return not_allowed(Reason.OUTPUT, *self._outputs(closed))
        tried = observation._replace(refused=False)
        if observation.refused and self._agreeing(closed, tried):
            return not_allowed(Reason.TO_BE_DONE, tried)
        if not observation.refused and all(self.behaviour.must_refuse(one, observation) for one in closed):
            return not_allowed(Reason.TO_BE_REFUSED, observation._replace(refused=True))
        return Judgement(observation, Result.INCONCLUSIVE, 0, Reason.NO_PLACE)

    def _closure(self, situations: frozenset[Situation]) -> frozenset[Situation]:
        """The set with all that hidden steps lead to."""
        closed = set(situations)
        waiting = [state for state, rest in situations if not rest]
        while waiting:
            if len(closed) > self.limit:
                raise LimitReached
            for after in self.behaviour.moves(waiting.pop()).hidden:
                if (after, ()) not in closed:
                    closed.add((after, ()))
                    waiting.append(after)
        return frozenset(closed)

    def _agreeing(self, closed: frozenset[Situation], observation: Observation) -> frozenset[Situation]:
        """The situations after the observation."""
        return frozenset(after for one in closed for after in self.behaviour.after(one, observation))

    def _outputs(self, closed: frozenset[Situation]) -> tuple[Observation, ...]:
        return tuple(sorted({output for one in closed for output in self.behaviour.outputs(one)}))


def judge(view: View, configuration: Configuration, trace: Iterable[Observation]) -> list[Judgement]:
    """The judgement of each observation of a trace."""
    oracle = Oracle.of(view, configuration)
    return [oracle.after(observation) for observation in trace]
