"""Drawings as SVG that stands in the page: its text is text, its colours are the page's."""

import unicodedata
from html import escape

CHARACTER_PX = 7.4
"""Width of a half-width character at the size in which drawings are lettered."""


def width_of(text: str) -> float:
    """How wide a text is drawn, in px; full-width characters take two places."""
    return CHARACTER_PX * sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def text(x: float, y: float, words: str, class_name: str = "") -> str:
    """Words centred on a point."""
    named = f' class="{class_name}"' if class_name else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle"{named}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, class_name: str, head: bool = False) -> str:
    marker = ' marker-end="url(#head)"' if head else ""
    return f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" class="{class_name}"{marker}/>'


def path(data: str, class_name: str) -> str:
    return f'<path d="{data}" class="{class_name}" marker-end="url(#head)"/>'


def box(x: float, y: float, width: float, height: float, class_name: str = "box") -> str:
    """A rounded box around its centre."""
    return (
        f'<rect x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" width="{width:.0f}" height="{height:.0f}" rx="6"'
        f' class="{class_name}"/>'
    )


def drawing(width: float, height: float, alternative: str, parts: list[str]) -> str:
    """The whole drawing, which scrolls within itself where the screen is narrower. `alternative` says what it shows."""
    head = (
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
        ' orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" class="head"/></marker></defs>'
    )
    named = escape(alternative, quote=True)
    return "\n".join(
        [
            f'<div class="drawing" role="group" tabindex="0" aria-label="{named}">',
            f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img"'
            f' aria-label="{named}">',
            head,
            *parts,
            "</svg></div>",
        ]
    )
