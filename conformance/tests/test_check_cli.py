"""`kofu check` and `kofu replay` with miniatures for suites and a miniature of `kofu serve`."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
import rich_click as click
from conformance.tests.zoo import PROFILE, suite, write_profile

from kofu_conformance.cli import check, checking, reference, replay, replaying
from kofu_conformance.cli.checking import Wanted, run_check
from kofu_conformance.engine import Level
from kofu_conformance.report.model import stored_schema

SERVE = """
import json, os, pathlib, sys
arguments = sys.argv[1:]
folder = pathlib.Path(arguments[arguments.index("--dir") + 1])
marks = pathlib.Path(os.environ["MARKS"])
(marks / "pid").write_text(str(os.getpid()))
(marks / "arguments").write_text(json.dumps(arguments))
if "--fault" in arguments and arguments[arguments.index("--fault") + 1] == "no_such":
    print("Traceback and noise", file=sys.stderr)
    print("kofu: --fault: no fault no_such; see kofu serve --list-faults", file=sys.stderr)
    sys.exit(2)
(folder / "log").mkdir(parents=True)
(folder / "log" / "issuing.log").write_text("a line")
if "breaks" in arguments:
    sys.exit(f"kofu: issuing: ended with status 3; see {folder / 'log' / 'issuing.log'}")
(folder / "cards").mkdir(parents=True)
(folder / "tls.pem").touch()
(folder / "profile.toml").write_text(os.environ["PROFILE"])
print("a line that is no JSON")
print(json.dumps({"event": "ready", "profile": str(folder / "profile.toml")}), flush=True)
sys.stdin.read()
(marks / "ended").touch()
"""


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A miniature of `kofu serve` in place of the real one; the folder where it leaves its marks."""
    folder = tmp_path / "marks"
    folder.mkdir()
    (folder / "serve.py").write_text(SERVE)
    monkeypatch.setattr(reference, "KOFU", (sys.executable, str(folder / "serve.py")))
    monkeypatch.setenv("MARKS", str(folder))
    monkeypatch.setenv("PROFILE", PROFILE)
    return folder


@pytest.fixture(autouse=True)
def _reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "require_reachable", lambda profile: None)
    monkeypatch.setattr(replaying, "require_reachable", lambda profile: None)


def wanted(out: Path, **changes: object) -> Wanted:
    given: dict[str, object] = {
        "profile": None,
        "fault": None,
        "level": Level.QUICK,
        "requirements": (),
        "checks": (),
        "seed": 7,
        "out": out,
    }
    return Wanted(**{**given, **changes})  # type: ignore[arg-type]


def report_in(out: Path) -> dict[str, object]:
    report: dict[str, object] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(stored_schema()).validate(report)
    return report


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_run_where_all_passes_is_conformant_and_ends_the_reference(tmp_path: Path, marks: Path) -> None:
    out = tmp_path / "out"
    assert run_check(wanted(out), as_json=False, suite=suite(tmp_path, "passes", "alone")) == 0
    report = report_in(out)
    assert report["conformant"] is True
    assert (marks / "ended").exists()
    assert gone(int((marks / "pid").read_text()))
    assert json.loads((marks / "arguments").read_text())[:2] == ["serve", "all"]


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (("passes", "shrinks"), 1),
        (("passes", "never_triggered"), 1),
        (("passes", "sees_nothing"), 1),
        (("passes", "has_a_bug"), 3),
        (("has_a_bug", "shrinks"), 1),
        (("passes", "stops_in_the_midst", "alone"), 1),
    ],
)
def test_exit_status(tmp_path: Path, marks: Path, names: tuple[str, ...], status: int) -> None:
    assert run_check(wanted(tmp_path / "out"), as_json=False, suite=suite(tmp_path, *names)) == status
    report = report_in(tmp_path / "out")
    assert (report["exit_status"], report["conformant"]) == (status, False)
    assert (marks / "ended").exists()


def test_a_failure_is_shown_with_everything_and_its_files_are_there(
    tmp_path: Path, marks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    run_check(wanted(out), as_json=False, suite=suite(tmp_path, "passes", "shrinks"))
    shown = capsys.readouterr().out
    report = report_in(out)
    (finding,) = next(one for one in report["checks"] if one["id"] == "zoo.shrinks")["findings"]  # type: ignore[attr-defined]
    for text in (
        "FAIL  1.2  要件 / a requirement\n      要件の文。\n      The sentence of a requirement.\n      1.1  要件",
        "zoo.shrinks     seed 0x7, case",
        "source    三回誤ると",
        "1 PIN wrong   2 PIN wrong   3 PIN wrong",
        "expected  locked",
        "observed  opened",
        f"seen at   kiosk; transcript {out / finding['transcript']}",
        f"again     {finding['replay']}",
    ):
        assert text in shown, text
    events = [json.loads(line) for line in (out / finding["transcript"]).read_text().splitlines()]
    assert [one.get("pin") for one in events if "pin" in one] == ["wrong"] * 3
    stored = json.loads((out / finding["stored_case"]).read_text())
    assert (stored["check"], stored["seed"], stored["case"]) == ("zoo.shrinks", 7, ["wrong"] * 3)


def test_pending_requirements_are_left_out_and_never_passed(tmp_path: Path, marks: Path) -> None:
    run_check(wanted(tmp_path / "out"), as_json=False, suite=suite(tmp_path, "passes", "needs_a_kiosk"))
    report = report_in(tmp_path / "out")
    verdicts = {one["id"]: one["verdict"] for one in report["requirements"]}  # type: ignore[attr-defined]
    assert (verdicts["1.1"], verdicts["2.1"], verdicts["1.8"]) == ("pass", "pending", "not applicable")
    left_out = {one["what"]: one["why"] for one in report["left_out"]}  # type: ignore[attr-defined]
    assert left_out["2.1"] == "not yet covered; waits for paper"
    assert left_out["zoo.needs_a_kiosk"] == "the profile doesn't declare kiosk, kiosk.test_control"


def test_the_same_seed_gives_the_same_finding_whatever_else_runs(tmp_path: Path, marks: Path) -> None:
    def finding(*names: str) -> tuple[object, object]:
        run_check(wanted(tmp_path / "out"), as_json=False, suite=suite(tmp_path, *names))
        report = report_in(tmp_path / "out")
        one = next(one for one in report["checks"] if one["id"] == "zoo.shrinks")  # type: ignore[attr-defined]
        return one["findings"][0]["case_number"], one["findings"][0]["steps_before_shrinking"]

    assert finding("shrinks") == finding("passes", "is_flaky", "has_a_bug", "shrinks")


def test_replay_fails_again_as_long_as_the_fault_is_there(
    tmp_path: Path, marks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    run_check(wanted(out, fault="strikes"), as_json=False, suite=suite(tmp_path, "shrinks", "is_flaky"))
    cases = [one["findings"][0]["case"] for one in report_in(out)["checks"]]  # type: ignore[attr-defined]
    (marks / "ended").unlink()
    capsys.readouterr()
    flaky, steady = cases
    status = replaying.run_replay(out, steady, as_json=False, suite=suite(tmp_path, "shrinks"))
    assert status == 1
    assert "observed  opened" in capsys.readouterr().out
    assert (marks / "ended").exists()
    assert json.loads((marks / "arguments").read_text())[-2:] == ["--fault", "strikes"]
    assert flaky.startswith("1.6/")


def test_replay_of_a_case_that_passes_now(tmp_path: Path, marks: Path) -> None:
    out = tmp_path / "out"
    run_check(wanted(out), as_json=False, suite=suite(tmp_path, "shrinks"))
    (case,) = (one["findings"][0]["case"] for one in report_in(out)["checks"])  # type: ignore[attr-defined]
    path = out / f"{case}.json"
    path.write_text(path.read_text().replace("wrong", "right"))
    assert replaying.run_replay(out, case, as_json=True, suite=suite(tmp_path, "shrinks")) == 0


def test_a_run_against_a_profile_stores_its_path_for_replay(tmp_path: Path) -> None:
    profile, out = write_profile(tmp_path), tmp_path / "out"
    assert run_check(wanted(out, profile=profile), as_json=False, suite=suite(tmp_path, "shrinks")) == 1
    (case,) = (one["findings"][0]["case"] for one in report_in(out)["checks"])  # type: ignore[attr-defined]
    assert replaying.run_replay(out, case, as_json=False, suite=suite(tmp_path, "shrinks")) == 1


def test_an_earlier_runs_cases_are_taken_away(tmp_path: Path, marks: Path) -> None:
    out = tmp_path / "out"
    run_check(wanted(out), as_json=False, suite=suite(tmp_path, "shrinks"))
    run_check(wanted(out), as_json=False, suite=suite(tmp_path, "passes"))
    assert sorted(one.name for one in out.iterdir()) == ["junit.xml", "reference-log", "report.json"]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"requirements": ("9.9",)}, "--requirement: the catalogue has no 9.9"),
        ({"requirements": ("2.1",)}, "--requirement: no check judges 2.1 yet"),
        ({"checks": ("zoo.pases",)}, "--check: no check zoo.pases; did you mean zoo.passes"),
        ({"fault": "no_such"}, "--reference: --fault: no fault no_such; see kofu serve --list-faults"),
        ({"profile": Path("nowhere.toml")}, "nowhere.toml: no such file"),
        ({"checks": ("zoo.needs_a_kiosk",)}, "profile.toml: systems: no check selected fits"),
    ],
)
def test_wrong_use_is_one_line_and_leaves_no_process(
    tmp_path: Path, marks: Path, changes: dict[str, object], line: str
) -> None:
    with pytest.raises(click.ClickException) as caught:
        run_check(wanted(tmp_path / "out", **changes), as_json=False, suite=suite(tmp_path, "passes", "needs_a_kiosk"))
    assert caught.value.format_message().startswith(line)
    assert "\n" not in caught.value.format_message()
    assert caught.value.exit_code == 2
    assert not (marks / "pid").exists() or gone(int((marks / "pid").read_text()))


def test_when_the_reference_breaks_its_log_is_kept_where_the_line_says(tmp_path: Path, marks: Path) -> None:
    with pytest.raises(click.ClickException) as caught:
        run_check(wanted(tmp_path / "out", fault="breaks"), as_json=False, suite=suite(tmp_path, "passes"))
    line = caught.value.format_message()
    assert line.startswith("--reference: issuing: ended with status 3; see ")
    assert Path(line.rpartition(" ")[2]).read_text() == "a line"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, marks: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(click.ClickException, match=r"--out: .* can't be written"):
        run_check(wanted(tmp_path / "out"), as_json=False, suite=suite(tmp_path, "passes"))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "PROFILE: give either a profile or --reference all"),
        (["p.toml", "--reference", "all"], "PROFILE: give either a profile or --reference all"),
        (["p.toml", "--fault", "x"], "--fault: only the reference has seeded faults"),
        (["--reference", "all", "--seed", "seven"], "'seven' is no whole number"),
        (["--reference", "all", "--level", "slow"], "'slow' is not one of"),
    ],
)
def test_wrong_options_are_refused(arguments: list[str], line: str) -> None:
    assert line in refusal(check, arguments)


def test_replay_names_the_cases_that_are_there(tmp_path: Path, marks: Path) -> None:
    out = tmp_path / "out"
    run_check(wanted(out), as_json=False, suite=suite(tmp_path, "shrinks"))
    (case,) = (one["findings"][0]["case"] for one in report_in(out)["checks"])  # type: ignore[attr-defined]
    (tmp_path / "1.2").mkdir()
    (tmp_path / "1.2" / "9.json").write_text((out / f"{case}.json").read_text())
    for case in ("1.2/999", "../1.2/9", "report"):
        line = refusal(replay, [str(out), case])
        assert "no stored case" in line
        assert "there are 1.2/" in line
    assert "holds no report.json" in refusal(replay, [str(tmp_path), "1.2/1"])


def refusal(command: click.Command, arguments: list[str]) -> str:
    with pytest.raises(click.ClickException) as caught:
        command.main(arguments, standalone_mode=False)
    assert caught.value.exit_code == 2
    return caught.value.format_message()


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from conformance.tests.zoo import ZOO, suite, only
from kofu_conformance.cli import checking, reference
from kofu_conformance.engine import check, Level
import time
checking.require_reachable = lambda profile: None
reference.KOFU = (sys.executable, sys.argv[3])

@check("1.9", registry=ZOO, exclusive=True)
def waits(chain) -> None:
    '''S.

    > q
    '''
    Path(sys.argv[2], "waiting").touch()
    time.sleep(60)

here = Path(sys.argv[2])
wanted = checking.Wanted(None, None, Level.QUICK, (), (), 7, here / "out")
registry = only("passes")
registry.add(ZOO["__main__.waits"])
import dataclasses
sys.exit(checking.run_check(wanted, as_json=False, suite=dataclasses.replace(suite(here), registry=registry)))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_writes_what_was_found_and_leaves_no_process(
    tmp_path: Path, marks: Path, number: signal.Signals
) -> None:
    root = Path(__file__).resolve().parents[2]
    (tmp_path / "run.py").write_text(RUN)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "run.py"), str(root), str(tmp_path), str(marks / "serve.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_heeds_interrupts,
    )
    try:
        while not (tmp_path / "waiting").exists():
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.02)
        process.send_signal(number)
        shown, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 1, shown
    assert "Traceback" not in shown
    report = report_in(tmp_path / "out")
    verdicts = {one["id"]: one["verdict"] for one in report["checks"]}  # type: ignore[attr-defined]
    assert verdicts == {"zoo.passes": "pass", "__main__.waits": "inconclusive"}
    assert report["run"]["interrupted"] is True  # type: ignore[index]
    assert (marks / "ended").exists()
    assert gone(int((marks / "pid").read_text()))


def _heeds_interrupts() -> None:
    """A shell starts what it puts in the background deaf to SIGINT, and whatever that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
