"""The catalogue: numbered for ever, in both languages, and plain about its own faults."""

import re

import pytest
import yaml

from kofu_spec.requirements import (
    CatalogueError,
    Level,
    Pending,
    UnknownRequirement,
    VerdictClass,
    load,
    parse,
)

VALID = """
- id: "1.2"
  level: MUST
  title_ja: 開始日
  title_en: First day
  ja: 開始日より前に交付しないこと。
  en: Nothing is issued earlier.
  source: 令和4年3月1日から、
  paragraph: 諮問事項
  systems: [center]
  classes: [test]
  verdict_ja: 合格は、それより前に交付されなかったことを示す。
  verdict_en: A pass says that nothing was issued earlier.
"""


def test_the_numbers_are_those_of_the_reading() -> None:
    numbers = [
        *(f"1.{n}" for n in range(1, 12)),
        *("2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.6a", "2.7", "2.7a", "2.8", "2.9", "2.10", "2.11"),
        *("3.1.1", "3.1.2", "3.1.2a", "3.1.3a", "3.1.3b", "3.1.3c", "3.1.3d", "3.1.3e", "3.1.4", "3.1.5", "3.1.5a"),
        *("3.1.6", "3.1.7", "3.1.7a"),
        *("3.2.1", "3.2.1a", "3.2.2", "3.2.2a", "3.2.3", "3.2.4a", "3.2.4b", "3.2.4c", "3.2.5", "3.2.5a", "3.2.5b"),
        *("3.2.6", "3.3.1", "3.3.2a", "3.3.2b", "3.3.2c", "3.3.3", "3.3.4", "3.3.4a", "3.3.5", "3.3.5a", "3.3.6"),
        *("3.3.7", "3.3.8", "3.3.8a", "3.3.9", "3.3.10", "3.3.11", "3.3.12", "3.3.12a", "3.3.12b"),
        *(f"P.{n}" for n in range(1, 11)),
    ]
    assert list(load()) == numbers


def test_what_only_the_operator_can_tell_waits_for_attestation() -> None:
    for entry in load().values():
        if entry.classes == {VerdictClass.ATTEST}:
            assert entry.pending is Pending.ATTESTATION, entry.id
        if VerdictClass.INFORMATIVE in entry.classes:
            assert entry.pending is None, entry.id


def test_the_circled_number_is_the_one_of_the_quotation() -> None:
    """Several statements may share a circled number; the first of them quotes it."""
    for entry in load().values():
        assert bool(entry.circled) == entry.id.startswith("3."), entry.id
        if entry.source[:1] in "①②③④⑤⑥⑦⑧⑨" and entry.source:
            assert entry.source[0] == entry.circled


def test_only_the_police_is_a_rule_with_exceptions() -> None:
    assert [entry.id for entry in load().values() if entry.level is Level.SHOULD] == ["3.3.8"]


def test_both_languages_are_what_they_say() -> None:
    kana = re.compile(r"[ぁ-んァ-ヶ一-龠]")
    for entry in load().values():
        japanese = [entry.title_ja, entry.ja, *filter(None, (entry.verdict_ja, entry.evidence_ja))]
        english = [entry.title_en, entry.en, *filter(None, (entry.verdict_en, entry.evidence_en))]
        japanese += [text for each in entry.decisions for text in (each.ja, each.reason_ja)]
        english += [text for each in entry.decisions for text in (each.en, each.reason_en)]
        assert all(kana.search(text) for text in japanese), entry.id
        assert all(len(kana.findall(text)) < len(text) / 4 for text in english), entry.id


def test_a_verdict_says_what_a_pass_says() -> None:
    for entry in load().values():
        if VerdictClass.INFORMATIVE not in entry.classes:
            assert "合格は、" in entry.verdict_ja, entry.id
            assert "A pass says that" in entry.verdict_en, entry.id
        if entry.classes == {VerdictClass.ATTEST}:
            assert entry.verdict_ja.startswith("確認書による。"), entry.id
            assert entry.verdict_en.startswith("By attestation."), entry.id
        for other in re.findall(r"\b\d(?:\.\d+)+[a-z]?\b", entry.verdict_en):
            assert other in load(), entry.id


def test_the_numbers_of_items_are_those_that_the_source_names() -> None:
    for requirement_id, count in (("2.1", 24), ("2.2", 16), ("2.3", 10)):
        entry = load()[requirement_id]
        assert len(entry.source.split("、")) == count
        assert f"{count}項目" in entry.ja
        assert str(count) in entry.en


def test_loading_twice_gives_the_same_catalogue() -> None:
    assert load() is load()
    assert load()["3.3.10"] is load()["3.3.10"]
    assert "3.3.10" in load()
    assert "3.3.99" not in load()


@pytest.mark.parametrize(
    ("typed", "near"),
    [("3.1.3", "3.1.3a"), ("3.3.100", "3.3.10"), ("p.2", "P.2"), ("3.2.4", "3.2.4c"), ("3.3.10 ", "3.3.10")],
)
def test_an_unknown_id_suggests_near_ones_in_one_line(typed: str, near: str) -> None:
    with pytest.raises(UnknownRequirement) as refused:
        load()[typed]
    assert isinstance(refused.value, KeyError)
    assert near in refused.value.near
    assert near in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_id_like_nothing_points_at_the_list() -> None:
    with pytest.raises(UnknownRequirement, match="'kofu explain' lists all"):
        load()["PIN"]


def entry(**changes: object) -> str:
    """The valid entry with fields changed; None takes a field away."""
    [fields] = yaml.safe_load(VALID)
    fields |= changes
    kept = {key: value for key, value in fields.items() if value is not None}
    return yaml.safe_dump([kept], allow_unicode=True)


def test_the_valid_entry_is_valid() -> None:
    assert list(parse({"1.yaml": entry()})) == ["1.2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry(systems=["cellar"]), "1.yaml: 1.2: systems.0: "),
        (entry(level="OUGHT"), "1.yaml: 1.2: level: "),
        (entry(title_en=None), "1.yaml: 1.2: title_en: "),
        (entry(title_en=" "), "1.yaml: 1.2: title_en: "),
        (entry(colour="red"), "1.yaml: 1.2: colour: "),
        (entry(id="one"), "1.yaml: one: id: "),
        (entry(source=None), "1.yaml: 1.2: source: must quote the document"),
        (entry(id="P.1"), "1.yaml: P.1: source: the profile's own requirements quote nothing"),
        (entry(classes=["attest"]), "1.yaml: 1.2: pending: must be attestation"),
        (entry(verdict_ja=None), "1.yaml: 1.2: verdict_ja: says what a pass means"),
        (entry(classes=["informative"]), "1.yaml: 1.2: verdict_ja: says what a pass means"),
        (entry(classes=["test", "attest"]), "1.yaml: 1.2: evidence_ja: says what the operator is asked to show"),
        (entry(evidence_en="A paper."), "1.yaml: 1.2: evidence_en: says what the operator is asked to show"),
        (entry(classes=["informative", "test"]), "1.yaml: 1.2: classes: informative goes with no other"),
        (entry(least_triggers={"quick": 0}), "1.yaml: 1.2: least_triggers.quick: "),
        (entry(least_triggers={"quick": 5}), "1.yaml: 1.2: least_triggers: a higher level must not ask for less"),
        (entry(pending="patience"), "1.yaml: 1.2: pending: "),
        (entry(decisions=[{"ja": "定める。", "en": "Decided."}]), "1.yaml: 1.2: decisions.0.reason_ja: "),
        ("- just a word", "1.yaml: entry 1: "),
        ("id: '1.2'", "1.yaml: must be a list of entries"),
        ("- [", "1.yaml: is no YAML"),
        (entry() + entry(), "1.yaml: 1.2: id: stands twice"),
    ],
)
def test_a_fault_of_the_catalogue_names_file_id_field_and_remedy(text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        parse({"1.yaml": text})
    assert str(refused.value).startswith(said)
    assert "; " in str(refused.value)
    assert "\n" not in str(refused.value)
