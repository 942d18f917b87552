"""The test vectors: as the rules say, whole, and to be found by requirement."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from click.testing import CliRunner

from kofu.v1.common_pb2 import Application, CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_spec import requirements, vectors
from kofu_spec.rules.calendar import refusal_at
from kofu_spec.rules.eligibility import kind_of
from kofu_spec.rules.eras import ERAS
from kofu_spec.vectors import Vector, VectorFile
from kofu_spec.vectors.__main__ import HERE, main
from kofu_spec.vectors.makers import MAKERS
from kofu_spec.vectors.makers.eligibility import application_of
from kofu_spec.vectors.making import Made, VectorsWrong, files, record

NAMES = (
    *("eligibility", "eras", "fees", "holidays", "hours", "individual_number", "items"),
    *("municipality_code", "names", "pin", "tax_year", "traces"),
)
JAPANESE = re.compile("[぀-ヿ一-鿿]")


def content(name: str) -> dict[str, Any]:
    return dict(json.loads((HERE / f"{name}.json").read_text("utf-8")))


def schema(name: str) -> dict[str, Any]:
    return dict(json.loads((HERE / content(name)["schema"]).read_text("utf-8")))


def written_to(folder: Path) -> CliRunner:
    runner = CliRunner()
    assert runner.invoke(main, ["--folder", str(folder)]).exit_code == 0
    return runner


def test_every_rule_has_its_file() -> None:
    assert vectors.names() == NAMES
    assert len(MAKERS) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_two_validators_find_the_file_as_its_schema_says(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    jsonschema.Draft202012Validator(schema(name)).validate(content(name))
    jsonschema_rs.Draft202012Validator(schema(name)).validate(content(name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", ["given", "expect"])
def test_a_schema_refuses_what_it_does_not_know(name: str, part: str) -> None:
    broken = content(name)
    broken["vectors"][0][part] = {**broken["vectors"][0][part], "surprise": 1}
    assert not jsonschema_rs.Draft202012Validator(schema(name)).is_valid(broken)
    broken["vectors"][0][part] = {}
    assert not jsonschema_rs.Draft202012Validator(schema(name)).is_valid(broken)


@pytest.mark.parametrize("name", NAMES)
def test_every_vector_says_why_in_both_languages_and_rests_on_a_testable_requirement(name: str) -> None:
    file, catalogue = vectors.load(name), requirements.load()
    assert len({vector.id for vector in file.vectors}) == len(file.vectors) >= 20
    assert len({json.dumps(dict(vector.given)) for vector in file.vectors}) == len(file.vectors), "one asked twice"
    for vector in file.vectors:
        assert JAPANESE.search(vector.because_ja), vector.id
        assert vector.because_en.isprintable(), vector.id
        assert vector.because_en.endswith("."), vector.id
        assert catalogue[vector.requirement].testable
    assert {vector.requirement for vector in file.vectors} == set(file.requirements)


def test_the_committed_files_are_what_the_rules_give_whatever_the_hash_seed() -> None:
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "kofu_spec.vectors", "--check"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_difference_is_told_by_file(tmp_path: Path) -> None:
    runner = written_to(tmp_path)
    assert runner.invoke(main, ["--check", "--folder", str(tmp_path)]).exit_code == 0

    file = tmp_path / "hours.json"
    file.write_text(file.read_text("utf-8").replace("06:29:59.999", "06:29:59.998", 1), "utf-8")
    (tmp_path / "eras.json").unlink()
    (tmp_path / "schemas" / "forgotten.schema.json").write_text("{}", "utf-8")

    told = runner.invoke(main, ["--check", "--folder", str(tmp_path)])
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        f"{path}: differs from the rules; run make vectors and commit it"
        for path in ("eras.json", "hours.json", "schemas/forgotten.schema.json")
    ]
    written_to(tmp_path)
    assert runner.invoke(main, ["--check", "--folder", str(tmp_path)]).exit_code == 0


def made(*made_vectors: Vector) -> Made:
    return Made("odd", "1", "あ", "a", record({"text": {"type": "string"}}), record({"valid": {}}), made_vectors)


GOOD = Vector("good", {"text": ""}, {"valid": True}, "ア", "A.", "1.5")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ((GOOD, GOOD), "odd: good: stands 2 times"),
        ((Vector("x", {"text": ""}, {"valid": True}, "ア", "A.", "9.9"),), "odd: x: requirement 9.9 is not in"),
        ((Vector("x", {"text": 1}, {"valid": True}, "ア", "A.", "1.5"),), r"odd: \$.vectors\[0\].given.text"),
        ((Vector("X y", {"text": ""}, {"valid": True}, "ア", "A.", "1.5"),), r"odd: \$.vectors\[0\].id"),
        ((), r"odd: \$.requirements"),
    ],
)
def test_what_a_maker_gets_wrong_is_told_before_anything_is_written(wrong: tuple[Vector, ...], told: str) -> None:
    with pytest.raises(VectorsWrong, match=told):
        list(files([made(*wrong)]))


def test_characters_that_an_editor_might_change_are_written_as_escapes() -> None:
    hard = Vector("hard", {"text": "\ufa19\u8fbb\U000e0102\U00020bb7か\u3099\x85"}, {"valid": True}, "ア", "A.", "1.5")
    text = dict(files([made(hard)]))["odd.json"]
    assert r"\ufa19辻\udb40\udd02\ud842\udfb7か\u3099\u0085" in text
    assert json.loads(text)["vectors"][0]["given"] == hard.given


def test_the_loader_gives_what_the_file_says() -> None:
    file = vectors.load("pin")
    assert isinstance(file, VectorFile)
    assert file.version == content("pin")["version"]
    assert [vars(vector) for vector in file.vectors] == content("pin")["vectors"]


def test_an_unknown_file_is_told_with_those_that_there_are() -> None:
    with pytest.raises(vectors.UnknownVectors) as unknown:
        vectors.load("hour")
    assert str(unknown.value) == f"vectors 'hour': there is no such file; take one of {', '.join(NAMES)}"


def test_the_vectors_of_a_requirement_are_found_in_every_file_that_has_some() -> None:
    assert [name for name, _ in vectors.of_requirement("2.1")] == ["eras", "individual_number", "items", "names"]
    assert dict(vectors.of_requirement("3.3.11"))["pin"][0] == "unblocked"
    assert vectors.of_requirement("3.1.4") == []
    for requirement in requirements.load():
        for name, ids in vectors.of_requirement(requirement):
            assert requirement in vectors.load(name).requirements
            assert len(ids) == len(set(ids))


EXPECTED_REASONS = MappingProxyType(
    {
        "hours": {"OUT_OF_HOURS", "KOSEKI_OUT_OF_HOURS", "SERVICE_NOT_STARTED"},
        "tax_year": {"NO_TAX_RECORD", "NOT_CURRENT_TAX_YEAR"},
        "eligibility": {
            *("APPLICANT_NOT_FOUND", "PERSON_NOT_PERMITTED", "UNDER_AGE", "ISSUE_BLOCKED", "NO_SEAL_REGISTRATION"),
            *("NO_TAX_RECORD", "NOT_CURRENT_TAX_YEAR", "KOSEKI_FILING_IN_PROGRESS", "INVALID_REQUEST"),
        },
    }
)


@pytest.mark.parametrize("name", EXPECTED_REASONS)
def test_every_answer_of_a_rule_is_asked_for(name: str) -> None:
    """Of the hours, every one by each kind that can meet it as well."""
    found = {vector.expect["reason"] for vector in vectors.load(name).vectors}
    assert found == {None, *(f"REASON_{reason}" for reason in EXPECTED_REASONS[name])}
    assert found - {None} <= set(Reason.keys())


def test_the_hours_are_asked_on_both_sides_of_every_boundary() -> None:
    """For each kind that closes, the last millisecond before and the first instant after."""
    asked = {(vector.given["instant"], vector.given["kind"]) for vector in vectors.load("hours").vectors}
    day = "2026-10-07T"
    for kind, edges in (
        ("CERTIFICATE_KIND_RESIDENCE_CERTIFICATE", ("06:29:59.999", "06:30:00.000", "22:59:59.999", "23:00:00.000")),
        ("CERTIFICATE_KIND_KOSEKI_ALL_MATTERS", ("08:59:59.999", "09:00:00.000", "16:59:59.999", "17:00:00.000")),
    ):
        assert {(f"{day}{edge}+09:00", kind) for edge in edges} <= asked
    assert {kind for _, kind in asked} == {None, *CertificateKind.keys()[1:]}


def test_every_era_is_asked_on_its_first_day_and_the_one_before_on_its_last() -> None:
    printed = {vector.expect["printed"] for vector in vectors.load("eras").vectors}
    for name, first_day in ERAS:
        assert f"{name}元年{first_day.month}月{first_day.day}日" in printed
    assert {"平成31年4月30日", "昭和64年1月7日", "大正15年12月24日", "明治45年7月29日"} <= printed


def test_every_check_digit_is_asked() -> None:
    for name in ("municipality_code", "individual_number"):
        right = [vector.given["text"] for vector in vectors.load(name).vectors if vector.expect["valid"]]
        assert {text[-1] for text in right} == set("0123456789")


def test_who_may_have_what_is_asked_within_the_hours_alone() -> None:
    for vector in vectors.load("eligibility").vectors:
        application = application_of(vector.given)
        assert refusal_at(kind_of(application), datetime.fromisoformat(vector.given["received_at"])) is None, vector.id


def test_every_kind_and_every_combination_of_options_is_asked_for_its_items() -> None:
    found = [application_of(vector.given) for vector in vectors.load("items").vectors]
    assert {kind_of(application) for application in found} == set(CertificateKind.values()[1:])
    switches = {
        (one.show_domicile, one.show_relationship, one.show_individual_number)
        for one in (application.residence_certificate for application in found)
    }
    assert len(switches) == 8
    assert Application(koseki_all_matters={}) in found


def test_numbers_are_of_nobody() -> None:
    """Four zeros mark an Individual Number as made up; those that try one weight each are a single 1 among zeros."""
    for vector in vectors.load("individual_number").vectors:
        text = vector.given["text"]
        if vector.expect["valid"]:
            assert text.startswith("0000") or text[:-1].count("0") == 10
