"""Draws an automaton: its states in a row, transitions forward above them and backward below."""

from collections.abc import Sequence
from dataclasses import dataclass

from kofu_site import svg

BOX_HEIGHT, LANE, SELF_LOOP = 40, 34, 40


@dataclass(frozen=True)
class Transition:
    source: str
    target: str
    label: str


def draw(states: Sequence[str], transitions: Sequence[Transition], alternative: str) -> str:
    """SVG; states stand from left to right as given, the first being where it begins."""
    places = _places(states, transitions)
    merged = _merge(transitions)
    far = [one for one in merged if abs(states.index(one.target) - states.index(one.source)) != 1]
    above = _lanes(states, [one for one in far if states.index(one.target) > states.index(one.source)])
    below = _lanes(states, [one for one in merged if states.index(one.target) < states.index(one.source)])
    loops = [one for one in merged if one.source == one.target]
    middle = 30 + LANE * (max(above.values(), default=0)) + (SELF_LOOP if loops else 0) + BOX_HEIGHT
    parts = [svg.line(places[states[0]][0] - places[states[0]][1] / 2 - 30, middle, _left(places, states[0]), middle,
                      "call", head=True)]  # fmt: skip
    for one in merged:
        if one in above:
            parts += _arc(places, one, middle - BOX_HEIGHT / 2, -LANE * above[one] - (SELF_LOOP if loops else 0))
        elif one in below:
            parts += _arc(places, one, middle + BOX_HEIGHT / 2, LANE * below[one])
        elif one in loops:
            parts += _loop(places, one, middle - BOX_HEIGHT / 2)
        else:
            x1, x2 = _right(places, one.source), _left(places, one.target)
            parts += [svg.line(x1, middle, x2, middle, "call", head=True)]
            parts += [svg.text((x1 + x2) / 2, middle - 8, one.label)]
    for state in states:
        x, width = places[state]
        parts += [svg.box(x, middle, width, BOX_HEIGHT), svg.text(x, middle + 5, state, "name")]
    last, width = places[states[-1]]
    widest = max([svg.width_of(one.label) / 2 for one in loops if one.target == states[-1]] + [width / 2])
    height = middle + BOX_HEIGHT / 2 + LANE * max(below.values(), default=0) + 24
    return svg.drawing(last + widest + 20, height, alternative, parts)


def _merge(transitions: Sequence[Transition]) -> list[Transition]:
    """Transitions between the same states as one, with all their labels."""
    labels: dict[tuple[str, str], list[str]] = {}
    for one in transitions:
        labels.setdefault((one.source, one.target), []).append(one.label)
    return [Transition(source, target, " / ".join(dict.fromkeys(said))) for (source, target), said in labels.items()]


def _places(states: Sequence[str], transitions: Sequence[Transition]) -> dict[str, tuple[float, float]]:
    """Centre and width of each box; a straight transition's label has room between two of them."""
    merged = _merge(transitions)
    places: dict[str, tuple[float, float]] = {}
    edge = 40.0
    for number, state in enumerate(states):
        width = svg.width_of(state) + 28
        loop = max([svg.width_of(one.label) for one in merged if one.source == one.target == state] + [width])
        if number:
            before = states[number - 1]
            labels = [svg.width_of(one.label) for one in merged if (one.source, one.target) == (before, state)]
            edge += max([*labels, 40]) + 28
        places[state] = (edge + max(width, loop if number == 0 else width) / 2, width)
        edge = places[state][0] + width / 2
    return places


def _left(places: dict[str, tuple[float, float]], state: str) -> float:
    return places[state][0] - places[state][1] / 2 - 2


def _right(places: dict[str, tuple[float, float]], state: str) -> float:
    return places[state][0] + places[state][1] / 2


def _lanes(states: Sequence[str], transitions: Sequence[Transition]) -> dict[Transition, int]:
    """A height for each curved transition, the widest span outermost, no two in one."""
    spans = sorted(transitions, key=lambda one: abs(states.index(one.target) - states.index(one.source)))
    return {one: lane for lane, one in enumerate((one for one in spans if one.source != one.target), start=1)}


def _arc(places: dict[str, tuple[float, float]], one: Transition, y: float, rise: float) -> list[str]:
    shift = 10 if places[one.target][0] > places[one.source][0] else -10
    start, end = places[one.source][0] + shift, places[one.target][0] - shift
    corner = 8 if rise > 0 else -8
    bend = 8 if end > start else -8
    data = (
        f"M{start:.0f} {y:.0f} V{y + rise - corner:.0f} Q{start:.0f} {y + rise:.0f} {start + bend:.0f} {y + rise:.0f}"
        f" H{end - bend:.0f} Q{end:.0f} {y + rise:.0f} {end:.0f} {y + rise - corner:.0f} V{y + (3 if rise > 0 else -3):.0f}"
    )
    return [svg.path(data, "call"), svg.text((start + end) / 2, y + rise - 6, one.label)]


def _loop(places: dict[str, tuple[float, float]], one: Transition, y: float) -> list[str]:
    x = places[one.source][0]
    return [
        svg.path(f"M{x - 14:.0f} {y:.0f} C{x - 26:.0f} {y - 34:.0f} {x + 26:.0f} {y - 34:.0f} {x + 14:.0f} {y - 3:.0f}", "call"),
        svg.text(x, y - 32, one.label),
    ]
