"""Names as they are printed. [2.1, 2.9]"""

import unicodedata

import protovalidate
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.document_pb2 import ResidencePersonItems
from kofu_spec.city import make_city
from kofu_spec.rules.names import Fault, characters, code_points, missing_character, printed, text_fault

HARD = "\u8fbb\u845b\u9089\ufa19\ufa11\U00020bb7\U000e0102\U000e0103\ufe00\u3000 \u0301\u304b\u3099aA\u2028\x85\n\x7f"
TEXTS = st.text(st.sampled_from(HARD), min_size=1, max_size=12)


@given(TEXTS)
def test_characters_are_the_text_cut_and_nothing_else(text: str) -> None:
    assert "".join(characters(text)) == text
    assert len(code_points(text)) == len(text)


@given(TEXTS)
def test_a_text_is_good_where_every_selector_has_a_character_to_vary(text: str) -> None:
    if text_fault(text) is None:
        assert all(
            len(character) <= 2 and character[0] not in "\U000e0102\U000e0103\ufe00" for character in characters(text)
        )
        assert not set(text) & set("\u2028\x85\n\x7f")


@given(TEXTS)
def test_the_interfaces_rule_says_the_same(text: str) -> None:
    person = ResidencePersonItems(name=text, birth_date={"unknown": True})
    assert (text_fault(text) is None) == (not protovalidate.collect_violations(person))


@given(TEXTS)
def test_paper_shows_every_code_point_but_blanks_in_order(text: str) -> None:
    remaining = iter(text)
    assert all(point in remaining for point in printed(text))
    assert set(text) - set(printed(text)) <= set(" \u3000\n")
    assert printed(printed(text)) == printed(text)


@given(first=TEXTS, second=TEXTS)
def test_names_that_differ_in_more_than_blanks_differ_on_paper(first: str, second: str) -> None:
    bare = [name.translate({0x20: None, 0x3000: None, 0x0A: None}) for name in (first, second)]
    assert (printed(first) == printed(second)) == (bare[0] == bare[1])


def test_paper_keeps_what_normalising_would_change() -> None:
    changed = [
        citizen.name for citizen in make_city().citizens if unicodedata.normalize("NFC", citizen.name) != citizen.name
    ]
    assert changed
    for name in changed:
        assert printed(name) != printed(unicodedata.normalize("NFC", name))


@given(TEXTS, st.data())
def test_the_first_character_that_is_lacking_is_named(text: str, data: st.DataObject) -> None:
    all_of_it = characters(printed(text))
    lacking = data.draw(st.sets(st.sampled_from(all_of_it))) if all_of_it else set()
    found = missing_character(text, set(all_of_it) - lacking)
    assert (found is None) == (not lacking)
    if found is not None:
        assert found in lacking
        assert not lacking & set(all_of_it[: all_of_it.index(found)])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\U000e0102\u8fbb", Fault.VARIATION_SELECTOR),
        ("\u8fbb\U000e0102\U000e0103", Fault.VARIATION_SELECTOR),
        ("\u8fbb\U000e0102\u4f8b", None),
        ("見本\n太郎", Fault.CONTROL_CHARACTER),
    ],
)
def test_selectors_and_control_characters(text: str, fault: Fault | None) -> None:
    assert text_fault(text) is fault


def test_a_base_that_the_font_has_says_nothing_of_its_variations() -> None:
    assert missing_character("\u8fbb\U000e0100\u4f8b", {"\u8fbb", "\u4f8b"}) == "\u8fbb\U000e0100"
