"""Names on their way to the paper: code points as registered, never normalised. [2.1, 2.9, decision]

A character of a name is a code point with the variation selector that may follow it. Lengths count code points.
"""

import re
import unicodedata
from collections.abc import Container
from enum import StrEnum

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SELECTOR = re.compile(f"[{_SELECTORS}]")
_CHARACTER = re.compile(f".[{_SELECTORS}]?", re.DOTALL)
_LINE_BREAKERS = frozenset({"Cc", "Zl", "Zp"})
_BLANKS = frozenset(" \u3000\n")


class Fault(StrEnum):
    """What makes a text one that no register may hold."""

    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    """A control character, or a separator of lines or paragraphs."""
    VARIATION_SELECTOR = "VARIATION_SELECTOR"
    """A variation selector that stands first, or behind another one: it varies nothing."""


def text_fault(text: str) -> Fault | None:
    """What is wrong with a text of a register; None where nothing is."""
    if any(unicodedata.category(point) in _LINE_BREAKERS for point in text):
        return Fault.CONTROL_CHARACTER
    if any(_SELECTOR.match(character) for character in characters(text)):
        return Fault.VARIATION_SELECTOR
    return None


def characters(text: str) -> list[str]:
    """The characters of a text in order, each with the selector that varies it."""
    return _CHARACTER.findall(text)


def code_points(text: str) -> list[str]:
    """U+845B, U+E0102 and so on, one a code point."""
    return [f"U+{ord(point):04X}" for point in text]


def printed(name: str) -> str:
    """What the paper shows of a name, blanks apart, which are layout: the very code points that are registered."""
    return "".join(point for point in name if point not in _BLANKS)


def missing_character(name: str, available: Container[str]) -> str | None:
    """The first character for which the font has no glyph; None where the whole name can be printed.

    `available` holds characters, each with its selector: a base that the font has says nothing of its variations. No
    other character takes the place of one that is missing; the issuance is refused and names it. [2.9, decision]
    """
    return next((character for character in characters(printed(name)) if character not in available), None)
