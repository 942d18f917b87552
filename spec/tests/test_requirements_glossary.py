"""The glossary: one English name a thing, and the protos' comments keep to it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kofu_spec.requirements import CatalogueError, source_text
from kofu_spec.requirements.glossary import GLOSSARY, Term, load, parse
from kofu_spec.requirements.source import without_blanks

PROTOS = Path(__file__).parents[2] / "proto" / "kofu"
COMMENT = re.compile(r"(?:^[ \t]*//.*\n)+", re.MULTILINE)

NAMES = {word: term for term in load().values() for word in (term.ja, *term.also_ja)}

VALID = """
- id: kiosk
  group: system
  ja: キオスク端末
  also_ja: [マルチコピー機]
  en: kiosk
  meaning_ja: 端末。
  meaning_en: A terminal.
"""


def explained_terms() -> Iterator[tuple[str, Term, str]]:
    """Every comment of the protos whose first sentence is a term of the glossary and no more, with its English."""
    for path in sorted(PROTOS.rglob("*.proto")):
        for found in COMMENT.finditer(path.read_text("utf-8")):
            comment = " ".join(line.strip().removeprefix("//").strip() for line in found[0].splitlines())
            japanese, stop, english = comment.partition("。")
            if stop and japanese in NAMES and "。" not in english:
                yield f"{path.name}: {comment}", NAMES[japanese], english


def test_comments_of_the_protos_name_a_thing_as_the_glossary_does() -> None:
    explained = list(explained_terms())
    assert len({term.id for _, term, _ in explained}) > 30
    for where, term, english in explained:
        assert any(name.casefold() in english.casefold() for name in (term.en, *term.also_en)), where


def test_words_that_this_project_does_not_use_are_not_in_the_protos() -> None:
    everything = "".join(path.read_text("utf-8") for path in PROTOS.rglob("*.proto"))
    for word in ("納税証明書", "清算", "電気計算機", "庁内LAN"):
        assert word not in everything


@pytest.mark.parametrize(
    "name",
    [
        *("市基幹システム", "中間サーバ", "戸籍システム", "証明書コンビニ交付システム", "証明発行サーバ"),
        *("証明書交付センター", "広域交付サーバ", "キオスク端末", "マルチコピー機", "問い合わせサイト", "LGWAN-ASP"),
        *("専用回線", "専用線", "けん制文字", "偽造防止検出画像", "スクランブル画像", "個人番号カード", "現年度分"),
    ],
)
def test_the_source_s_names_of_systems_and_things_have_their_english(name: str) -> None:
    assert name in without_blanks(source_text())
    assert NAMES[name].en


def test_both_languages_are_what_they_say() -> None:
    kana = re.compile(r"[ぁ-んァ-ヶ一-龠]")
    for term in load().values():
        assert kana.search(term.meaning_ja), term.id
        assert not kana.search(term.en), term.id
        assert len(kana.findall(term.meaning_en)) < 4, term.id
        assert term.meaning_ja.endswith("。"), term.id
        assert term.meaning_en.endswith("."), term.id


def test_the_valid_entry_is_valid() -> None:
    assert parse(VALID)["kiosk"].also_ja == ("マルチコピー機",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (VALID.replace("group: system", "group: machine"), "kiosk: group: "),
        (VALID.replace("  en: kiosk\n", ""), "kiosk: en: Field required; add it"),
        (VALID.replace("id: kiosk", "id: Kiosk 1"), "Kiosk 1: id: "),
        (VALID + VALID, "kiosk: id: stands twice"),
        (
            VALID + VALID.replace("id: kiosk", "id: copier").replace("ja: キオスク端末", "ja: 端末"),
            "copier: ja: マルチコピー機 names kiosk already; choose one of the two",
        ),
    ],
)
def test_a_fault_of_the_file_names_id_field_and_remedy(text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        parse(text)
    assert str(refused.value).startswith(f"{GLOSSARY}: {said}")
    assert "\n" not in str(refused.value)
