"""Which characters the font can print: cmap formats 12 and 14."""

import pytest
from fontTools.ttLib import TTFont

from kofu_reference.paper.coverage import CharacterNotAvailable, Coverage
from kofu_spec.paths import find_font


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return Coverage(find_font())


@pytest.mark.parametrize(
    "text",
    [
        "架空 太郎　見本",
        "辻\U000e0102見",
        "\ufa19\ufa11",  # compatibility ideographs as they are
        "\U0002000b",  # beyond the BMP
        "神\ufe00",  # a standardised variant
        "",
    ],
)
def test_what_the_font_has_is_not_missing(coverage: Coverage, text: str) -> None:
    assert coverage.missing(text) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("見辻\U000e0100\U000e0102", "辻\U000e0100\U000e0102"),
        ("辻\U000e0100見🎌", "辻\U000e0100"),
        ("見🎌辻\U000e0100", "🎌"),
        ("\U000e0102辻", "\U000e0102"),
        ("見\U000e0102", "見\U000e0102"),
        ("見\n本", "\n"),
        ("見\x00", "\x00"),
        ("\U000e0001", "\U000e0001"),
        ("見\u00ad本", "\u00ad"),  # in the font, but it leaves no trace on paper
        ("見\uf860本", "\uf860"),  # in the font, but private use means nothing to a reader
    ],
)
def test_the_first_that_is_missing_is_named(coverage: Coverage, text: str, first: str) -> None:
    assert coverage.missing(text) == first


def test_the_error_names_the_code_points(coverage: Coverage) -> None:
    with pytest.raises(CharacterNotAvailable) as caught:
        coverage.require("架空 辻\U000e0100子")
    assert caught.value.character == "辻\U000e0100"
    assert caught.value.code_points == "U+8FBB U+E0100"
    assert "U+8FBB U+E0100" in str(caught.value)


def test_every_registered_sequence_and_mapped_character_is_there(coverage: Coverage) -> None:
    with TTFont(find_font(), lazy=True) as font:
        mapped = font["cmap"].getBestCmap()
        selections = next(table for table in font["cmap"].tables if table.format == 14).uvsDict
    sequences = [chr(base) + chr(selector) for selector, entries in selections.items() for base, _ in entries]
    assert len(sequences) > 11_000
    assert [one for one in sequences if coverage.missing(one)] == []
    refused = {chr(point) for point in mapped if coverage.missing(chr(point))} - set("\r\t")
    assert refused == set("\u00ad\uf860\uf861\uf862\uf87a\uf87f")
