"""`kofu selftest` with a miniature of `kofu`: which faults count as found, and what the matrix says."""

import json
import sys
from pathlib import Path

import pytest
import rich_click as click

from kofu_conformance.cli import reference, selftesting
from kofu_conformance.cli.selftesting import MATRIX, run_selftest

KOFU = """
import json, pathlib, sys
arguments = sys.argv[1:]
def option(name): return arguments[arguments.index(name) + 1] if name in arguments else None
if arguments[0] == "serve":
    rows = [{"id": name, "sentence": "It " + name + ".", "system": "kiosk", "statement": "1.2",
             "killed_by": "zoo.shrinks"}
            for name in ("caught", "missed", "broken")]
    print(json.dumps(rows))
    sys.exit()
sys.path.insert(0, @ROOT@)
from conformance.tests.zoo import suite, write_profile
from kofu_conformance.cli import checking
from kofu_conformance.engine import Level
checking.require_reachable = lambda profile: None
fault, out = option("--fault"), pathlib.Path(option("--out"))
if fault == "broken":
    sys.exit("kofu: --reference: issuing ended with status 3")
names = ["passes", "alone"] if fault in (None, "missed") else ["passes", "shrinks"]
checks = (option("--check"),) if fault == "caught" and option("--check") else ()
profile = write_profile(out.parent / (out.name + "-profile"))
wanted = checking.Wanted(profile, None, Level.QUICK, (), checks, int(option("--seed")), out)
sys.exit(checking.run_check(wanted, as_json=False, suite=suite(out.parent, *names)))
"""


@pytest.fixture(autouse=True)
def _miniature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "miniature.py"
    script.write_text(KOFU.replace("@ROOT@", repr(str(Path(__file__).resolve().parents[2]))))
    monkeypatch.setattr(reference, "KOFU", (sys.executable, str(script)))


def trials(capsys: pytest.CaptureFixture[str]) -> dict[str | None, dict[str, object]]:
    return {one["fault"]: one for one in json.loads(capsys.readouterr().out)["trials"]}


def test_a_fault_that_its_named_check_finds_is_killed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_selftest(("caught",), named=True, jobs=1, seed=7, out=None, as_json=True) == 0
    found = trials(capsys)
    assert found[None]["as_it_should"] is True
    assert found["caught"]["found_by"] == {"zoo.shrinks": "opened"}
    assert found["caught"]["verdicts"] == {"zoo.shrinks": "fail"}


def test_a_surviving_fault_and_a_broken_run_fail_the_selftest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_selftest((), named=False, jobs=2, seed=7, out=None, as_json=True) == 1
    found = trials(capsys)
    assert [one["as_it_should"] for one in found.values()] == [True, False, True, False]
    assert list(found) == [None, "broken", "caught", "missed"]
    assert found["broken"]["trouble"] == "kofu: --reference: issuing ended with status 3"


def test_the_matrix_shows_fault_statement_check_and_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert run_selftest(("caught", "missed"), named=False, jobs=2, seed=7, out=tmp_path / "kept", as_json=False) == 1
    shown = capsys.readouterr().out
    for text in ("killed", "SURVIVED", "passes", "zoo.shrinks (opened)", "It caught.", "seed 0x7"):
        assert text in shown
    assert (tmp_path / "kept" / "caught" / "report.json").is_file()


def test_the_folder_holds_the_matrix_and_never_that_of_an_earlier_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    run_selftest(("caught",), named=True, jobs=1, seed=7, out=kept, as_json=True)
    assert (kept / MATRIX).read_text("utf-8") == capsys.readouterr().out

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("in the midst")

    monkeypatch.setattr(selftesting, "_tried", broken)
    with pytest.raises(RuntimeError, match="in the midst"):
        run_selftest(("caught",), named=True, jobs=1, seed=7, out=kept, as_json=True)
    assert not (kept / MATRIX).exists()


def test_a_folder_that_can_not_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(click.ClickException, match=r"^--out: .*file can't be written: File exists; name another"):
        run_selftest(("caught",), named=True, jobs=1, seed=7, out=tmp_path / "file", as_json=True)


def test_an_unknown_fault_is_one_line() -> None:
    with pytest.raises(click.ClickException, match=r"--fault: no seeded fault cought; did you mean caught\?"):
        run_selftest(("cought",), named=False, jobs=1, seed=7, out=None, as_json=True)


def test_interrupted_it_shows_what_was_tried_and_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[object] = []

    def line(*arguments: object) -> str:
        shown.append(arguments)
        if len(shown) == 2:
            raise KeyboardInterrupt
        return ""

    monkeypatch.setattr(selftesting, "_progress_line", line)
    assert run_selftest(("caught", "missed"), named=True, jobs=1, seed=7, out=None, as_json=True) == 1
    assert list(trials(capsys)) == [None, "caught"]
