"""The command `kofu`: what it loads, what it says, how it ends."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint

import click
import pytest

from kofu_spec import cli
from kofu_spec.requirements import load


@click.command()
def refuses() -> None:
    """Refuses."""
    raise click.ClickException("port: 80 is taken; give another")


@click.command()
def faulty() -> None:
    """Has a fault."""
    raise RuntimeError("a fault")


@click.command()
def interrupted() -> None:
    """Is interrupted."""
    raise KeyboardInterrupt


@click.command()
def not_conformant() -> None:
    """Ends with a status of its own."""
    click.get_current_context().exit(1)


@click.command()
def returns_a_value() -> int:
    """Returns a value, which is no exit status."""
    return 7


@click.command()
def misused() -> None:
    """Is used in a wrong way."""
    raise click.BadParameter("must be a number", param_hint="--seed")


@click.command()
def suite_fault() -> None:
    """Says that the suite is at fault."""
    raise SuiteFault("the suite lost its own tester")


class SuiteFault(click.ClickException):
    exit_code = 3


COMMANDS = [refuses, faulty, interrupted, not_conformant, returns_a_value, misused, suite_fault]
Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `kofu` in this process with the commands of this module, and gives its exit status."""
    targets = {command.callback.__name__: __name__ for command in COMMANDS if command.callback}
    targets |= {"gone": "kofu_spec.nothing_of_that_name"}
    points = {name: EntryPoint(name, f"{module}:{name}", cli.ENTRY_POINT_GROUP) for name, module in targets.items()}
    points["odd"] = EntryPoint("odd", "kofu_spec.cli:WRONG_USE", cli.ENTRY_POINT_GROUP)
    monkeypatch.setattr(cli, "_entry_points", lambda: points)

    def run_kofu(*arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments), prog_name="kofu")
        assert isinstance(ended.value.code, int)
        return ended.value.code

    return run_kofu


@pytest.mark.parametrize(
    ("command", "status", "line"),
    [
        ("refuses", 2, "kofu: port: 80 is taken; give another"),
        ("misused", 2, "kofu: Invalid value for --seed: must be a number"),
        ("suite_fault", 3, "kofu: the suite lost its own tester"),
        ("odd", 2, "kofu: odd: kofu_spec.cli:WRONG_USE is not a click command; mend the entry point"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    run: Run, capsys: pytest.CaptureFixture[str], command: str, status: int, line: str
) -> None:
    assert run(command) == status
    said = capsys.readouterr().err
    assert said.splitlines()[0].startswith(line)
    assert len(said.splitlines()) == 1


def test_a_command_whose_module_is_missing_gives_one_line(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("gone") == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("kofu: gone: kofu_spec.nothing_of_that_name:gone can't be imported")


@pytest.mark.parametrize("arguments", [["nothing"], ["--nothing"], ["refuses", "--nothing"]])
def test_wrong_use_is_one_line_that_names_the_help(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].endswith("--help'")


def test_an_interruption_ends_with_130_and_no_traceback(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("interrupted") == 130
    assert capsys.readouterr().err.strip() == ""


def test_a_fault_of_kofu_is_never_taken_for_a_verdict(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("faulty") == 3
    assert "RuntimeError: a fault" in capsys.readouterr().err


def test_a_command_chooses_its_status_by_exit_and_not_by_its_value(run: Run) -> None:
    assert run("not_conformant") == 1
    assert run("returns_a_value") == 0


def test_help_lists_every_command_without_importing_it(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    shown = capsys.readouterr().out
    assert "コンビニ交付" in shown
    assert "gone" in shown
    assert "Has a fault." in shown


def test_nothing_heavy_is_imported_before_a_command_is_chosen() -> None:
    script = """
import sys
from kofu_spec.cli import main
try:
    main(["--help"])
except SystemExit:
    heavy = {"google", "grpc", "pydantic", "yaml", "cryptography", "hypothesis", "pytest", "holidays", "typst"}
    print("heavy:", sorted(heavy & set(sys.modules)))
    wings = [name for name in sys.modules if name.startswith(("kofu_reference.", "kofu_conformance."))]
    print("wings:", wings)
"""
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "heavy: []" in shown
    assert "wings: []" in shown


def test_the_version_is_told(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("kofu 0.")


def kofu(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from kofu_spec.cli import main; main(prog_name='kofu')", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_explain_shows_both_languages_source_and_decisions() -> None:
    shown = kofu("explain", "3.3.10")
    assert shown.returncode == 0
    text = "".join(shown.stdout.split())
    assert "暗証番号を連続して3回誤るとロックされること" in text
    assert "ThreewrongPINsinarowlockthefunction" in text
    assert "機能へロックを掛けアクセス不可" in text
    assert "⑧" in text
    assert "because" in text
    assert "card,kiosk" in text


def test_explain_gives_json() -> None:
    requirement = json.loads(kofu("explain", "P.2", "--json").stdout)
    assert requirement["id"] == "P.2"
    assert requirement["classes"] == ["test"]
    assert requirement["decisions"][0]["reason_en"].startswith("In Yokohama")
    assert "chain.timeout.a_timeout_aborts_the_whole" in requirement["checks"]


def test_explain_alone_lists_every_requirement() -> None:
    listed = kofu("explain").stdout
    assert all(f" {requirement_id} " in listed for requirement_id in load())
    assert [entry["id"] for entry in json.loads(kofu("explain", "--json").stdout)] == list(load())


def test_explain_knows_incidents_checks_and_faults_too() -> None:
    shown = kofu("explain", "kawasaki")
    assert shown.returncode == 0
    text = "".join(shown.stdout.split())
    for told in ("川崎市", "workfile", "chain.concurrency.same_millisecond", "P.3", "--faultkawasaki"):
        assert told in text, told
    assert [one["kind"] for one in json.loads(kofu("explain", "kawasaki", "--json").stdout)] == ["incident", "fault"]
    check = json.loads(kofu("explain", "chain.pin.three_wrong_pins_lock", "--json").stdout)
    assert check["faults"] == ["strike_count_not_reset"]


def test_explain_suggests_near_ids() -> None:
    refused = kofu("explain", "3.3.13")
    assert refused.returncode == 2
    assert refused.stderr.startswith("kofu: requirement '3.3.13': not in the catalogue; did you mean 3.3.")
    assert len(refused.stderr.splitlines()) == 1
