"""Draws who says what to whom, top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from kofu_site import svg

ROW, TOP, MARGIN, LEAST_GAP = 40, 64, 70, 110


@dataclass(frozen=True)
class Arrow:
    """One message. Where sender and receiver are one, it works by itself."""

    sender: str
    receiver: str
    label: str
    answer: bool = False


def draw(participants: Sequence[str], arrows: Sequence[Arrow], alternative: str) -> str:
    """SVG; participants stand from left to right as given, under their names."""
    columns = _columns(participants, arrows)
    height = TOP + ROW * len(arrows) + 24
    parts: list[str] = []
    for name in participants:
        parts.append(svg.line(columns[name], TOP - 14, columns[name], height - 8, "life"))
        parts.append(svg.box(columns[name], 28, svg.width_of(name) + 24, 34))
        parts.append(svg.text(columns[name], 33, name, "name"))
    for number, arrow in enumerate(arrows):
        parts += _arrow(columns, arrow, TOP + ROW * number + 26)
    width = max(columns.values()) + _overhang(participants, arrows)
    return svg.drawing(width, height, alternative, parts)


def _columns(participants: Sequence[str], arrows: Sequence[Arrow]) -> dict[str, float]:
    """Where each participant stands: far enough apart for its name and for every label between."""
    columns: dict[str, float] = {}
    x = max(MARGIN, svg.width_of(participants[0]) / 2 + 16)
    for place, name in enumerate(participants):
        if place:
            before = participants[place - 1]
            x += max(LEAST_GAP, (svg.width_of(name) + svg.width_of(before)) / 2 + 40)
        for arrow in arrows:
            ends = (arrow.sender, arrow.receiver)
            if name in ends and (start := min(columns.get(end, x) for end in ends)) < x:
                x = max(x, start + svg.width_of(arrow.label) + 28)
            elif place and ends == (participants[place - 1],) * 2:
                x = max(x, columns[participants[place - 1]] + svg.width_of(arrow.label) + 52)
        columns[name] = x
    return columns


def _overhang(participants: Sequence[str], arrows: Sequence[Arrow]) -> float:
    last = participants[-1]
    own = [svg.width_of(arrow.label) + 52 for arrow in arrows if arrow.sender == arrow.receiver == last]
    return max([MARGIN, svg.width_of(last) / 2 + 16, *own])


def _arrow(columns: dict[str, float], arrow: Arrow, y: float) -> list[str]:
    start, end = columns[arrow.sender], columns[arrow.receiver]
    kind = "answer" if arrow.answer else "call"
    if start == end:
        loop = svg.path(f"M{start:.0f} {y - 10:.0f} h30 v16 h-27", kind)
        return [loop, svg.text(start + 40 + svg.width_of(arrow.label) / 2, y + 2, arrow.label)]
    gap = 3 if end > start else -3
    return [
        svg.line(start, y, end - gap, y, kind, head=True),
        svg.text((start + end) / 2, y - 7, arrow.label),
    ]
