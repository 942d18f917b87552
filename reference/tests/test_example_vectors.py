"""The example in JavaScript passes the vectors, and an error planted in its rules is found. [1.5, 3.3.10, P.9]"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from reference.tests.node_side import ROOT, find_node

from kofu_spec import vectors

EXAMPLE = ROOT / "examples" / "vectors"
VECTORS = ROOT / "spec" / "kofu_spec" / "vectors"
FILES = ("hours", "pin", "municipality_code", "individual_number", "eras")


def run(folder: Path, files: Path = VECTORS) -> "subprocess.CompletedProcess[str]":
    node = find_node()
    return subprocess.run(
        [node.node, "--test", "--test-reporter=tap", folder / "vectors.test.mjs"],
        env={**node.environment, "KOFU_VECTORS": str(files)},
        capture_output=True,
        text=True,
        check=False,
    )


def with_error(folder: Path, right: str, wrong: str) -> Path:
    """A copy of the example, its rules wrong in one place."""
    shutil.copytree(EXAMPLE, folder)
    rules = (folder / "rules.mjs").read_text("utf-8")
    assert rules.count(right) == 1
    (folder / "rules.mjs").write_text(rules.replace(right, wrong), "utf-8")
    return folder


def test_the_example_passes_every_vector_of_the_rules_that_it_has() -> None:
    done = run(EXAMPLE)
    assert done.returncode == 0, done.stdout[-3000:]
    passed = set(re.findall(r"^ +ok \d+ - (\S+) \[", done.stdout, re.MULTILINE))
    assert passed == {vector.id for name in FILES for vector in vectors.load(name).vectors}


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("opensAtMinute * 60000 <= clock", "opensAtMinute * 60000 < clock", "day.opening.residence_certificate"),
        ("clock < closesAtMinute * 60000", "clock <= closesAtMinute * 60000", "day.closing.session"),
        ("const JST_MILLISECONDS = 9 *", "const JST_MILLISECONDS = 0 *", "zone.year-end-utc.residence_certificate"),
        ('>= "12-29"', '>= "12-30"', "year-end.begins.session"),
        ('"2026-09-22", ', "", "holiday.sandwiched.koseki_all_matters"),
        ("|| stands(calendar.closedDays)", "", "closed.noon.residence_certificate"),
        ("own?.hours ?? calendar.hours", "calendar.hours", "irregular.closing.residence_certificate"),
        ("if (strikes < 3) strikes", "strikes", "three-wrong-right"),
        ("strikes = act === \"right\" ? 0 : strikes + 1", "strikes += act === \"right\" ? 0 : 1", "reset-by-right"),
        ("(11 - (weighted", "(12 - (weighted", "check-digit.0"),
        ("rest <= 1 ? 0 : 11 - rest", "(11 - rest) % 10", "check-digit.0"),
        ("/[^0-9]/.test(text)", "/\\D/.test(text.trim())", "digits.line-break"),
        ('["平成", "1989-01-08"]', '["平成", "1989-01-01"]', "showa.last.era"),
        ('number === 1 ? "元" : number', "number", "reiwa.first.era"),
        ("month: month || 1", "month: month || 12", "partial.era-change.year-2019.era"),
    ],
)  # fmt: skip
def test_a_planted_error_is_found(tmp_path: Path, right: str, wrong: str, found: str) -> None:
    done = run(with_error(tmp_path / "example", right, wrong))
    assert done.returncode == 1
    assert re.search(rf"^ +not ok \d+ - {re.escape(found)} \[", done.stdout, re.MULTILINE), done.stdout[-3000:]


def test_a_raised_version_is_noticed(tmp_path: Path) -> None:
    """Whoever has fixed a version learns that an expectation has changed before wondering at a failure."""
    for name in FILES:
        text = (VECTORS / f"{name}.json").read_text("utf-8")
        (tmp_path / f"{name}.json").write_text(text.replace('"version": "1"', '"version": "2"'), "utf-8")
    done = run(EXAMPLE, tmp_path)
    assert done.returncode == 1
    assert len(re.findall(r"^ +not ok 1 - version", done.stdout, re.MULTILINE)) == len(FILES)
