"""The city's systems for tests: the fictitious city, its applications, and a system behind mutual TLS."""

import asyncio
import io
import os
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import grpc.aio
import pikepdf
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from kofu.testing.v1.control_pb2 import ClockMode
from kofu.v1.alarm_pb2 import Alarm, ListAlarmsRequest, ReconcileAlarmRequest, Reconciliation
from kofu.v1.alarm_pb2_grpc import AlarmServiceStub
from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.common_pb2 import (
    Application,
    CivilDate,
    Holder,
    KosekiAllOptions,
    KosekiIndividualOptions,
    ResidenceOptions,
    SealOptions,
    TaxOptions,
)
from kofu.v1.document_pb2 import Document, DocumentPage, KosekiItems, KosekiPersonItems
from kofu.v1.feed_pb2 import FeedChange, RecordChangeKind, TaxWithdrawal
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu.v1.koseki_pb2 import IssueKosekiRequest, IssueKosekiResponse
from kofu.v1.koseki_pb2_grpc import KosekiServiceServicer, add_KosekiServiceServicer_to_server
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.issuing.register import Register
from kofu_reference.issuing.system import Issuing
from kofu_reference.municipality.maker import Maker
from kofu_reference.runtime import JST, Binding, CivilClock, Holds, Refusal, System, SystemConfig, call
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.server import Server
from kofu_spec.city import Citizen, City, make_city
from kofu_spec.paths import find_font
from kofu_spec.pki.issuer import ISSUER_KEY_ID
from kofu_spec.pki.tls import TlsAuthority

AREA = "992011"
CITY = make_city()
NOW = datetime(2026, 10, 7, 10, tzinfo=JST)
"""A Wednesday in every kind's hours."""
FEED_ID = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"
PATIENT_SECONDS = 60.0
RECONCILED = Reconciliation(finding="CONTENT_FINDING_ANOTHERS", pages_compared=2, officer_id="K0007")

Answer = TypeVar("Answer")

RESIDENCE = Application(residence_certificate=ResidenceOptions())
RESIDENCE_WHOLE = Application(residence_certificate=ResidenceOptions(whole_household=True))
RECORD_ITEMS = Application(residence_record_items=ResidenceOptions())
SEAL = Application(seal_registration=SealOptions())
TAX = Application(tax_assessment=TaxOptions())
ALL_MATTERS = Application(koseki_all_matters=KosekiAllOptions())
OWN_MATTERS = Application(koseki_individual_matters=KosekiIndividualOptions())
RESIDENTS_KINDS = (RESIDENCE, RECORD_ITEMS, SEAL, TAX)
KOSEKI_KINDS = (ALL_MATTERS, OWN_MATTERS)


def kind_name(application: Application) -> str:
    """The alternative of the application, for the names of parametrised tests."""
    return application.WhichOneof("certificate") or ""


def members(*numbers: int) -> Application:
    """A residence certificate of these members of the household."""
    return Application(residence_certificate=ResidenceOptions(member_numbers=numbers))


def matters_of(*numbers: int) -> Application:
    """A certificate of individual matters of these members of the register."""
    return Application(koseki_individual_matters=KosekiIndividualOptions(member_numbers=numbers))


def one(label: str) -> Citizen:
    return CITY.family(label)[0]


def with_everything() -> list[Citizen]:
    """Plain citizens with a seal, a tax record and a koseki of the city."""
    return [
        one for one in CITY.family("plain") if one.tax and one.koseki and resident_of(one).HasField("seal_impression")
    ]


def resident_of(citizen: Citizen) -> ResidentRecord:
    """A copy of the resident record, to be changed."""
    assert citizen.resident is not None
    return ResidentRecord.FromString(citizen.resident.SerializeToString())


def serial_of(citizen: Citizen) -> str:
    assert citizen.card is not None
    return citizen.card.serial


def holder(serial: str) -> Holder:
    return Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=serial)


def timestamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def change(
    number: int,
    *residents: ResidentRecord,
    taxes: tuple[TaxRecord, ...] = (),
    withdrawn: tuple[tuple[str, int], ...] = (),
    calendar: ServiceCalendar | None = None,
) -> FeedChange:
    """A change; residents whose tax records of a year are withdrawn are named with that year."""
    return FeedChange(
        number=number,
        committed_at=timestamp(NOW),
        kind=RecordChangeKind.RECORD_CHANGE_KIND_CORRECTION,
        residents=residents,
        taxes=taxes,
        withdrawn_taxes=[TaxWithdrawal(resident_key=key, tax_year=year) for key, year in withdrawn],
        change_id=str(uuid.UUID(int=number)),
        calendar=calendar,
    )


def fill(register: Register, city: City = CITY) -> int:
    """Feeds the whole city, fifty residents a change; the number that comes next."""
    register.open_feed(FEED_ID)
    citizens = [citizen for citizen in city.citizens if citizen.resident is not None]
    number = 0
    for number, start in enumerate(range(0, len(citizens), 50), start=1):
        some = citizens[start : start + 50]
        taxes = tuple(citizen.tax for citizen in some if citizen.tax is not None)
        register.apply(change(number, *map(resident_of, some), taxes=taxes))
    register.note_newest(number)
    return number + 1


def new_id() -> str:
    return str(uuid.uuid4())


async def refusal_of(asking: Awaitable[object]) -> Refusal:
    """The refusal that an act ends in; anything else fails the test."""
    with pytest.raises(Refusal) as refused:
        await asking
    return refused.value


def _identity(role: str) -> str:
    return f"{role}-1.{role}.{AREA}.kofu.invalid"


def _peer(role: str, port: int) -> PeerConfig:
    return PeerConfig(address=f"127.0.0.1:{port}", identity=_identity(role))


class Keys:
    """The TLS authority of a test, and a certificate for each role."""

    def __init__(self, folder: Path) -> None:
        self._authority = TlsAuthority.create(folder)
        for role in ("issuing", "koseki", "relay", "center", "core", "kiosk", "tester", "office"):
            self._authority.issue(_identity(role))

    def config(self, role: str, data_folder: Path, peers: Mapping[str, int] | None = None) -> SystemConfig:
        """The configuration of a system whose peers listen on these ports."""
        folder = self._authority.folder
        return SystemConfig(
            system=role,
            identity=_identity(role),
            certificate=folder / f"{role}-1.pem",
            key=folder / f"{role}-1.key",
            authority=folder / "authority.pem",
            data_folder=data_folder,
            peers={peer: _peer(peer, port) for peer, port in (peers or {}).items()},
            font=find_font(),
            renderers=1,
        )

    def channel(self, role: str, server_role: str, port: int) -> grpc.aio.Channel:
        """A connection as the peer of a role."""
        config = self.config(role, self._authority.folder)
        return open_channel(
            _peer(server_role, port), authority=config.authority, certificate=config.certificate, key=config.key
        )


class Running:
    """A system behind its server. Its own clock shows the night between the years: it is not what decides."""

    def __init__(self, keys: Keys, found: type[System], config: SystemConfig) -> None:
        clock = CivilClock()
        clock.set(ClockMode.CLOCK_MODE_FROZEN, datetime(2026, 12, 31, 3, tzinfo=JST))
        self._keys = keys
        self.system = found(config, clock, Holds(found.stages))
        self.server = Server(config, self.system.bindings())

    async def start(self) -> None:
        await self.system.start()
        await self.server.start()

    async def stop(self) -> None:
        await asyncio.gather(self.server.stop(0), self.system.stop())

    def channel(self, role: str) -> grpc.aio.Channel:
        return self._keys.channel(role, self.system.name, self.server.port)


class Meddling(Maker):
    """A maker during whose work something else happens, or which hands out something else."""

    def __init__(self, maker: Maker, then: Callable[[Document], Document | None]) -> None:
        super().__init__(maker._renderer, maker._holds, maker._stage, maker.wait_seconds)
        self._then = then

    async def render(self, **asked: Any) -> Document:
        document = await super().render(**asked)
        return self._then(document) or document


class KosekiStub(KosekiServiceServicer):
    """Stands for the relay and the koseki system behind it: notes what it is asked, and answers as told."""

    def __init__(self) -> None:
        self.asked: list[IssueKosekiRequest] = []
        self.answer: Callable[[IssueKosekiRequest], Awaitable[Document]] = koseki_document

    async def IssueKoseki(self, request: IssueKosekiRequest, context: Any) -> IssueKosekiResponse:  # noqa: N802
        self.asked.append(request)
        return IssueKosekiResponse(document=await self.answer(request))

    @contextmanager
    def answering(self, answer: Callable[[IssueKosekiRequest], Awaitable[Document]]) -> Iterator[None]:
        """Answers otherwise for a while."""
        self.answer = answer
        try:
            yield
        finally:
            self.answer = koseki_document


async def koseki_document(request: IssueKosekiRequest) -> Document:
    """A document as a koseki system makes it, in glyphs that the resident register does not have."""
    wanted = request.application.WhichOneof("certificate") or ""
    handle = uuid.uuid4().hex
    document = Document(
        document_id=new_id(),
        request_id=request.request_id,
        kind=f"CERTIFICATE_KIND_{wanted.upper()}",
        issued_on=CivilDate(year=2026, month=10, day=7),
        pages=[DocumentPage(number=n, total=2, subject_handle=handle, digest=os.urandom(32)) for n in (1, 2)],
    )
    document.pdf = pdf_of([f"{document.document_id} {n}/2 辻見\ufa19子" for n in (1, 2)], handle)
    persons = [KosekiPersonItems(name="辻\U000e0102見 \ufa19子")]
    getattr(document, wanted).CopyFrom(KosekiItems(registered_domicile="架空市古町二番地", persons=persons))
    return document


def pdf_of(texts: Sequence[str], mark: str = "") -> bytes:
    """A PDF of bare text, a page each, in a font whose codes are Unicode's."""
    with pikepdf.new() as pdf:
        characters = sorted({ord(one) for text in texts for one in text})
        pairs = "".join(f"<{code:04X}> <{code:04X}>\n" for code in characters)
        cmap = pdf.make_stream(f"1 beginbfchar\n{pairs}endbfchar %{mark}".encode())
        font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, ToUnicode=cmap))
        for text in texts:
            page = pdf.add_blank_page()
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=font))
            page.obj.Contents = pdf.make_stream(f"BT /F0 9 Tf <{text.encode('utf-16-be').hex()}> Tj ET".encode())
        made = io.BytesIO()
        pdf.save(made)
    return made.getvalue()


class IssuingSide:
    """An issuing server, the center that asks it, and what it asks in its turn."""

    def __init__(self, keys: Keys, folder: Path, runner: asyncio.Runner, **configured: Any) -> None:
        self.keys = keys
        self._configured = configured
        self.folder = folder
        self._runner = runner
        self.koseki = KosekiStub()
        roles = {"IssueKoseki": frozenset({"issuing"})}
        binding = Binding(add_KosekiServiceServicer_to_server, self.koseki, roles)
        self.relay = Server(keys.config("relay", folder), [binding])
        self.next_number = 1
        self._open()

    def config(self, **more: Any) -> SystemConfig:
        """The configuration of a server of this site."""
        config = self.keys.config("issuing", self.folder, {"relay": self.relay.port})
        patient = ("render_seconds", "koseki_seconds", "issuing_seconds")
        waits = config.waits.model_copy(update=dict.fromkeys(patient, PATIENT_SECONDS))
        usual = {"waits": waits, "feed_silence_seconds": PATIENT_SECONDS * 60}
        return config.model_copy(update={**usual, **self._configured, **more})

    def _open(self) -> None:
        self.running = Running(self.keys, Issuing, self.config())
        self.center = self.running.channel("center")

    def run(self, story: Coroutine[Any, Any, Answer]) -> Answer:
        """What a story ends in. One that hangs fails its test."""
        return self._runner.run(asyncio.wait_for(story, PATIENT_SECONDS))

    @property
    def system(self) -> Issuing:
        assert isinstance(self.running.system, Issuing)
        return self.running.system

    async def start(self) -> None:
        await self.relay.start()
        await self.running.start()

    async def stop(self) -> None:
        await self._close()
        await self.relay.stop(0)

    async def restart(self) -> None:
        """The issuing server anew on what it left behind."""
        await self._close()
        self._open()
        await self.running.start()
        if self.next_number > 1:
            self.system.register.open_feed(FEED_ID)
            self.hear()

    def hear(self) -> None:
        """The sender tells that there is nothing newer."""
        self.system.register.note_newest(self.next_number - 1)

    async def _close(self) -> None:
        await self.center.close(None)
        await self.running.stop()

    def feed(self, *residents: ResidentRecord, **others: Any) -> None:
        """Feeds one change: it counts for every look at the register from now on."""
        self.system.register.apply(change(self.next_number, *residents, **others))
        self.next_number += 1

    @contextmanager
    def changed(self, *records: ResidentRecord) -> Iterator[None]:
        """Records of citizens as they stand for a while."""
        self.feed(*records)
        try:
            yield
        finally:
            self.feed(*(resident_of(CITY.by_key(record.control.resident_key)) for record in records))

    @contextmanager
    def meanwhile(self, then: Callable[[Document], Document | None]) -> Iterator[None]:
        """What happens between the making of a document and its release; it may put another in its place."""
        maker = self.system.maker
        self.system.maker = Meddling(maker, then)
        try:
            yield
        finally:
            self.system.maker = maker

    async def issue(self, request: IssueRequest, line: grpc.aio.Channel | None = None) -> Document:
        """The center asks, or whose line it is. Raises the refusal."""
        answer = await call(IssuingServiceStub(line or self.center).Issue, request, timeout=PATIENT_SECONDS)
        return answer.document

    def alarms(self) -> list[Alarm]:
        """The alarms of the city, as an officer is shown them."""

        async def ask() -> list[Alarm]:
            async with self.running.channel("office") as line:
                asked = ListAlarmsRequest(municipality_code=AREA)
                answer = await call(AlarmServiceStub(line).ListAlarms, asked, timeout=PATIENT_SECONDS)
                return list(answer.alarms)

        return self.run(ask())

    def reconcile(self, request_id: str, municipality_code: str = AREA) -> None:
        """An officer has compared the content."""

        async def ask() -> None:
            async with self.running.channel("office") as line:
                asked = ReconcileAlarmRequest(municipality_code=municipality_code, request_id=request_id)
                asked.reconciliation.MergeFrom(RECONCILED)
                await call(AlarmServiceStub(line).ReconcileAlarm, asked, timeout=PATIENT_SECONDS)

        self.run(ask())

    def document(self, who: Citizen | str, application: Application, **rest: Any) -> Document:
        return self.run(self.issue(issue_request(who, application, **rest)))

    def refusal(self, who: Citizen | str, application: Application, **rest: Any) -> str:
        """The name of the reason; a document fails the test."""
        return self.run(refusal_of(self.issue(issue_request(who, application, **rest)))).name


@contextmanager
def issuing_side(folder: Path, *, fed: bool = True, **configured: Any) -> Iterator[IssuingSide]:
    """An issuing server at work on an event loop of its own; it has the whole city, or nothing yet.

    `configured`: fields of its configuration that are otherwise than usual.
    """
    with asyncio.Runner() as runner:

        async def started() -> IssuingSide:
            side = IssuingSide(Keys(folder / "pki"), folder / "data", runner, **configured)
            await side.start()
            return side

        side = runner.run(started())
        try:
            if fed:
                side.next_number = fill(side.system.register)
            yield side
        finally:
            runner.run(side.stop())


def issue_request(
    who: Citizen | str,
    application: Application,
    *,
    at: datetime = NOW,
    request_id: str | None = None,
    municipality_code: str = AREA,
) -> IssueRequest:
    """A request of a citizen by the card in hand, or of whoever has a certificate of this serial."""
    return IssueRequest(
        request_id=request_id or new_id(),
        municipality_code=municipality_code,
        holder=holder(who if isinstance(who, str) else serial_of(who)),
        application=application,
        received_at=timestamp(at),
    )


def traces(document: Document) -> list[bytes]:
    """What would tell that something of a document stands somewhere."""
    marks = [document.document_id.encode(), uuid.UUID(document.document_id).bytes, b"%PDF", document.pdf[20:120]]
    for page in document.pages:
        marks += [page.subject_handle.encode(), bytes.fromhex(page.subject_handle), page.digest]
    return marks


def files_with(folder: Path, marks: list[bytes]) -> list[str]:
    """The files below a folder that hold any of the marks."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(mark in path.read_bytes() for mark in marks)]


def left_in(folder: Path, documents: list[Document]) -> set[str]:
    """The files below a folder in which something of any of the documents stands."""
    return {name for document in documents for name in files_with(folder, traces(document))}
