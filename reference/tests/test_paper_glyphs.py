"""The very glyph: what is embedded for a variation sequence is what the font's cmap format 14 names. [2.1]"""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from kofu.v1.document_pb2 import ResidenceItems
from kofu_reference.paper import Renderer, specimens
from kofu_reference.paper.coverage import characters
from kofu_spec.paths import find_font

Outline = tuple[object, ...]

NAMED = [
    *(f"辻{chr(selector)}" for selector in (0xE0102, 0xE0103)),
    *(f"葛{chr(selector)}" for selector in range(0xE0102, 0xE0109)),
    *(f"邉{chr(selector)}" for selector in range(0xE010F, 0xE0116)),
    *("神\ufe00", "\U0002000b\U000e0101", "辻", "葛", "神", "\ufa19", "\ufa11", "\U0002000b", "\U00020089"),
]


@dataclass(frozen=True)
class Original:
    """The font as it is installed."""

    font: TTFont

    @cached_property
    def sequences(self) -> dict[str, str]:
        """Glyph names by variation sequence."""
        selections = next(table for table in self.font["cmap"].tables if table.format == 14).uvsDict
        return {
            chr(base) + chr(selector): glyph
            for selector, entries in selections.items()
            for base, glyph in entries
            if glyph is not None
        }

    def outline(self, character: str) -> Outline:
        """The outline that the cmap names for a character or a variation sequence."""
        if len(character) > 1:
            return outline(self.font, self.sequences[character])
        return outline(self.font, self.font["cmap"].getBestCmap()[ord(character)])


def outline(font: TTFont, glyph: str) -> Outline:
    coordinates, ends, flags = font["glyf"][glyph].getCoordinates(font["glyf"])
    return tuple(coordinates), tuple(ends), tuple(flag & 1 for flag in flags)


def shown(pdf: bytes) -> Iterator[tuple[str, Outline]]:
    """Each text that the content streams show, with the outline embedded for it: one glyph, one entry."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            fonts = {str(name): _Embedded.read(font) for name, font in page.Resources.Font.items()}
            yield from _shown_on(page, fonts)


@dataclass(frozen=True)
class _Embedded:
    font: TTFont
    texts: dict[int, str]

    @classmethod
    def read(cls, font: pikepdf.Object) -> "_Embedded":
        descendant = font.DescendantFonts[0]
        assert str(font.Encoding) == "/Identity-H"
        assert str(descendant.CIDToGIDMap) == "/Identity"
        subset = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
        return cls(subset, _to_unicode(font.ToUnicode.read_bytes().decode("ascii")))

    def outline(self, code: int) -> Outline:
        return outline(self.font, self.font.getGlyphName(code))


def _to_unicode(cmap: str) -> dict[int, str]:
    texts: dict[int, str] = {}
    for section in cmap.split("beginbfchar")[1:]:
        for line in section.split("endbfchar")[0].split("\n"):
            if line.strip():
                code, text = line.replace(">", "").split("<")[1:]
                texts[int(code, 16)] = bytes.fromhex(text.strip()).decode("utf-16-be")
    assert "beginbfrange" not in cmap
    return texts


def _shown_on(page: pikepdf.Page, fonts: dict[str, _Embedded]) -> Iterator[tuple[str, Outline]]:
    font = None
    actual: list[str | None] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands = instruction.operands
        match str(instruction.operator):
            case "Tf":
                font = fonts[str(operands[0])]
            case "BDC":
                has_text = isinstance(operands[1], pikepdf.Dictionary) and "/ActualText" in operands[1]
                actual.append(str(operands[1].ActualText) if has_text else None)
            case "BMC":
                actual.append(None)
            case "EMC":
                actual.pop()
            case "Tj" | "TJ":
                assert font is not None
                pieces = operands[0] if str(instruction.operator) == "TJ" else operands
                codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
                numbers = [int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)]
                told = next((text for text in reversed(actual) if text is not None), None)
                texts = [font.texts[number] for number in numbers] if told is None else list(characters(told))
                assert len(texts) == len(numbers)
                yield from zip(texts, map(font.outline, numbers), strict=True)


def wrong_glyphs(pdf: bytes, original: Original, names: list[str]) -> list[str]:
    """The characters of the names that the PDF doesn't show, or shows by another outline than the font's cmap names."""
    outlines: dict[str, set[Outline]] = {}
    for text, embedded in shown(pdf):
        outlines.setdefault(text, set()).add(embedded)
    wanted = {character for name in names for character in characters(name) if not character.isspace()}
    return sorted(one for one in wanted if outlines.get(one) != {original.outline(one)})


def rendered(names: list[str]) -> bytes:
    async def make() -> bytes:
        renderer = Renderer(find_font())
        await renderer.start()
        try:
            document = await renderer.document(
                document_id=specimens.DOCUMENT_ID,
                request_id=specimens.REQUEST_ID,
                kind=1,  # type: ignore[arg-type]
                issued_on=specimens.ISSUED_ON,
                items=ResidenceItems(address="架空市", persons=[specimens.resident(name) for name in names]),
                subject_handle=specimens.HANDLE,
            )
        finally:
            await renderer.stop()
        return document.pdf

    return asyncio.run(make())


@pytest.fixture(scope="module")
def original() -> Original:
    return Original(TTFont(find_font(), lazy=True))


def test_each_form_of_a_character_is_printed_by_its_own_glyph(original: Original) -> None:
    names = ["".join(NAMED), *NAMED]
    assert wrong_glyphs(rendered(names), original, names) == []


def test_sequences_from_all_over_the_font_are_printed_by_their_own_glyphs(original: Original) -> None:
    every_ninetieth = sorted(original.sequences)[::90]
    names = ["".join(every_ninetieth[at : at + 16]) for at in range(0, len(every_ninetieth), 16)]
    assert len(every_ninetieth) > 100
    assert wrong_glyphs(rendered(names), original, names) == []


def test_a_form_that_shares_its_glyph_with_the_bare_character_keeps_its_text(original: Original) -> None:
    """Both are shown by one glyph; the text layer still tells them apart."""
    shared = next(
        sequence
        for sequence in sorted(original.sequences)
        if original.outline(sequence) == original.outline(sequence[0])
    )
    names = [f"{shared}{shared[0]}見", shared[0], shared]
    assert wrong_glyphs(rendered(names), original, names) == []


def test_another_forms_glyph_would_be_found(original: Original) -> None:
    """The comparison is worth something: it tells the forms of one character apart."""
    pdf = rendered(["辻\U000e0102"])
    assert wrong_glyphs(pdf, original, ["辻\U000e0103"]) == ["辻\U000e0103"]
    (embedded,) = {drawn for text, drawn in shown(pdf) if text == "辻\U000e0102"}
    assert embedded == original.outline("辻\U000e0102")
    assert embedded != original.outline("辻\U000e0103")
    assert original.outline("葛\U000e0102") != original.outline("葛")
