"""Draws an automaton: its states below each other, what leads onward on the right, what leads back on the left.

Transitions into one state share the line that they arrive by, so many of them stay readable.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kofu_site import svg

ROW, BOX_HEIGHT, TOP, PADDING, LANE = 74, 38, 46, 16, 20


@dataclass(frozen=True)
class Transition:
    source: str
    target: str
    label: str


def draw(states: Sequence[str], transitions: Sequence[Transition], alternative: str) -> str:
    """SVG; states stand from top to bottom as given, the first being where it begins."""
    merged = _merge(transitions)
    place = {state: number for number, state in enumerate(states)}
    onward = [one for one in merged if place[one.target] > place[one.source] + 1 or one.target == one.source]
    back = [one for one in merged if place[one.target] < place[one.source]]
    half = max(svg.width_of(state) for state in states) / 2 + 14
    middle = _room(back) + half + PADDING
    parts = [svg.line(middle, 8, middle, TOP - BOX_HEIGHT / 2 - 2, "call", head=True)]
    for one in merged:
        if place[one.target] == place[one.source] + 1:
            y = _y(place[one.source]) + BOX_HEIGHT / 2
            parts.append(svg.line(middle, y, middle, _y(place[one.target]) - BOX_HEIGHT / 2 - 2, "call", head=True))
            parts.append(svg.text(middle + 10 + svg.width_of(one.label) / 2, y + 22, one.label))
    parts += _side(place, onward, middle, half, 1)
    parts += _side(place, back, middle, half, -1)
    for state in states:
        y = _y(place[state])
        parts += [svg.box(middle, y, 2 * half, BOX_HEIGHT), svg.text(middle, y + 5, state, "name")]
    beside = [svg.width_of(one.label) + 20 for one in merged if place[one.target] == place[one.source] + 1]
    width = middle + max([half + _room(onward), *beside]) + PADDING
    return svg.drawing(width, _y(len(states) - 1) + BOX_HEIGHT / 2 + 12, alternative, parts)


def _y(number: int) -> float:
    return TOP + ROW * number


def _merge(transitions: Sequence[Transition]) -> list[Transition]:
    """Transitions between the same states as one, with all their labels."""
    labels: dict[tuple[str, str], list[str]] = {}
    for one in transitions:
        labels.setdefault((one.source, one.target), []).append(one.label)
    return [Transition(source, target, " / ".join(dict.fromkeys(said))) for (source, target), said in labels.items()]


def _room(transitions: Sequence[Transition]) -> float:
    """What the labels and the lanes of one side take."""
    if not transitions:
        return 0
    lanes = len({one.target for one in transitions if one.target != one.source})
    return max(svg.width_of(one.label) for one in transitions) + 24 + LANE * (lanes + 1)


def _side(place: dict[str, int], transitions: Sequence[Transition], middle: float, half: float, side: int) -> list[str]:
    """The transitions of one side: out of their state past their label to the lane of their target, and in there."""
    targets = list(dict.fromkeys(one.target for one in transitions if one.target != one.source))
    widest = max((svg.width_of(one.label) for one in transitions), default=0) + 24
    edge = middle + side * half
    parts: list[str] = []
    for one in transitions:
        y, words = _y(place[one.source]), svg.width_of(one.label)
        if one.target == one.source:
            parts.append(svg.path(f"M{edge:.0f} {y - 10:.0f} h{side * 22} v20 h{side * -19}", "call"))
            parts.append(svg.text(edge + side * (30 + words / 2), y + 5, one.label))
            continue
        lane = edge + side * (widest + LANE * (1 + targets.index(one.target)))
        arrives = _y(place[one.target]) - 8 * side
        parts.append(svg.path(f"M{edge:.0f} {y + 8:.0f} H{lane:.0f} V{arrives:.0f} H{edge + 3 * side:.0f}", "call"))
        parts.append(svg.text(edge + side * (12 + words / 2), y + 2, one.label))
    return parts
