"""The judge of traceability: a check, a requirement or a killing taken away gives the line that says so."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from conformance.tests.test_check_cli_selftest import KOFU

from kofu_conformance.cli import reference
from kofu_conformance.cli.selftesting import MATRIX, run_selftest
from kofu_conformance.traceability import RunFolderError, __main__, emitted, problems
from kofu_spec import requirements, traceability
from kofu_spec.requirements import Pending, Requirement
from kofu_spec.traceability import Traceability

LINKS = traceability.load()
CATALOGUE = dict(requirements.load())
LOCKS = "chain.pin.three_wrong_pins_lock"


def judged(
    run: Traceability = LINKS,
    *,
    catalogue: dict[str, Requirement] = CATALOGUE,
    committed: Traceability | None = None,
    may_wait: frozenset[str] | None = None,
) -> list[str]:
    """What the judge says; what was committed is what was emitted unless a test says otherwise."""
    allowed = traceability.waiting() if may_wait is None else may_wait
    return problems(catalogue, run, run if committed is None else committed, allowed)


def without_checks(*gone: str) -> Traceability:
    return replace(LINKS, checks={key: one for key, one in LINKS.checks.items() if key not in gone})


def test_what_is_committed_is_sound() -> None:
    assert judged() == []


def test_vectors_have_to_exercise_a_requirement_of_the_catalogue() -> None:
    assert judged(replace(LINKS, vectors={"pin": ("3.3.10", "9.9")})) == [
        "vectors pin: exercise 9.9, which the catalogue lacks; add it or name another"
    ]


def test_a_check_taken_from_the_suite_is_missed_by_requirement_fault_and_file() -> None:
    gone = "chain.pin.only_the_counter_lifts_the_lock"
    lines = judged(without_checks(gone), committed=LINKS)
    assert lines == [
        "requirement 3.3.11: testable, but no check exercised it in the run; write a check that counts its trigger",
        f"fault unblocked_without_identity_check: no check {gone} ran; let KILLED_BY name one",
        f"links.json: check {gone}: committed, but the run did not emit it; "
        "run make traceability and commit what it writes",
    ]


@pytest.mark.parametrize("check_id", LINKS.checks)
def test_no_check_can_go_unnoticed_even_where_the_file_was_written_anew(check_id: str) -> None:
    assert judged(without_checks(check_id))


def test_a_requirement_that_is_named_but_whose_situation_never_arose_is_not_exercised() -> None:
    never = {
        key: replace(one, exercised=tuple(number for number in one.exercised if number != "3.3.11"))
        for key, one in LINKS.checks.items()
    }
    [line] = judged(replace(LINKS, checks=never))
    assert line.startswith("requirement 3.3.11: testable, but no check exercised it in the run")


@pytest.mark.parametrize(
    "requirement_id", sorted({one for check in LINKS.checks.values() for one in check.requirements})
)
def test_a_requirement_taken_from_the_catalogue_is_missed_by_its_checks(requirement_id: str) -> None:
    lines = judged(catalogue={key: one for key, one in CATALOGUE.items() if key != requirement_id})
    assert lines == [
        *(
            f"check {check.id}: judges {requirement_id}, which the catalogue lacks; add it or name another"
            for check in LINKS.checks_of(requirement_id)
        ),
        *(
            f"vectors {name}: exercise {requirement_id}, which the catalogue lacks; add it or name another"
            for name in LINKS.vectors_of(requirement_id)
        ),
    ]


def test_a_check_has_to_name_a_requirement() -> None:
    bare = replace(LINKS.checks[LOCKS], requirements=(), exercised=())
    lines = judged(replace(LINKS, checks={**LINKS.checks, LOCKS: bare}))
    assert f"check {LOCKS}: judges no requirement; name one in @check" in lines


def test_a_fault_that_its_check_did_not_find_is_named() -> None:
    survivor = replace(LINKS.faults["yokohama"], killed=False)
    lines = judged(replace(LINKS, faults={**LINKS.faults, "yokohama": survivor}))
    assert lines[0] == (
        "fault yokohama: not killed, chain.concurrency.slow_printing_never_mixes did not find it; "
        "mend the check or the fault"
    )


def test_a_check_that_kills_nothing_is_named() -> None:
    kept = {key: one for key, one in LINKS.faults.items() if one.killed_by != LOCKS}
    assert judged(replace(LINKS, faults=kept)) == [
        f"check {LOCKS}: kills no seeded fault; seed one that it has to find"
    ]


def test_pending_is_stale_as_soon_as_a_check_judges_it() -> None:
    waits = CATALOGUE | {"3.3.11": replace(CATALOGUE["3.3.11"], pending=Pending.SUITE)}
    assert judged(catalogue=waits, may_wait=traceability.waiting() | {"3.3.11"}) == [
        "requirement 3.3.11: pending is stale, chain.pin.only_the_counter_lifts_the_lock judges it; "
        "take pending out of the catalogue"
    ]


def test_the_list_of_what_waits_only_shrinks() -> None:
    assert judged(may_wait=traceability.waiting() - {"3.2.4a"}) == [
        "requirement 3.2.4a: pending, but not among those of waiting.json; write a check"
    ]
    assert judged(may_wait=traceability.waiting() | {"3.3.10"}) == [
        "waiting.json: 3.3.10 waits no longer; take it out of may_wait"
    ]


def test_a_difference_between_file_and_run_names_entry_and_fields() -> None:
    other = replace(LINKS.checks[LOCKS], story="Another story.", title="Another.")
    renamed = replace(LINKS.faults["yokohama"], id="new")
    run = replace(LINKS, checks={**LINKS.checks, LOCKS: other}, faults={**LINKS.faults, "new": renamed})
    assert judged(run, committed=LINKS) == [
        f"links.json: check {LOCKS}: title, story: committed otherwise than emitted; "
        "run make traceability and commit what it writes",
        "links.json: fault new: emitted by the run, but not committed; run make traceability and commit what it writes",
    ]


def selftested(folder: Path, *faults: str) -> Path:
    """The folder of a selftest of a miniature of `kofu`: of these faults, or a whole one."""
    script = folder / "miniature.py"
    script.write_text(KOFU.replace("@ROOT@", repr(str(Path(__file__).resolve().parents[2]))))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reference, "KOFU", (sys.executable, str(script)))
        run_selftest(faults, named=True, jobs=2, seed=7, out=folder / "run", as_json=True)
    return folder / "run"


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return selftested(tmp_path_factory.mktemp("whole"))


def test_a_run_emits_its_checks_with_their_stories_and_its_faults_with_their_killers(
    whole_run: Path,
) -> None:
    links = emitted(whole_run)
    assert list(links.checks) == ["zoo.alone", "zoo.passes"]
    passes = links.checks["zoo.passes"]
    assert passes.requirements == passes.exercised
    assert passes.suite == "zoo"
    assert passes.title in passes.story
    assert {key: (one.killed_by, one.killed) for key, one in links.faults.items()} == {
        "broken": ("zoo.shrinks", False),
        "caught": ("zoo.shrinks", True),
        "missed": ("zoo.shrinks", False),
    }


def test_a_selftest_of_some_faults_is_no_whole_run(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="whole: not every seeded fault was tried; run kofu selftest --named"):
        emitted(selftested(tmp_path, "caught"))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("left_out", [{"what": "zoo.alone", "kind": "check", "why": "not selected"}], "left out zoo.alone"),
        ("run", {"interrupted": True}, "was interrupted"),
    ],
)
def test_a_run_that_left_a_check_out_or_was_interrupted_is_no_whole_run(
    whole_run: Path, tmp_path: Path, field: str, value: object, said: str
) -> None:
    shutil.copytree(whole_run, tmp_path / "run")
    path = tmp_path / "run" / "reference" / "report.json"
    report = json.loads(path.read_text("utf-8"))
    report[field] = {**report[field], **value} if isinstance(value, dict) else value
    path.write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(RunFolderError, match=f"the run without a fault {said}; run kofu selftest --named"):
        emitted(tmp_path / "run")


def test_a_folder_without_a_run_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"selftest\.json can't be read: No such file or directory; run kofu"):
        emitted(tmp_path)
    (tmp_path / MATRIX).write_text("{}")
    with pytest.raises(RunFolderError, match=r"selftest\.json: whole: Field required; run kofu"):
        emitted(tmp_path)


def test_the_command_writes_what_the_run_emitted_and_then_finds_no_difference(
    whole_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(__main__, "COMMITTED", tmp_path / "links.json")
    done = CliRunner().invoke(__main__.traceability, ["write", str(whole_run)])
    assert (done.exit_code, done.output) == (0, "2 checks, 3 faults: links.json\n")
    written = traceability.parse((tmp_path / "links.json").read_text("utf-8"))
    assert written == emitted(whole_run)
    assert json.loads((tmp_path / "links.json").read_text("utf-8"))["version"] == traceability.VERSION


def test_the_command_fails_with_a_line_for_each_problem(whole_run: Path) -> None:
    done = CliRunner().invoke(__main__.traceability, ["check", str(whole_run)])
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert "fault missed: no check zoo.shrinks ran; let KILLED_BY name one" in lines
    assert any(line.startswith(f"links.json: check {LOCKS}: committed, but the run did not emit it") for line in lines)
