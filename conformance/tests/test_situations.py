"""The table of situations: every family, check, test and requirement that it names exists; no family is left out."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from kofu_conformance.engine.registry import CHECKS
from kofu_conformance.engine.selection import load_suites
from kofu_spec import requirements
from kofu_spec.city import make_city

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "situations.md"
TESTS = ("spec/tests", "reference/tests", "conformance/tests")
NAMED = re.compile(r"`([^`]+)`")


def rows(text: str) -> list[tuple[str, list[str], list[str]]]:
    """Situation, families, and what meets it, row by row. Raises ValueError for a row of another form."""
    found = []
    for line in text.splitlines():
        if not line.startswith("| ") or line.startswith("| situation "):
            continue
        cells = [cell.strip() for cell in line.strip("| \n").split(" | ")] if "| |" not in line else _gap(line)
        if len(cells) != 3:
            raise ValueError(f"row {line!r}: has {len(cells)} cells, not three")
        found.append((cells[0], NAMED.findall(cells[1]), NAMED.findall(cells[2])))
    return found


def _gap(line: str) -> list[str]:
    """A row whose situation has no family."""
    situation, met = line.strip("| \n").split("| |")
    return [situation.strip(), "", met.strip()]


def functions_by_file() -> Mapping[str, set[str]]:
    """The test functions of the project by file name."""
    found: dict[str, set[str]] = {}
    for folder in TESTS:
        for path in (ROOT / folder).rglob("test_*.py"):
            names = found.setdefault(path.name, set())
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                    names.add(node.name)
    return found


def missing(table: list[tuple[str, list[str], list[str]]]) -> list[str]:
    """What a table names that there is not, and rows that nothing meets."""
    load_suites()
    labels, tests = set(make_city().labels), functions_by_file()
    checks, statements = {check.id for check in CHECKS}, requirements.load()
    wrong = []
    for situation, families, met in table:
        wrong += [f"{situation}: no family {family}" for family in families if family not in labels]
        wrong += [] if met else [f"{situation}: nothing meets it"]
        for one in met:
            file, _, test = one.partition("::")
            if not (one in checks or test in tests.get(file, ()) or one in statements):
                wrong.append(f"{situation}: no {one}")
    return wrong


@pytest.fixture(scope="module")
def table() -> list[tuple[str, list[str], list[str]]]:
    return rows(TABLE.read_text(encoding="utf-8"))


def test_everything_that_the_table_names_exists(table: list[tuple[str, list[str], list[str]]]) -> None:
    assert len(table) > 50
    assert missing(table) == []


def test_every_family_of_the_city_stands_in_the_table(table: list[tuple[str, list[str], list[str]]]) -> None:
    named = {family for _, families, _ in table for family in families}
    assert set(make_city().labels) - named == set()


def test_a_situation_without_family_says_which_statement_leaves_it_out(
    table: list[tuple[str, list[str], list[str]]],
) -> None:
    for situation, families, met in table:
        if not families:
            assert all(requirements.load()[one].decisions for one in met), situation


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| Born | `nobody-s-family` | `chain.pin.three_wrong_pins_lock` |", "Born: no family nobody-s-family"),
        ("| Born | `plain` | `chain.pin.no_such_check` |", "Born: no chain.pin.no_such_check"),
        ("| Born | `plain` | `test_city.py::test_nothing` |", "Born: no test_city.py::test_nothing"),
        ("| Born | `plain` | none |", "Born: nothing meets it"),
        ("| Born | | requirement `9.9` |", "Born: no 9.9"),
    ],
)
def test_what_points_nowhere_is_told(row: str, said: str) -> None:
    assert missing(rows(row)) == [said]
