"""The phases of a session at a kiosk and what leads from one to another, seen in every step of the model."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kofu_spec.model.actions import Action
from kofu_spec.model.chain import Chain
from kofu_spec.model.state import Configuration, Phase, State

WORLD = Configuration("session", requests=1, front=1, wrong_pins=1, timeouts=1, mishaps=1, validity=1)

PHASES: dict[Phase, tuple[str, str]] = {
    Phase.IDLE: ("待機", "idle"),
    Phase.CARD_IN: ("カード挿入", "card in"),
    Phase.PIN_ACCEPTED: ("暗証番号一致", "PIN accepted"),
    Phase.CHECKED: ("有効性確認", "validity asked"),
    Phase.OPEN: ("開始", "session open"),
    Phase.CARD_TAKEN: ("カード返却", "card taken"),
    Phase.WAITING: ("応答待ち", "waiting"),
    Phase.ARRIVED: ("証明書到着", "document here"),
    Phase.PAID: ("精算済み", "paid"),
    Phase.ENDING: ("終了処理", "ending"),
}


@dataclass(frozen=True)
class Move:
    """An action that leads from one phase to another."""

    before: Phase
    after: Phase
    action: Action
    configuration: Configuration


@cache
def session_moves() -> tuple[Move, ...]:
    """One move for each pair of phases and name of an action, in the order of the phases."""
    moves: dict[tuple[int, int, str], Move] = {}
    for before, action, after in _steps(Chain(WORLD)):
        phases = Phase(before.kiosks[0].phase), Phase(after.kiosks[0].phase)
        if phases[0] != phases[1]:
            moves.setdefault((*phases, action.name), Move(*phases, action, WORLD))
    return tuple(moves[key] for key in sorted(moves))


def _steps(chain: Chain) -> Iterator[tuple[State, Action, State]]:
    seen, waiting = {chain.initial}, [chain.initial]
    while waiting:
        state = waiting.pop()
        for action, after in chain.steps(state):
            yield state, action, after
            if after not in seen:
                seen.add(after)
                waiting.append(after)
