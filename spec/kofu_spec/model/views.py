"""What each role's tester sees of the chain: the whole model, with the rest hidden.

A view is nothing but a set of parties. What passes from outside into the set is an input: the tester does it, or the
world. What passes out of it is an output: the role does it, and the tester sees it. All else is hidden. An input is
seen where the role takes it, an output where the role lets go of it; what the network does between is not the role's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kofu_spec.model.actions import Action
from kofu_spec.model.chain import kinds
from kofu_spec.model.crossings import CROSSINGS, Crossing, Facts, Party, Step
from kofu_spec.model.observations import QUIET, Observation, Passing
from kofu_spec.model.state import Phase, State


@dataclass(frozen=True)
class View:
    """What is seen of some parties of the chain by who deals with them."""

    name: str
    parties: frozenset[Party]
    ja: str
    en: str

    @cached_property
    def inputs(self) -> frozenset[str]:
        """What the tester, or the world, does to the role."""
        return frozenset(
            c.name for c in CROSSINGS.values() if c.receiver in self.parties and c.sender not in self.parties
        )

    @cached_property
    def outputs(self) -> frozenset[str]:
        """What the role does."""
        return frozenset(
            c.name for c in CROSSINGS.values() if c.sender in self.parties and c.receiver not in self.parties and c.sent
        )

    @cached_property
    def _shown(self) -> dict[str, tuple[Crossing, ...]]:
        """Of each action, what may be seen of it."""
        shown: dict[str, tuple[Crossing, ...]] = {kind.name: () for kind in kinds()}
        for crossing in CROSSINGS.values():
            if crossing.name in self.inputs:
                actions = crossing.taken
            elif crossing.name in self.outputs:
                actions = crossing.sent
            else:
                continue
            for action in actions:
                shown[action] += (crossing,)
        return shown

    def of(self, before: State, action: Action, after: State) -> tuple[Passing, ...]:
        """What is seen of a step. Several, where the same step may look in several ways."""
        shown = self._shown[action.name]
        if not shown:
            return ((),)
        steps = [Step(before, action, after, right) for right in _PIN_TYPED.get(action.name, (0,))]
        return tuple(dict.fromkeys(tuple(_passing(shown, step)) for step in steps))

    @cached_property
    def hidden_kinds(self) -> frozenset[str]:
        """The actions of which nothing is ever seen."""
        return frozenset(name for name, shown in self._shown.items() if not shown)

    def check(self, observation: Observation) -> None:
        """Raises a ValueError where nothing of this kind can be seen here."""
        if observation == QUIET:
            return
        if observation.name not in self.inputs | self.outputs:
            known = ", ".join(sorted(self.inputs | self.outputs))
            raise ValueError(f"observation {observation.name!r}: not seen at {self.en}; use one of: {known}")
        names = CROSSINGS[observation.name].facts
        if len(observation.facts) != len(names):
            raise ValueError(
                f"observation {observation.name!r}: {len(observation.facts)} facts; give {', '.join(names) or 'none'}"
            )
        if observation.refused and observation.name not in OFFERED:
            raise ValueError(
                f"observation {observation.name!r}: only a citizen's act is refused; use one of: {', '.join(OFFERED)}"
            )

    def has_to(self, action: Action) -> bool:
        """Whether the step is the role's own to do, so that it may not stay undone for ever."""
        return DOER[action.name] in self.parties


_PIN_TYPED = {"pin_right": (1,), "pin_wrong": (0,), "pin_locked": (1, 0)}
"""A locked card answers the same to any PIN."""


def _passing(shown: tuple[Crossing, ...], step: Step) -> Iterator[Observation]:
    for crossing in shown:
        facts = crossing.of(step)
        if facts is not None:
            yield Observation(crossing.name, facts)


_SYSTEMS = frozenset({Party.CARD, Party.KIOSK, Party.CENTER, Party.ISSUING, Party.KOSEKI, Party.CORE, Party.COUNTER})

VIEWS = {
    view.name: view
    for view in (
        View("card", frozenset({Party.CARD}), "カード", "the card"),
        View("kiosk", frozenset({Party.KIOSK}), "キオスク端末", "the kiosk"),
        View("center", frozenset({Party.CENTER}), "証明書交付センター", "the issuance center"),
        View("issuing", frozenset({Party.ISSUING}), "証明発行サーバ（拠点の全て）", "the issuing servers of one site"),
        View("koseki", frozenset({Party.KOSEKI}), "戸籍システム", "the koseki system"),
        View("feed", frozenset({Party.CORE}), "異動を送る側（既存住基システム及び中継）",
             "core and relay, the sending side of the feed"),
        View("counter", frozenset({Party.COUNTER}), "市役所の窓口", "the counter of the city office"),
        View("chain", _SYSTEMS, "全体（市民、市、時計及び公的個人認証から見る）",
             "the chain, as citizens, city, clock and JPKI see it"),
    )
}  # fmt: skip

DOER = {
    **dict.fromkeys(
        ("insert", "pin_right", "pin_wrong", "pin_torn", "pin_locked", "swap", "take_card", "cancel", "choose", "pay"),
        Party.CITIZEN,
    ),
    **dict.fromkeys(
        (
            "check",
            *("arrive", "drop_hand", "refused", "kiosk_timeout", "print", "note", "done", "settle", "erase", "leave"),
        ),
        Party.KIOSK,
    ),
    **dict.fromkeys(
        (
            *("open", "refuse_open", "accept", "turn_away", "ignore_apply", "take_doc", "flag", "drop_doc", "hand"),
            *("withhold", "forget", "close", "center_timeout", "pass_refusal"),
        ),
        Party.CENTER,
    ),
    **dict.fromkeys(
        (
            *("receive", "ignore_issue", "start", "refuse", "render", "fill", "drop_answer", "release", "stop"),
            *("server_timeout", "wipe", "finish", "apply_change", "repeat_change", "gap"),
        ),
        Party.ISSUING,
    ),
    **dict.fromkeys(("koseki_answer", "koseki_refuse"), Party.KOSEKI),
    **dict.fromkeys(("send", "heartbeat", "acknowledge"), Party.CORE),
    **dict.fromkeys(("identify", "begin_filing", "end_filing", "commit"), Party.CITY),
    "unblock": Party.COUNTER,
    "reconcile": Party.OFFICER,
    "tick": Party.CLOCK,
    **dict.fromkeys(
        ("revoke", "mishap", "silence", "lose_change", "lose", "duplicate", "glitch_work", "glitch_doc"), Party.CHANCE
    ),
}
"""Who does each action. What citizens, the city, the clock and chance do they may do, and need not."""


# ACTS THAT ARE NOT OFFERED

Offered = Callable[[State, Facts], bool]


def _at(*phases: Phase) -> Offered:
    return lambda s, facts: s.kiosks[_number(facts) - 1].phase in phases


def _number(facts: Facts) -> int:
    first = facts[0]
    assert isinstance(first, int)
    return first


OFFERED: dict[str, Offered] = {
    "card_in": _at(Phase.IDLE),
    "pin_typed": _at(Phase.CARD_IN),
    "card_taken": _at(Phase.OPEN),
    "choice": _at(Phase.CARD_TAKEN),
    "money_in": _at(Phase.ARRIVED),
    "cancelled": _at(Phase.CARD_IN, Phase.PIN_ACCEPTED, Phase.CHECKED, Phase.OPEN, Phase.CARD_TAKEN, Phase.ARRIVED),
}
"""The citizen's acts, and where a kiosk offers them; elsewhere it has to refuse them, and nothing changes."""
