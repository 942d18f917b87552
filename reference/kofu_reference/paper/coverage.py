"""Which characters and variation sequences the font can print. [2.1: names go through unchanged]"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x180E))


class CharacterNotAvailable(Exception):
    """The font has no glyph for ``character``, a code point or a variation sequence. None is put in its stead."""

    def __init__(self, character: str) -> None:
        self.character = character
        self.code_points = " ".join(f"U+{ord(one):04X}" for one in character)
        super().__init__(f"{self.code_points}: the font has no glyph for it; have the character registered first")


class Coverage:
    """The code points and variation sequences of one font, read from its cmap formats 4, 12 and 14."""

    def __init__(self, font: Path) -> None:
        with TTFont(font, lazy=True) as opened:
            cmap = opened["cmap"]
            self._code_points = frozenset(
                point
                for point, glyph in (cmap.getBestCmap() or {}).items()
                if glyph != ".notdef" and _is_printed(chr(point))
            )
            # An entry without a glyph name is a 'default' one: the base character's own glyph, and so available.
            self._sequences = frozenset(
                chr(base) + chr(selector)
                for table in cmap.tables
                if table.format == 14
                for selector, entries in table.uvsDict.items()
                for base, glyph in entries
                if glyph != ".notdef"
            )

    def missing(self, text: str) -> str | None:
        """The first character or sequence that can't be printed; None where the whole text can be.

        A selector that stands alone, or after a character for which it is not registered, counts as missing: the font
        would silently show another form.
        """
        for character in characters(text):
            if ord(character[0]) not in self._code_points:
                return character
            if len(character) > 1 and character not in self._sequences:
                return character
        return None

    def require(self, text: str) -> None:
        """Raises CharacterNotAvailable for the first character of ``text`` that can't be printed."""
        character = self.missing(text)
        if character is not None:
            raise CharacterNotAvailable(character)


def _is_printed(character: str) -> bool:
    """Not so the soft hyphen, which leaves no trace, and private use, of which no reader knows what it means."""
    return unicodedata.category(character) not in ("Cf", "Co")


def characters(text: str) -> Iterator[str]:
    """The text cut into characters, each with the variation selectors that follow it."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not is_selector(text[end]):
            yield text[start:end]
            start = end


def is_selector(character: str) -> bool:
    """Whether the code point selects a variation of the one before it."""
    return any(ord(character) in selectors for selectors in _SELECTORS)
