"""The table of reasons agrees with the enum, the RPCs, the catalogue, and what the reference really answers."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from kofu.testing.v1 import control_pb2
from kofu.v1 import (
    alarm_pb2,
    center_pb2,
    counter_pb2,
    feed_pb2,
    inquiry_pb2,
    issuing_pb2,
    koseki_pb2,
    maintenance_pb2,
    reason_pb2,
)
from kofu_spec import requirements
from kofu_spec.contract.reasons import ALL, FeeTaken, ReasonsError, load, parse

REASONS: Final = load()
FILES: Final = (
    alarm_pb2,
    center_pb2,
    control_pb2,
    counter_pb2,
    feed_pb2,
    inquiry_pb2,
    issuing_pb2,
    koseki_pb2,
    maintenance_pb2,
)
REFERENCE: Final = Path(__file__).parents[2] / "reference" / "kofu_reference"
SERVICES: Final = {
    "core": {"CounterService"},
    "relay": {"RecordFeedService", "KosekiService"},
    "koseki": {"KosekiService"},
    "issuing": {"IssuingService", "RecordFeedService", "AlarmService"},
    "center": {"CenterService", "AlarmService"},
    "kiosk": {"MaintenanceService", "TestControlService"},
    "counter": {"CounterService"},
    "inquiry": {"InquiryService"},
}
SERVICES["municipality"] = SERVICES["issuing"] | SERVICES["koseki"]
SERVICES["alarms"] = SERVICES["issuing"] | SERVICES["center"]
SERVICES["feed"] = SERVICES["core"] | SERVICES["relay"]
SERVICES["storage"] = SERVICES["core"] | SERVICES["issuing"]
SERVICES["runtime"] = set().union(*SERVICES.values())
AFTER_PRINTING: Final = ("CenterService.ReportOutcome", "CenterService.CloseSession")


def services() -> dict[str, list[str]]:
    """Every service of the protos with its methods."""
    found = {}
    for file in FILES:
        descriptors: Any = file.DESCRIPTOR.services_by_name
        found |= {name: [method.name for method in service.methods] for name, service in descriptors.items()}
    return found


RPCS: Final = {f"{service}.{method}" for service, methods in services().items() for method in methods}


def named_in(tree: ast.AST) -> Iterator[str]:
    """Names of the reasons in a module's code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("REASON_"):
            yield node.attr


def refusals() -> list[tuple[str, str, str]]:
    """System, file and reason of every refusal in the reference's code.

    Faults are wrong on purpose, and the kiosk has a text for every reason: both are left out.
    """
    found = set()
    for path in sorted(REFERENCE.rglob("*.py")):
        system = path.relative_to(REFERENCE).parts[0]
        if system != "faults" and path.name != "texts.py":
            found |= {(system, path.name, reason) for reason in named_in(ast.parse(path.read_text("utf-8")))}
    return sorted(found)


def test_every_reason_stands_once() -> None:
    assert list(REASONS) == list(dict(reason_pb2.Reason.items()))[1:]


def test_every_rpc_and_every_statement_exists() -> None:
    catalogue = requirements.load()
    for entry in REASONS.values():
        assert set(entry.rpcs) <= RPCS | {ALL}, entry.reason
        assert len(set(entry.rpcs)) == len(entry.rpcs), entry.reason
        assert [catalogue[statement].id for statement in entry.statements] == list(entry.statements)


def test_every_rpc_has_a_reason_of_its_own() -> None:
    named = {rpc for entry in REASONS.values() for rpc in entry.rpcs} - {ALL}
    assert RPCS - named == set()


def test_files_of_the_protos_are_all_read() -> None:
    with_services = {path.stem for path in (REFERENCE.parents[1] / "proto" / "kofu").rglob("*.proto") if _serves(path)}
    assert with_services == {file.__name__.rpartition(".")[2].removesuffix("_pb2") for file in FILES}


def _serves(path: Path) -> bool:
    return "\nservice " in path.read_text("utf-8")


def test_refusals_of_the_reference_are_found() -> None:
    assert len(refusals()) > 60
    assert {system for system, _, _ in refusals()} == set(SERVICES)


@pytest.mark.parametrize(("system", "file", "reason"), refusals())
def test_every_refusal_of_the_reference_may_be_answered_by_an_rpc_of_its_system(
    system: str, file: str, reason: str
) -> None:
    rpcs = [rpc for rpc in sorted(RPCS) if rpc.partition(".")[0] in SERVICES[system]]
    assert any(REASONS[reason].may_be_answered_by(rpc) for rpc in rpcs)


PASSED_ON: Final = [
    ("KosekiService.IssueKoseki", "IssuingService.Issue"),
    ("IssuingService.Issue", "CenterService.Apply"),
    *((f"CenterService.{method}", "TestControlService.Operate") for method in services()["CenterService"][:3]),
    ("CenterService.Apply", "TestControlService.Operate"),
]


@pytest.mark.parametrize(("further_on", "caller"), PASSED_ON)
def test_what_is_refused_further_on_is_refused_to_the_caller(further_on: str, caller: str) -> None:
    for entry in REASONS.values():
        if entry.may_be_answered_by(further_on):
            assert entry.may_be_answered_by(caller), entry.reason


def test_fee_can_only_have_been_taken_where_printing_comes_first() -> None:
    for entry in REASONS.values():
        after_printing = any(entry.may_be_answered_by(rpc) for rpc in AFTER_PRINTING)
        assert (entry.fee_taken is FeeTaken.IF_PRINTED) == after_printing, entry.reason


ENTRY: Final = """
- reason: REASON_PIN_WRONG
  statements: ["3.3.9"]
  ja: 暗証番号の誤り。
  en: Wrong PIN.
  then: retry
  fee_taken: never
  rpcs: [TestControlService.Operate]
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (ENTRY + ENTRY, "REASON_PIN_WRONG: reason: stands twice"),
        (ENTRY.replace("retry", "again"), "REASON_PIN_WRONG: then: "),
        (ENTRY.replace("never", "no"), "REASON_PIN_WRONG: fee_taken: "),
        (ENTRY.replace("TestControlService.Operate", "all, CenterService.Apply"), "REASON_PIN_WRONG: rpcs: "),
        (ENTRY.replace("TestControlService.Operate", "Operate"), "REASON_PIN_WRONG: rpcs.0: "),
        (ENTRY.replace("[TestControlService.Operate]", "[]"), "REASON_PIN_WRONG: rpcs: "),
        (ENTRY.replace("  en: Wrong PIN.\n", ""), "REASON_PIN_WRONG: en: "),
        (ENTRY + "  more: 1\n", "REASON_PIN_WRONG: more: "),
        (ENTRY.replace("reason: REASON_PIN_WRONG", "reason: PIN"), "PIN: reason: "),
        ("- 1\n", "entry 1: "),
        ("reason: 1\n", "must be a list of reasons"),
        ("- [", "is no YAML"),
    ],
)
def test_wrong_file_is_told_in_one_line_that_names_reason_and_field(text: str, names: str) -> None:
    assert list(parse(ENTRY)) == ["REASON_PIN_WRONG"]
    with pytest.raises(ReasonsError) as caught:
        parse(text)
    assert str(caught.value).startswith(f"reasons.yaml: {names}")
    assert "\n" not in str(caught.value)
    assert ";" in str(caught.value)
