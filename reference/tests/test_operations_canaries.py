"""Six documents, refusals of every kind, and nothing personal in what the systems log, trace or count. [3.2.3]"""

import asyncio
import base64
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from reference.tests.canaries import FORMS, canaries_of, found, short_canaries_of
from rich.console import Console

from kofu.testing.v1 import control_pb2
from kofu.testing.v1.control_pb2_grpc import TestControlServiceStub as ControlStub
from kofu.v1.alarm_pb2 import ContentFinding, ListAlarmsRequest, ReconcileAlarmRequest, Reconciliation
from kofu.v1.alarm_pb2_grpc import AlarmServiceStub
from kofu.v1.common_pb2 import Application, Holder, KosekiAllOptions, ResidenceOptions, SealOptions
from kofu.v1.counter_pb2 import ChangeName, FileChangeRequest, UnblockPinRequest
from kofu.v1.counter_pb2_grpc import CounterServiceStub
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu.v1.maintenance_pb2 import ForgottenItemKind, LogInRequest, RecordForgottenItemRequest
from kofu.v1.maintenance_pb2_grpc import MaintenanceServiceStub
from kofu_reference.demo import CLOCK, RESIDENTS, Demonstration
from kofu_reference.runtime.announcing import TextAnnouncer
from kofu_reference.runtime.channel import call, open_channel
from kofu_reference.runtime.client import Carrier, Identity, open_client
from kofu_reference.runtime.config import LogLevel, PeerConfig
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.refusal import Refusal
from kofu_reference.runtime.rundirectory import (
    HOST,
    PORTS,
    OperationsShared,
    RunDirectory,
    RunOptions,
    nodes,
    system_of,
)
from kofu_reference.runtime.supervisor import Supervisor
from kofu_spec.city import Citizen, City, make_city
from kofu_spec.paths import cache_folder, find_font
from kofu_spec.pki.issuer import ISSUER_KEY_ID

CITY: Final[City] = make_city(1, RESIDENTS)
TYPED: Final = "架空町七丁目の花子"
"""A name that somebody types where it is refused, and where it is taken."""
WRONG_PIN: Final = "8642"
OFFICER: Final = "SUZUKI42"
MUNICIPALITY: Final = "992011"


@dataclass(frozen=True)
class Run:
    """What one run left behind, and whom it was about."""

    written: dict[str, bytes]
    citizens: tuple[Citizen, ...]
    request_ids: tuple[str, ...]
    secrets: tuple[str, ...]
    reasons: frozenset[str]


class Driver:
    """A citizen, a center, an office and a stranger, who make the chain issue and refuse."""

    def __init__(self, chain: RunDirectory) -> None:
        self._chain = chain
        self.request_ids: list[str] = []
        self.secrets: list[str] = []
        self.reasons: set[str] = set()

    def line(self, role: str, system: str) -> Any:
        tls = self._chain.suite[role]
        return open_channel(
            self._chain.peer(system), authority=self._chain.authority, certificate=tls.certificate, key=tls.key
        )

    async def refused(self, method: Any, request: Any) -> None:
        try:
            await call(method, request, timeout=20)
        except Refusal as refusal:
            self.reasons.add(refusal.name)

    async def ask_for(self, citizen: Citizen | None, *wishes: Application) -> None:
        async with self.line("center", "issuing") as line:
            issue = IssuingServiceStub(line).Issue
            for wish in wishes:
                request = IssueRequest(
                    request_id=str(uuid.uuid4()),
                    municipality_code=MUNICIPALITY,
                    holder=Holder(
                        issuer_key_id=ISSUER_KEY_ID,
                        certificate_serial=citizen.card.serial if citizen and citizen.card else "abcdef12",
                    ),
                    application=wish,
                )
                request.received_at.FromDatetime(CLOCK)
                self.request_ids.append(request.request_id)
                await self.refused(issue, request)
                await self.refused(issue, request)

    async def type_wrong_pins(self, citizen: Citizen) -> None:
        assert citizen.card is not None
        async with self.line("tester", "kiosk") as line:
            operate = ControlStub(line).Operate
            for _ in range(3):
                card = control_pb2.InsertCard(card_id=citizen.card.card_id)
                await call(operate, control_pb2.OperateRequest(terminal_id="KOFU-0002", insert_card=card), timeout=20)
                pin = control_pb2.EnterPin(pin=WRONG_PIN)
                told = await call(
                    operate, control_pb2.OperateRequest(terminal_id="KOFU-0002", enter_pin=pin), timeout=20
                )
                self.reasons.add(str(told.reason))

    async def change_names(self, citizen: Citizen) -> None:
        async with self.line("office", "counter") as line:
            office = CounterServiceStub(line)
            for key, name in ((citizen.key, TYPED), ("r99999999", TYPED), (TYPED, TYPED), (citizen.key, TYPED + "\n")):
                wish = FileChangeRequest(
                    municipality_code=MUNICIPALITY, change_name=ChangeName(resident_key=key, name=name)
                )
                await self.refused(office.FileChange, wish)
            await self.refused(office.UnblockPin, UnblockPinRequest(card_id=TYPED, new_pin=WRONG_PIN))

    async def raise_an_alarm(self, system: str, stage: str, citizen: Citizen, wish: Application) -> None:
        """A document of another request is stopped, and an officer looks at it."""
        async with self.line("tester", system) as line:
            kind = control_pb2.SPOIL_KIND_ANOTHER_REQUEST
            await call(
                ControlStub(line).Spoil, control_pb2.SpoilRequest(stage=stage, kind=kind, passages=1), timeout=20
            )
        await self.ask_for(citizen, wish)
        async with self.line("office", "issuing") as line:
            office = AlarmServiceStub(line)
            listed = await call(office.ListAlarms, ListAlarmsRequest(municipality_code=MUNICIPALITY), timeout=20)
            found = Reconciliation(
                finding=ContentFinding.CONTENT_FINDING_ANOTHERS, pages_compared=1, officer_id=OFFICER
            )
            for alarm in listed.alarms:
                closing = ReconcileAlarmRequest(
                    municipality_code=MUNICIPALITY, request_id=alarm.request_id, reconciliation=found
                )
                await self.refused(office.ReconcileAlarm, closing)

    async def maintain(self) -> None:
        """A stranger tries passwords; then staff log in and note a forgotten card."""
        login = json.loads((self._chain.folder / "data" / "kiosk" / "maintenance-login.json").read_text("utf-8"))
        async with self.line("maintenance", "kiosk") as line:
            staff = MaintenanceServiceStub(line)
            await self.refused(staff.LogIn, LogInRequest(staff_id=TYPED, password=TYPED))
            right = LogInRequest(staff_id=login["staff_id"], password=login["password"])
            token = (await call(staff.LogIn, right, timeout=20)).token
            item = RecordForgottenItemRequest(
                token=token, terminal_id="KOFU-0004", kind=ForgottenItemKind.FORGOTTEN_ITEM_KIND_CARD
            )
            await call(staff.RecordForgottenItem, item, timeout=20)
            self.secrets += [login["password"], token]

    async def use_the_screen(self, citizen: Citizen) -> None:
        """A card and a wrong PIN at the kiosk's own screen, and forms that are none."""
        assert citizen.card is not None
        own = self._chain.screen_address.rstrip("/")
        async with httpx.AsyncClient(trust_env=False, headers={"origin": own}) as http:
            for form, status in (
                ({"act": "insert_card", "card_id": citizen.card.card_id}, 200),
                ({"act": "enter_pin", "pin": WRONG_PIN}, 200),
                ({"act": "press_cancel"}, 200),
                ({"act": TYPED}, 422),
            ):
                answer = await http.post(f"{own}/KOFU-0003/screen", data=form)
                assert answer.status_code == status
            assert (await http.get(f"{own}/KOFU-0003/{TYPED}")).status_code == 404

    async def send_what_is_no_request(self) -> None:
        tls = self._chain.suite["center"]
        peer = PeerConfig(address=self._chain.json_address("issuing"), identity=self._chain.peer("issuing").identity)
        client: Any = open_client(Carrier.JSON, peer, Identity(self._chain.authority, tls.certificate, tls.key))
        http: httpx.AsyncClient = client._http
        async with client:
            for path, body in (
                (f"/kofu.v1.IssuingService/{TYPED}", "{}"),
                ("/kofu.v1.IssuingService/Issue", json.dumps({"requestId": TYPED, TYPED: TYPED})),
                ("/kofu.v1.IssuingService/Issue", f'{{"{TYPED}'),
            ):
                headers = {"content-type": "application/json", "x-name": WRONG_PIN, "traceparent": "00-hanako"}
                await http.post(path, content=body.encode(), headers=headers, extensions=client._extensions)


async def drive(chain: RunDirectory, folder: Path) -> tuple[Driver, dict[str, bytes]]:
    driver = Driver(chain)
    assert await Demonstration(folder, Console(quiet=True)).run(chain) == 0
    residence = Application(residence_certificate=ResidenceOptions(whole_household=True, show_individual_number=True))
    wishes = (
        residence,
        Application(seal_registration=SealOptions()),
        Application(koseki_all_matters=KosekiAllOptions()),
    )
    for citizen in persons():
        await driver.ask_for(citizen, *wishes)
    await driver.ask_for(None, residence)
    await driver.type_wrong_pins(CITY.family("plain")[7])
    await driver.change_names(CITY.family("plain")[8])
    await driver.send_what_is_no_request()
    applicant = CITY.family("plain")[0]
    await driver.raise_an_alarm("issuing", "issuing.render", applicant, residence)
    await driver.raise_an_alarm("koseki", "koseki.render", applicant, wishes[2])
    await driver.maintain()
    await driver.use_the_screen(CITY.family("plain")[6])
    async with httpx.AsyncClient(trust_env=False) as http:
        pages = {
            f"metrics of {name}": (await http.get(f"http://{chain.operations_address(name)}/metrics")).content
            for name in chain.nodes
        }
    return driver, pages


def persons() -> tuple[Citizen, ...]:
    """One of every family that has somebody, and the plain ones of the demonstration."""
    labels = sorted({label for citizen in CITY.citizens for label in citizen.labels})
    families = [CITY.family(label)[0] for label in labels]
    return tuple(dict.fromkeys(each for each in families if each.card is not None))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("operations")
    options = RunOptions(
        folder / "run",
        find_font(),
        cache_folder(),
        residents=RESIDENTS,
        clock=CLOCK,
        screen_cards=("hanako",),
        operations=OperationsShared(log_level=LogLevel.DEBUG, traces_to_files=True),
    )
    told: list[tuple[Driver, dict[str, bytes]]] = []

    async def when_ready() -> int:
        told.append(await drive(chain, folder))
        return 0

    with ReservedPorts(HOST, PORTS) as ports:
        chain = RunDirectory(options, ports)
        assert asyncio.run(Supervisor(chain, TextAnnouncer(Console(quiet=True))).run(when_ready)) == 0
    driver, written = told[0]
    for kind in ("log", "traces"):
        written |= {f"{kind}/{path.name}": path.read_bytes() for path in (chain.folder / kind).iterdir()}
    plain = CITY.family("plain")
    return Run(
        written, (*persons(), *plain[:9]), tuple(driver.request_ids), tuple(driver.secrets), frozenset(driver.reasons)
    )


def test_nothing_personal_is_logged_traced_or_counted(run: Run) -> None:
    canaries = canaries_of(*run.citizens) | set(run.request_ids) | set(run.secrets) | {TYPED, OFFICER, "hanako"}
    assert found(canaries, b"\n".join(run.written.values())) == []


def test_no_value_that_is_written_is_a_pin_or_an_amount(run: Run) -> None:
    """A few digits are met by chance within others; a value of their own they are never."""
    short = short_canaries_of(*run.citizens) | {WRONG_PIN}
    for name, content in run.written.items():
        if not name.startswith("metrics"):
            for line in content.decode().splitlines():
                assert short.isdisjoint(values(json.loads(line))), name


def test_the_run_was_one_of_issuing_and_refusing(run: Run) -> None:
    """Otherwise nothing could have been written: each system logged and traced, and refusals came of many kinds."""
    assert {name for name in run.written if name.startswith("log/")} == {f"log/{name}.log" for name in nodes()}
    assert run.reasons >= {
        "REASON_ALARM_RAISED",
        "REASON_APPLICANT_NOT_FOUND",
        "REASON_INVALID_REQUEST",
        "REASON_ISSUE_BLOCKED",
        "REASON_MAINTENANCE_REFUSED",
        "REASON_PIN_LOCKED",
        "REASON_PIN_WRONG",
        "REASON_RECORD_NOT_FOUND",
        "REASON_REQUEST_ID_USED",
        "REASON_UNDER_AGE",
    }
    assert sum(line.get("reason") == "OK" for line in log_lines(run, "issuing")) > 10
    assert [{line["system"] for line in log_lines_of(run, node)} for node in nodes()] == [{node} for node in nodes()]
    assert {"alarm", "alarm reconciled"} <= {line["event"] for line in log_lines(run, "issuing")}
    assert any(line["event"] == "alarm" for line in log_lines(run, "koseki"))
    assert any(line.get("reason") == "OK" for line in log_lines_of(run, "issuing-2"))


def test_who_asks_had_ended_before_who_is_asked_began_to(run: Run) -> None:
    """Every process of the chain, each server of the site among them."""

    def at(event: str, *systems: str) -> list[str]:
        lines = [line for system in systems for line in log_lines(run, system)]
        times = [line["time"] for line in lines if line["event"] == event]
        assert len(times) == sum(system_of(node) in systems for node in nodes())
        return sorted(times)

    assert at("ended", "kiosk", "counter", "inquiry")[-1] <= at("ending", "center")[0]
    assert at("ended", "center")[-1] <= at("ending", "issuing")[0]
    assert at("ended", "issuing")[-1] <= at("ending", "relay", "koseki", "core", "jpki")[0]


def test_a_request_is_followed_by_its_pseudonym_through_all_systems(run: Run) -> None:
    by_system = {
        name: {
            line["correlation"]
            for line in log_lines(run, name)
            if line.get("method", "").endswith(method) and "correlation" in line
        }
        for name, method in (("center", "Apply"), ("issuing", "Issue"), ("relay", "Koseki"), ("koseki", "Koseki"))
    }
    assert len(by_system["center"]) == 6
    assert by_system["center"] <= by_system["issuing"]
    assert len(by_system["center"] & by_system["relay"] & by_system["koseki"]) == 2
    kiosk = {line.get("correlation") for line in log_lines(run, "kiosk")}
    assert by_system["center"] <= kiosk


@pytest.mark.parametrize("form", FORMS)
def test_the_search_finds_what_is_written_in_each_form(form: str) -> None:
    citizen = CITY.family("plain")[0]
    assert citizen.resident is not None
    name = citizen.resident.name
    shift = int(form[-1]) if form.startswith("base64") else 0
    content = FORMS[form](name)
    if form.startswith("base64"):
        content = base64.b64encode(bytes(range(65, 65 + shift)) + name.encode() + b"!")
    assert found([name], b'{"x": "' + content + b'"}')
    assert found(canaries_of(citizen), b'{"x": "' + content + b'"}')


def log_lines(run: Run, system: str) -> list[dict[str, Any]]:
    """What a system logged, all servers of its site."""
    return [line for node in nodes() if system_of(node) == system for line in log_lines_of(run, node)]


def log_lines_of(run: Run, node: str) -> list[dict[str, Any]]:
    """What one process logged."""
    return [json.loads(line) for line in run.written[f"log/{node}.log"].decode().splitlines()]


def values(content: object) -> Iterator[str]:
    if isinstance(content, dict):
        for each in content.values():
            yield from values(each)
    elif isinstance(content, list):
        for each in content:
            yield from values(each)
    else:
        yield str(content)
