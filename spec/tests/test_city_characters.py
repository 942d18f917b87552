"""Whether the font can print the city: every code point and every variation sequence against its cmap."""

import io
import unicodedata
from collections.abc import Iterator
from functools import cache

import pytest
from fontTools.ttLib import TTFont
from google.protobuf.message import Message

from kofu.v1.register_pb2 import ResidentControl
from kofu_spec.city import City, make_city
from kofu_spec.city.names import (
    BEYOND_BMP,
    COMPATIBILITY_IDEOGRAPHS,
    NOT_IN_FONT,
    VARIATION_SEQUENCES,
)
from kofu_spec.paths import find_font


@cache
def font() -> TTFont:
    return TTFont(io.BytesIO(find_font().read_bytes()), lazy=True)


@cache
def mapped() -> frozenset[int]:
    return frozenset(font().getBestCmap())


@cache
def sequences() -> frozenset[tuple[int, int]]:
    return frozenset(
        (base, selector)
        for table in font()["cmap"].tables
        if table.format == 14
        for selector, entries in table.uvsDict.items()
        for base, _ in entries
    )


def is_selector(code: int) -> bool:
    return 0xE0100 <= code <= 0xE01EF or 0xFE00 <= code <= 0xFE0F


def not_printable(text: str) -> list[str]:
    """What of a text the font lacks: code points, and sequences of a base and a selector."""
    codes = [ord(character) for character in text]
    lacking = []
    for position, code in enumerate(codes):
        if is_selector(code):
            if position == 0 or (codes[position - 1], code) not in sequences():
                lacking.append(f"sequence with U+{code:04X}")
        elif code not in mapped():
            lacking.append(f"U+{code:04X}")
    return lacking


def texts(message: Message) -> Iterator[str]:
    """Every text of a record, control data left out."""
    for descriptor, value in message.ListFields():
        for item in value if descriptor.is_repeated else [value]:
            if isinstance(item, str):
                yield item
            elif isinstance(item, Message) and not isinstance(item, ResidentControl):
                yield from texts(item)


@pytest.fixture(scope="module", params=[1, 2])
def city(request: pytest.FixtureRequest) -> City:
    return make_city(request.param)


def test_all_that_is_printed_of_everyone_else_is_in_the_font(city: City) -> None:
    exempt = {citizen.key for citizen in city.family("character-not-in-font")}
    for citizen in city.citizens:
        if citizen.key in exempt:
            continue
        for record in (citizen.resident, citizen.tax, citizen.koseki):
            for text in texts(record) if record is not None else ():
                assert not_printable(text) == [], citizen


def test_one_person_has_a_name_that_the_font_lacks(city: City) -> None:
    for citizen in city.family("character-not-in-font"):
        assert not_printable(citizen.name) == [f"U+{ord(NOT_IN_FONT):04X}"]


def test_every_hard_character_that_names_may_draw_is_in_the_font() -> None:
    assert not_printable(COMPATIBILITY_IDEOGRAPHS + BEYOND_BMP) == []
    for base, first, last in VARIATION_SEQUENCES:
        assert not_printable("".join(base + chr(selector) for selector in range(first, last + 1))) == []


def test_names_hold_what_normalisation_would_destroy(city: City) -> None:
    destroyed = [citizen for citizen in city.citizens if unicodedata.normalize("NFC", citizen.name) != citizen.name]
    assert len(destroyed) >= 5
    assert {"compatibility-ideograph"} <= set.intersection(*(set(citizen.labels) for citizen in destroyed))


def test_compatibility_ideographs_that_nfc_leaves_alone_are_there_too(city: City) -> None:
    assert any(
        unicodedata.normalize("NFC", citizen.name) == citizen.name for citizen in city.family("compatibility-ideograph")
    )
