"""The Promela twin: it has what the prose has, counts everything or nothing, and its mutants break what they should."""

import re
import shutil
from pathlib import Path

import pytest
import spin

PROSE = Path(__file__).parents[1] / "docs" / "model.md"
PIN = spin.configuration(KIOSKS=2, FRONT=1, WRONG_PINS=1, COUNTER=1)
LIVE = {"REQUESTS": 1, "LOSSES": 1, "TIMEOUTS": 1, "MISHAPS": 1, "WRONG_PINS": 1}

needs_spin = pytest.mark.skipif(
    not (shutil.which("spin") and shutil.which("gcc")), reason="needs Debian's packages spin, gcc and libc6-dev"
)


def rows(section: str) -> list[list[str]]:
    """The cells of every table row of a section of the prose, without the headings of the tables."""
    text = PROSE.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [row for row, after in zip(cells, [*cells[1:], []], strict=True) if "---" not in row[0] + (after or [""])[0]]


def test_mutants_are_those_of_the_prose() -> None:
    safety = {name: number for name, number in spin.mutants().items() if number < 100}

    assert safety == {row[1].strip("`"): int(row[0]) for row in rows("Mutants")}


def test_invariants_are_those_of_the_prose() -> None:
    assert list(spin.invariants()) == [row[0].strip("`") for row in rows("Invariants")]


def test_constants_are_those_of_the_prose() -> None:
    assert set(spin.CONSTANTS) == {name for row in rows("Constants") for name in re.findall(r"`([A-Z_]+)`", row[0])}


def test_actions_are_those_of_the_prose() -> None:
    said = {tuple(name.split()) for row in rows("Actions") for name in re.findall(r"`([^`]+)`", row[0])}
    told = {
        (name, len(arguments.split()))
        for name, arguments in re.findall(r'printf\("(\w+)([^"]*)"', (spin.HERE / "chain.pml").read_text())
    }

    assert told == {(name, len(arguments)) for name, *arguments in said}


@needs_spin
def test_all_is_counted(tmp_path: Path) -> None:
    """A card that can only be put in and taken back: three states, three steps, written by hand from the prose."""
    idle, chosen, ending = (
        f"20000000001{'0000'}{kiosk}{'01000'}" for kiosk in ("0" * 11, "51110000000", "91110000000")
    )
    edges = [f"{idle} insert 1 1 {chosen}", f"{chosen} cancel 1 {ending}", f"{ending} leave 1 {idle}"]

    found = spin.reach(spin.configuration(), edges_file=tmp_path / "edges")

    assert sorted((tmp_path / "edges").read_text().splitlines()) == sorted(edges)
    assert (found.states, found.edges) == (3, 3)
    assert found.state_digest == sum(spin.digest(state.encode()) for state in (idle, chosen, ending)) % 2**64
    assert found.edge_digest == sum(spin.digest(edge.encode()) for edge in edges) % 2**64


@needs_spin
def test_a_search_cut_short_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spin, "DEEPEST", 20)

    with pytest.raises(spin.Incomplete, match="max search depth too small"):
        spin.reach(PIN)
    with pytest.raises(spin.Incomplete, match="max search depth too small"):
        spin.check(PIN, "lock")
    with pytest.raises(spin.Incomplete, match="max search depth too small"):
        spin.survey(PIN)


@needs_spin
def test_a_line_that_did_not_come_through_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    takes = spin.Count.takes
    monkeypatch.setattr(spin.Count, "takes", lambda count, line, copy: b"unblock" in line or takes(count, line, copy))

    with pytest.raises(spin.Incomplete, match="told were"):
        spin.reach(PIN)


@needs_spin
def test_a_broken_invariant_comes_with_a_shortest_history() -> None:
    """`torn_strike_lost`: the third wrong PIN leaves no strike, so the right one opens."""
    assert spin.check(PIN, "lock").holds

    broken = spin.check(PIN, "lock", mutant=spin.mutants()["torn_strike_lost"])

    assert broken.length == 6
    labels = [step.label.split()[0] for step in broken.steps]
    assert (labels[0], labels[-1]) == ("insert", "pin_right")
    assert "pin_torn" in labels


@needs_spin
def test_no_shorter_way_is_overlooked() -> None:
    """`kiosk_keeps`: leaving before the document is erased needs a document, and that takes ten steps to come."""
    broken = spin.check(spin.configuration(REQUESTS=1), "retention", mutant=spin.mutants()["kiosk_keeps"])

    way = "insert choose accept receive start render release take_doc hand arrive cancel leave"
    assert sorted(step.label.split()[0] for step in broken.steps) == sorted(way.split())


@needs_spin
@pytest.mark.parametrize("mutant", [0, 1, 5, 7])
def test_a_survey_says_what_single_checks_say(mutant: int) -> None:
    surveyed = spin.survey(PIN, mutant=mutant)

    assert surveyed == {name: spin.check(PIN, name, mutant=mutant).length for name in spin.invariants()}
    assert any(surveyed.values()) == (mutant != 0)


@needs_spin
@pytest.mark.parametrize("copies", [1, 2])
@pytest.mark.parametrize("front", [0, 1])
@pytest.mark.parametrize("name", spin.PROPERTIES)
def test_sessions_end_and_payments_are_settled(name: str, front: int, copies: int) -> None:
    assert spin.live(spin.configuration(FRONT=front, COPIES=copies, **LIVE), name).holds


@needs_spin
@pytest.mark.parametrize(
    ("mutant", "broken"),
    [
        ("kiosk_waits_for_ever", {"session_ends"}),
        ("counted_only_while_paid", {"session_ends", "payment_settled"}),
        ("settled_only_in_full", {"session_ends", "payment_settled"}),
        ("wrong_pin_uncounted", {"session_ends"}),
        ("document_never_erased", {"session_ends"}),
    ],
)
def test_liveness_has_mutants_too(mutant: str, broken: set[str]) -> None:
    constants = spin.configuration(FRONT=1, COPIES=2, **LIVE)

    verdicts = {name: spin.live(constants, name, mutant=spin.mutants()[mutant]) for name in spin.PROPERTIES}

    assert {name for name, verdict in verdicts.items() if not verdict.holds} == broken
    assert all(verdict.cycle_from is not None for verdict in verdicts.values() if not verdict.holds)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"KIOSKS": 3}, "KIOSKS: has to be 1 to 2, not 3"),
        ({"SHOPS": 1}, "SHOPS: is no constant of the model"),
    ],
)
def test_a_wrong_constant_is_named(wrong: dict[str, int], says: str) -> None:
    with pytest.raises(spin.WrongConfiguration, match=says):
        spin.configuration(**wrong)


def test_a_wrong_name_is_named() -> None:
    with pytest.raises(spin.WrongConfiguration, match="invariant: there is no 'locks'"):
        spin.check(PIN, "locks")
    with pytest.raises(spin.WrongConfiguration, match="property: there is no 'ends'"):
        spin.live(PIN, "ends")
    with pytest.raises(spin.WrongConfiguration, match="mutant: there is no number 47"):
        spin.check(PIN, "lock", mutant=47)
