"""report.json keeps to its schema, the schema to the model; JUnit never shows green what isn't."""

import dataclasses
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from conformance.tests.zoo import CATALOGUE, ZOO, FakeChain, Silent
from rich.console import Console

from kofu_conformance.engine import Level
from kofu_conformance.engine.runner import CheckResult, CheckRun
from kofu_conformance.engine.selection import LeftOut
from kofu_conformance.report.assemble import Results, assemble, case_names, tool_versions
from kofu_conformance.report.files import OutFolderError, prepare, read_report, write_report
from kofu_conformance.report.junit import junit_xml
from kofu_conformance.report.model import DIALECT, IutNamed, Report, Run, json_schema, stored_schema
from kofu_conformance.report.screen import show

ALL = ("passes", "shrinks", "never_triggered", "sees_nothing", "has_a_bug")


def result(name: str) -> CheckResult:
    return CheckRun(ZOO[f"zoo.{name}"], FakeChain(), 1, Level.QUICK, Silent()).run()


@pytest.fixture(scope="module")
def report() -> Report:
    return made(*ALL)


def made(*names: str, iut: str = "miniature") -> Report:
    started = datetime(2026, 10, 7, 10, tzinfo=UTC)
    run = Run(
        seed=1,
        level=Level.QUICK,
        started=started,
        finished=started + timedelta(seconds=90),
        interrupted=False,
        tool=tool_versions(),
        iut=IutNamed(name=iut, build="1", role="all"),
        profile="/profile.toml",
        reference=None,
    )
    left_out = (LeftOut(ZOO["zoo.needs_a_kiosk"], "the profile doesn't declare kiosk", not_applicable=True),)
    return assemble(Results(run, Path("out"), tuple(result(name) for name in names), left_out), CATALOGUE)


def test_the_shipped_schema_is_the_models() -> None:
    assert stored_schema() == json_schema()
    assert stored_schema()["$schema"] == DIALECT
    jsonschema.Draft202012Validator.check_schema(stored_schema())


def test_every_verdict_validates_and_comes_back(report: Report, tmp_path: Path) -> None:
    written = write_report(tmp_path, report)
    jsonschema.Draft202012Validator(stored_schema()).validate(json.loads(written.read_text(encoding="utf-8")))
    assert read_report(tmp_path) == report


def test_a_requirement_has_the_worst_verdict_of_its_checks(report: Report) -> None:
    verdicts = {one.id: one.verdict.value for one in report.requirements}
    assert verdicts["1.1"] == "fail"  # passes and shrinks judge it
    assert verdicts["1.3"] == verdicts["1.4"] == "inconclusive"
    assert verdicts["1.5"] == "error"
    assert verdicts["1.8"] == "not applicable"
    assert verdicts["2.1"] == "pending"


def test_a_requirement_unknown_to_the_catalogue_is_a_fault_of_the_suite() -> None:
    started = made("passes")
    without = assemble(Results(started.run, Path("out"), (result("passes"),), ()), CATALOGUE[1:])
    (unknown,) = (one for one in without.requirements if one.id == "1.1")
    assert (unknown.verdict.value, without.exit_status) == ("error", 3)


def test_a_pass_takes_as_many_triggers_as_the_catalogue_asks_for() -> None:
    """One of 1.1 arises in `passes`; a level that asks for more gets no pass from it."""
    run = made("passes").run
    asking = [dataclasses.replace(CATALOGUE[0], least_triggers={"quick": 2, "standard": 1}), *CATALOGUE[1:]]
    results = Results(run, Path("out"), (result("passes"),), ())
    few = assemble(results, asking)
    assert few.requirements[0].verdict.value == "inconclusive"
    assert few.requirements[0].reasons == ("its situation arose 1 times; at level quick at least 2 are asked for",)
    assert few.exit_status == 1
    standard = dataclasses.replace(results, run=run.model_copy(update={"level": Level.STANDARD}))
    assert assemble(standard, asking).requirements[0].verdict.value == "pass"


def test_a_run_of_only_some_checks_of_a_requirement_is_not_asked_for_all_its_triggers() -> None:
    asking = [dataclasses.replace(CATALOGUE[0], least_triggers={"quick": 2}), *CATALOGUE[1:]]
    left_out = (LeftOut(ZOO["zoo.shrinks"], "not selected", not_applicable=False),)
    partly = assemble(Results(made("passes").run, Path("out"), (result("passes"),), left_out), asking)
    assert partly.requirements[0].verdict.value == "pass"


def test_nothing_that_ran_is_not_conformant() -> None:
    assert made().exit_status == 1
    assert not made().conformant


def test_the_ledger_tells_case_and_reason(report: Report) -> None:
    assert {(one.check, one.why) for one in report.unobserved} == {("zoo.sees_nothing", "connection broken")}


def test_two_failures_in_the_same_case_of_a_requirement_have_two_names() -> None:
    one = result("shrinks")
    other = dataclasses.replace(one, check=dataclasses.replace(one.check, id="zoo.another"))
    first, second = case_names([one, other]).values()
    assert second == f"{first}-2"


def test_junit_shows_inconclusive_and_error_as_errors(report: Report) -> None:
    root = ET.fromstring(junit_xml(report))
    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "1", "3")
    cases = {one.get("name"): one for one in suite.iter("testcase")}
    assert [one.tag for one in cases["passes"]] == ["properties"]
    assert cases["shrinks"].find("failure").get("type") == "opened"  # type: ignore[union-attr]
    assert cases["never_triggered"].find("error").get("type") == "inconclusive"  # type: ignore[union-attr]
    assert cases["has_a_bug"].find("error").get("type") == "error"  # type: ignore[union-attr]


def test_junit_stays_xml_whatever_a_text_holds() -> None:
    root = ET.fromstring(junit_xml(made("passes", iut="a\x00b\x1b[31m<&>")))
    assert root.find("testsuite").get("name") == "a�b�[31m<&>"  # type: ignore[union-attr]


def test_the_screen_shows_every_verdict_in_both_languages(report: Report, tmp_path: Path) -> None:
    console = Console(record=True, width=120, file=(tmp_path / "screen").open("w"))
    show(console, report, tmp_path, tmp_path / "report.json")
    shown = console.export_text()
    for text in (
        "不合格",
        "fail",
        "判定不能",
        "inconclusive",
        "the situation of 1.3 never arose",
        "試験側の誤り",
        "適用外",
    ):
        assert text in shown
    assert "[/" not in shown


def test_an_old_or_broken_report_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{}")
    with pytest.raises(OutFolderError, match="run kofu check again"):
        read_report(tmp_path)
    prepare(tmp_path)
