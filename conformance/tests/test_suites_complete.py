"""The suites as a whole: every check has a seeded fault, every requirement exists, every family stands in the city."""

import ast
import json
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

import kofu_conformance.suites
from kofu_conformance.cli.reference import KOFU
from kofu_conformance.engine.registry import CHECKS
from kofu_conformance.engine.selection import load_suites
from kofu_conformance.oracles.paper import without_blanks
from kofu_spec import requirements
from kofu_spec.city import make_city
from kofu_spec.requirements.catalogue import VerdictClass

SUITES = Path(kofu_conformance.suites.__file__).parent
LABEL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
UNASKED = {"content-type", "residence-record"}
"""Words of that form which are no labels."""


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    load_suites()


@pytest.fixture(scope="module")
def faults() -> list[dict[str, str]]:
    """The seeded faults as the reference lists them."""
    listed = subprocess.run([*KOFU, "serve", "--list-faults", "--json"], capture_output=True, check=True)
    found: list[dict[str, str]] = json.loads(listed.stdout)
    return found


def test_every_check_has_a_seeded_fault_that_names_it(faults: list[dict[str, str]]) -> None:
    assert {one.id for one in CHECKS} == {fault["killed_by"] for fault in faults}


def test_a_fault_breaks_a_requirement_that_its_check_judges(faults: list[dict[str, str]]) -> None:
    for fault in faults:
        assert fault["statement"] in CHECKS[fault["killed_by"]].requirements, fault["id"]
        assert fault["sentence"].endswith("."), fault["id"]


def test_every_requirement_that_a_check_judges_is_in_the_catalogue_and_no_longer_pending() -> None:
    catalogue = requirements.load()
    for check in CHECKS:
        for requirement in check.requirements:
            assert not catalogue[requirement].pending, (check.id, requirement)


def test_every_testable_requirement_is_judged_or_says_what_it_waits_for() -> None:
    judged = {requirement for check in CHECKS for requirement in check.requirements}
    uncovered = [
        one.id
        for one in requirements.load().values()
        if VerdictClass.TEST in one.classes and one.id not in judged and not one.pending
    ]
    assert uncovered == []


def test_every_family_that_the_suites_name_stands_in_the_city() -> None:
    labels = set(make_city().labels)
    named = {
        node.value
        for path in SUITES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and LABEL.fullmatch(node.value)
    }
    assert len(named) > 30
    assert named - UNASKED <= labels


def test_every_check_quotes_the_source_word_for_word() -> None:
    source = without_blanks(files(requirements).joinpath("source.md").read_text(encoding="utf-8"))
    for check in CHECKS:
        for part in without_blanks(check.quotation).split("（中略）"):
            assert part in source, check.id
