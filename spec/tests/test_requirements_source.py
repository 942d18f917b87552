"""The source document is the quotations of the requirements and a list of headings, and nothing else."""

import re

import pytest

from kofu_spec.requirements import CatalogueError, errata, load, nonnormative, source_text
from kofu_spec.requirements.source import parse_errata, unquoted, without_blanks

QUOTATIONS = {entry.id: entry.source for entry in load().values() if entry.source}
SOURCE = without_blanks(source_text())


@pytest.mark.parametrize("requirement_id", QUOTATIONS)
def test_every_quotation_stands_in_the_source_word_for_word(requirement_id: str) -> None:
    for passage in QUOTATIONS[requirement_id].splitlines():
        assert without_blanks(passage) in SOURCE


def test_every_sentence_and_cell_of_the_source_is_quoted_or_states_nothing() -> None:
    assert unquoted(source_text(), QUOTATIONS.values(), nonnormative()) == []


@pytest.mark.parametrize(
    "requirement_id", ["1.3", "1.5", "2.3", "2.8", "3.1.3c", "3.2.4b", "3.3.2b", "3.3.8", "3.3.11"]
)
def test_a_requirement_taken_away_leaves_its_sentence_over(requirement_id: str) -> None:
    others = [text for key, text in QUOTATIONS.items() if key != requirement_id]
    left = unquoted(source_text(), others, nonnormative())
    assert left
    assert all(rest in without_blanks(QUOTATIONS[requirement_id]) for rest in left)


@pytest.mark.parametrize("passage", nonnormative())
def test_what_states_nothing_stands_in_the_source_and_is_needed(passage: str) -> None:
    assert without_blanks(passage) in SOURCE
    others = [one for one in nonnormative() if one != passage]
    assert unquoted(source_text(), QUOTATIONS.values(), others) != []


def test_no_heading_hides_an_obligation() -> None:
    """Obligations of this document end in a verb and a full stop; of what states nothing only the lead-in does."""
    assert [one for one in nonnormative() if re.search(r"。$|こと$", one)] == [
        "事業の実施に伴い、関係する各機関において、次のような個人情報保護措置を講じる。"
    ]


def test_requirements_are_read_with_the_errata_in_mind() -> None:
    for erratum in errata():
        assert without_blanks(erratum.scanned) in SOURCE, erratum.id
        assert erratum.scanned != erratum.meant, erratum.id
        for requirement_id in erratum.requirements:
            if erratum.id != "E.5":  # of a heading
                assert without_blanks(erratum.scanned) in without_blanks(load()[requirement_id].source), erratum.id


def test_every_quotation_with_an_error_of_the_scan_is_named_by_its_erratum() -> None:
    for erratum in errata():
        scanned = without_blanks(erratum.scanned)
        quoting = {key for key, text in QUOTATIONS.items() if scanned in without_blanks(text)}
        if erratum.id not in ("E.5", "E.9", "E.10"):  # of a heading; of blanks alone
            assert quoting == set(erratum.requirements), erratum.id


def test_no_requirement_repeats_an_error_of_the_scan_in_its_own_words() -> None:
    wrong = ("電気計算機", "市内内部", "L2WAN", "清算", "保有個人方法", "L G W A N", "J - L I S")
    for entry in load().values():
        own = " ".join((entry.title_ja, entry.ja, entry.verdict_ja, entry.evidence_ja, entry.paragraph))
        assert not any(word in own for word in wrong), entry.id


ERRATUM = """
- id: E.1
  scanned: 電気計算機
  meant: 電子計算機
  note_ja: 読取り誤り。
  note_en: Misread.
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ERRATUM.replace("E.1", "1"), "errata.yaml: 1: id: "),
        (ERRATUM.replace("scanned: 電気", "scanned: 電機"), "errata.yaml: E.1: scanned: does not stand in source.md; "),
        (ERRATUM.replace("note_en", "note"), "errata.yaml: E.1: note_en: Field required; add it"),
        (ERRATUM + ERRATUM, "errata.yaml: E.1: id: stands twice"),
    ],
)
def test_a_fault_of_the_errata_is_one_line(text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        parse_errata(text, source_text())
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)
