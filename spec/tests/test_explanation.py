"""What is told of an id: everything that belongs to it, found from either end."""

import json
from dataclasses import replace

import pytest

from kofu_spec.explanation import Explanation, Knowledge, UnknownId, explain

KNOWN = Knowledge.of_this_package()
IDS = [*KNOWN.catalogue, *KNOWN.incidents, *KNOWN.links.checks, *KNOWN.links.faults]


def told(wanted: str, known: Knowledge = KNOWN) -> Explanation:
    return explain(wanted, known)[0]


def below(heading: str, explanation: Explanation) -> str:
    """All that stands under headings that begin so."""
    return "\n".join(line for one in explanation.sections if one.heading.startswith(heading) for line in one.lines)


@pytest.mark.parametrize("wanted", IDS)
def test_everything_can_be_explained_in_words_and_as_data(wanted: str) -> None:
    for one in explain(wanted, KNOWN):
        assert all(section.lines and all(section.lines) for section in one.sections)
        assert json.loads(json.dumps(one.data))["id"] == wanted


def test_a_requirement_comes_with_source_verdict_checks_faults_and_incidents() -> None:
    explanation = told("P.2")
    assert "合格は、" in below("判定の意味", explanation)
    assert "Making one document takes longer" in below("検査 / check chain.concurrency", explanation)
    assert "「請求により証明書情報を送信し" in below("検査 / check chain.concurrency", explanation)
    assert "yokohama (issuing, 2.8)" in below("検査が見つける誤り", explanation)
    assert "lgwan-outage" in below("事例", explanation)
    assert explanation.data["incidents"] == ["yokohama", "lgwan-outage"]


def test_a_requirement_that_waits_says_for_what_and_names_no_check() -> None:
    explanation = told("3.2.4a")
    assert below("未対応", explanation) == "waits for: paper"
    assert explanation.data["checks"] == []


def test_an_attested_requirement_says_what_is_asked_for() -> None:
    assert "number and term of the contract" in below("求める証拠", told("3.3.1"))


def test_the_quotation_is_read_with_its_errata() -> None:
    assert "read 戸籍全部（個人事項証明書、 as 戸籍全部（個人）事項証明書、" in below("原文", told("1.3"))


def test_vectors_are_told_where_there_are_any() -> None:
    known = replace(KNOWN, links=replace(KNOWN.links, vectors={"pin": ("3.3.10",)}))
    assert below("ベクトル", told("3.3.10", known)) == "pin"
    assert told("3.3.9", known).data["vectors"] == []


def test_an_incident_names_what_it_broke_and_what_catches_it() -> None:
    explanation = told("cancelled-seal")
    assert "P.5" in below("破られた性質", explanation)
    assert explanation.data["checks"] == ["chain.freshness.cancelled_seal_gives_none"]


def test_an_incident_without_a_fault_waits() -> None:
    waiting = replace(KNOWN.incidents["takamatsu"], faults=(), pending="suite")
    explanation = told("takamatsu", replace(KNOWN, incidents=KNOWN.incidents | {"takamatsu": waiting}))
    assert below("未対応", explanation) == "waits for: suite"
    assert below("見つける検査", explanation) == ""


def test_an_incident_and_a_fault_of_one_name_are_both_told() -> None:
    assert [one.data["kind"] for one in explain("yokohama", KNOWN)] == ["incident", "fault"]


def test_a_fault_leads_to_the_command_that_shows_it() -> None:
    explanation = told("plain_text_answered")
    assert below("試す", explanation).startswith(
        "kofu check --reference all --fault plain_text_answered --check chain."
    )


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("tokusima", "tokushima"),
        ("cancelled_seals", "cancelled_seal"),
        ("three_wrong_pins_lock", "chain.pin.three_wrong_pins_lock"),
        ("pin", "chain.pin."),
        ("3.3.100", "3.3.10"),
        ("p.2", "P.2"),
        ("", "lists the requirements"),
        ("zzz", "lists the requirements"),
    ],
)
def test_an_unknown_id_suggests_near_ones_in_one_line(wanted: str, near: str) -> None:
    with pytest.raises(UnknownId) as refused:
        explain(wanted, KNOWN)
    assert near in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_requirement_and_an_incident_name_what_the_model_says_of_them() -> None:
    known = Knowledge.of_this_package()
    (lock,) = explain("3.3.10", known)
    assert any("kofu model lock" in line for section in lock.sections for line in section.lines)
    told = [line for one in explain("yokohama", known) for section in one.sections for line in section.lines]
    assert any(line.startswith("only_the_lock_released: ") for line in told)
