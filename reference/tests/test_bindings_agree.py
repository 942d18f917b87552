"""gRPC and HTTP/JSON are two ways to the same methods: the same answer, or the same reason with the same metadata."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference.tests.city_side import (
    AREA,
    NOW,
    RESIDENCE_WHOLE,
    SEAL,
    TAX,
    issue_request,
    members,
    new_id,
    timestamp,
    with_everything,
)
from reference.tests.twins import OWN_SESSION, ROLES, Twins, twins, varied

from kofu.testing.v1 import control_pb2
from kofu.v1 import center_pb2, counter_pb2
from kofu.v1.common_pb2 import Application, CivilDate, TaxOptions
from kofu.v1.register_pb2 import TaxRecord

CORE, CENTER, ISSUING = "kofu.v1.CounterService", "kofu.v1.CenterService", "kofu.v1.IssuingService"
CONTROL = "kofu.testing.v1.TestControlService"
CITIZEN = with_everything()[0]


@dataclass(frozen=True)
class Case:
    """A request that its system serves."""

    system: str
    role: str
    service: str
    method: str
    request: Message


MOVE = counter_pb2.MoveWithin(
    household_key="h00000001",
    address="架空市葛\U000e0100町一番地",
    established_on=CivilDate(year=2026, month=10, day=7),
)
TO_A_WORKING_DAY = control_pb2.SetClockRequest(mode=control_pb2.CLOCK_MODE_FROZEN, instant=timestamp(NOW))
assert CITIZEN.tax is not None
CASES = (
    Case("core", "counter", CORE, "GetChange", counter_pb2.GetChangeRequest(municipality_code=AREA, number=1)),
    Case(
        "core", "counter", CORE, "FileChange", counter_pb2.FileChangeRequest(municipality_code=AREA, move_within=MOVE)
    ),
    Case(
        "core",
        "counter",
        CORE,
        "FileChange",
        counter_pb2.FileChangeRequest(municipality_code=AREA, assess_tax=counter_pb2.AssessTax(record=CITIZEN.tax)),
    ),
    Case("center", "kiosk", CENTER, "OpenSession", center_pb2.OpenSessionRequest(terminal_id="KOFU-0001")),
    Case(
        "center",
        "kiosk",
        CENTER,
        "Authenticate",
        center_pb2.AuthenticateRequest(session_id=OWN_SESSION, certificate=b"0" + bytes(99), signature=bytes(64)),
    ),
    Case(
        "center",
        "kiosk",
        CENTER,
        "Apply",
        center_pb2.ApplyRequest(
            session_id=OWN_SESSION, request_id=new_id(), municipality_code=AREA, application=SEAL, copies=1
        ),
    ),
    Case("issuing", "center", ISSUING, "Issue", issue_request(CITIZEN, members(1))),
    Case(
        "issuing",
        "tester",
        CONTROL,
        "Hold",
        control_pb2.HoldRequest(stage="issuing.render", duration=Duration(nanos=1_000_000), passages=1),
    ),
    Case("core", "tester", CONTROL, "GetClock", control_pb2.GetClockRequest()),
    Case("core", "tester", CONTROL, "SetClock", TO_A_WORKING_DAY),
    Case("core", "tester", CONTROL, "Describe", control_pb2.DescribeRequest()),
)
WRONG = {
    "string.pattern": ("center", "OpenSession", center_pb2.OpenSessionRequest(terminal_id="x")),
    "string.uuid": ("center", "ListOffers", center_pb2.ListOffersRequest(session_id="x", municipality_code=AREA)),
    "bytes.min_len": ("center", "Authenticate", center_pb2.AuthenticateRequest(session_id=OWN_SESSION)),
    "required": (
        "center",
        "Apply",
        center_pb2.ApplyRequest(session_id=new_id(), request_id=new_id(), municipality_code=AREA),
    ),
    "int32.gte_lte": (
        "center",
        "Apply",
        center_pb2.ApplyRequest(
            session_id=new_id(), request_id=new_id(), municipality_code=AREA, application=SEAL, copies=11
        ),
    ),
    "enum.not_in": (
        "center",
        "ReportOutcome",
        center_pb2.ReportOutcomeRequest(session_id=new_id(), request_id=new_id()),
    ),
    "uint64.gte_lte": ("core", "GetChange", counter_pb2.GetChangeRequest(municipality_code=AREA)),
    "string.min_len": (
        "core",
        "FileChange",
        counter_pb2.FileChangeRequest(
            municipality_code=AREA, assess_tax=counter_pb2.AssessTax(record=TaxRecord(not_taxable=True))
        ),
    ),
    "repeated.unique": ("issuing", "Issue", issue_request(CITIZEN, members(1, 1))),
}
PEERS = {"core": (CORE, "counter"), "center": (CENTER, "kiosk"), "issuing": (ISSUING, "center")}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with twins(tmp_path_factory.mktemp("twins")) as both:
        yield both


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_any_request_is_answered_alike(both: Twins, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    role = data.draw(st.sampled_from([case.role] * 8 + list(ROLES)))
    request = data.draw(varied(case.request))
    if case.service == CENTER:
        both.open_sessions()
    by_grpc, by_json = both.ask(case.system, role, case.service, case.method, request)
    assert by_json == by_grpc


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.method)
def test_every_case_comes_through_to_its_system(both: Twins, case: Case) -> None:
    """At an instant of a working day, whatever was drawn for the clock before: a record has no date of the year 1."""
    both.ask("core", "tester", CONTROL, "SetClock", TO_A_WORKING_DAY)
    if case.service == CENTER:
        both.open_sessions()
    by_grpc, by_json = both.ask(case.system, case.role, case.service, case.method, case.request)
    assert by_json == by_grpc
    assert by_grpc.reason not in ("REASON_INVALID_REQUEST", "REASON_ROLE_NOT_ALLOWED", "REASON_INTERNAL")


@pytest.mark.parametrize("rule", WRONG)
def test_each_rule_is_named_alike(both: Twins, rule: str) -> None:
    system, method, request = WRONG[rule]
    service, role = PEERS[system]
    by_grpc, by_json = both.ask(system, role, service, method, request)
    assert by_json == by_grpc
    assert (by_grpc.reason, dict(by_grpc.metadata)["rule"]) == ("REASON_INVALID_REQUEST", rule)


@pytest.mark.parametrize("application", [RESIDENCE_WHOLE, SEAL, TAX], ids=lambda each: each.WhichOneof("certificate"))
def test_documents_have_the_same_items(both: Twins, application: Application) -> None:
    by_grpc, by_json = both.ask("issuing", "center", ISSUING, "Issue", issue_request(CITIZEN, application))
    assert by_grpc.message is not None
    assert by_json == by_grpc


@pytest.mark.parametrize(
    ("serial", "application", "reason"),
    [
        ("f0f0", SEAL, "REASON_APPLICANT_NOT_FOUND"),
        (None, members(30), "REASON_PERSON_NOT_PERMITTED"),
        (None, Application(tax_assessment=TaxOptions(tax_year=1999)), "REASON_NOT_CURRENT_TAX_YEAR"),
    ],
)
def test_refusals_of_the_issuing_server_are_the_same(
    both: Twins, serial: str | None, application: Application, reason: str
) -> None:
    request = issue_request(serial or CITIZEN, application)
    by_grpc, by_json = both.ask("issuing", "center", ISSUING, "Issue", request)
    assert by_json == by_grpc
    assert by_grpc.reason == reason
