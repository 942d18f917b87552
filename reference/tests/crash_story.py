"""The story in which a system of the city's side is killed: changes filed, certificates issued, one refused."""

import subprocess
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import grpc
from reference.tests.canaries import found, texts_of
from reference.tests.running import Running, asked, until

from kofu.v1.common_pb2 import Application, CivilDate, Holder, KosekiAllOptions, ResidenceOptions
from kofu.v1.counter_pb2 import FileChangeRequest, GetChangeRequest, MoveWithin
from kofu.v1.counter_pb2_grpc import CounterServiceStub
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu.v1.koseki_pb2_grpc import KosekiServiceStub
from kofu.v1.register_pb2 import KosekiRecord
from kofu_reference.runtime.refusal import Refusal, from_rpc_error
from kofu_reference.runtime.rundirectory import BASE_INSTANT
from kofu_spec.city import make_city
from kofu_spec.pki.issuer import ISSUER_KEY_ID

MUNICIPALITY: Final = "992011"
SYSTEMS: Final = ("koseki", "issuing", "relay", "core", "counter")
CITY: Final = make_city(1, 1)
CITIZEN: Final = next(each for each in CITY.family("plain") if each.koseki and each.card and each.resident)
HOUSEHOLD: Final = Application(residence_certificate=ResidenceOptions(whole_household=True))
REGISTER: Final = Application(koseki_all_matters=KosekiAllOptions())
_PDF: Final = tuple(f"%PDF-{version}" for version in ("1.3", "1.4", "1.5", "1.6", "1.7", "2.0"))
ON_CERTIFICATES_ALONE: Final = (*_PDF, "架空市長", "戸籍全部事項証明書", "住民票の写し")
_FED: Final = b"".join(
    record.SerializeToString() for each in CITY.citizens for record in (each.resident, each.tax) if record is not None
)
ON_KOSEKI_CERTIFICATES_ALONE: Final = frozenset(
    text
    for text in texts_of(CITIZEN.koseki or KosekiRecord())
    if len(text) > 7 and not text.isascii() and text.encode() not in _FED
)
"""What the koseki system alone holds."""
_UNKNOWN: Final = frozenset({"REASON_UPSTREAM_UNAVAILABLE", "REASON_TIMED_OUT", "REASON_INTERNAL"})
"""After these the caller does not know what the system did."""


@dataclass
class Told:
    """What the chain has told so far, and what it never answered."""

    number: int
    """The newest change that is known to be filed."""
    address: str
    unanswered_address: str = ""
    used: list[tuple[str, Application]] = field(default_factory=list)
    unknown: list[tuple[str, Application]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


class Story:
    """One chain that goes on through all crashes; what it told once holds for good."""

    def __init__(self, chain: Running) -> None:
        self._chain = chain
        assert CITIZEN.resident is not None
        self._household = CITIZEN.resident.control.household_key
        self._moves = 0
        for name in SYSTEMS:
            chain.start(name)
        self._wait_until_issuing()
        self._members = len(self._issue(Told(0, ""), HOUSEHOLD).residence_certificate.persons)
        number = 1
        while self._acknowledged(number) is not None:
            number += 1
        self.told = Told(number - 1, "")
        assert self._file(wait=True)

    def go_on(self, victim: subprocess.Popen[bytes]) -> None:
        """Changes and certificates, up to where the victim's death breaks them off."""
        self._file(wait=False)
        while victim.poll() is None and not self._acknowledged(self.told.number):
            pass
        for wish in (HOUSEHOLD, REGISTER):
            self._issue(self.told, wish)
        self._issue(self.told, HOUSEHOLD, serial="abcdef12")
        self._file(wait=False)
        while victim.poll() is None and not self._acknowledged(self.told.number):
            pass

    def judge(self) -> None:
        """After a crash and a new start: nothing told is lost, nothing doubled, no used id serves, nothing is kept."""
        told = self.told
        self._settle_unanswered()
        until(lambda: self._acknowledged(told.number))
        self._wait_until_issuing()
        document = self._issue(told, HOUSEHOLD, patient=True)
        persons = document.residence_certificate.persons
        assert document.residence_certificate.address == told.address, "an acknowledged change is not shown"
        assert len(persons) == self._members, "a member is lost or doubled"
        for request_id, wish in told.used:
            self._must_be_used(request_id, wish)
        for request_id, wish in told.unknown:
            self._ask(request_id, wish, None, patient=True)
            self._must_be_used(request_id, wish)
        assert self.kept() == [], "certificate data lies on the disk"
        told.used, told.unknown, told.documents = [], [], []

    def kept(self) -> list[tuple[str, str, str]]:
        """What of certificates lies in the data folders or among scratch files: file, text, form."""
        marks = set(ON_CERTIFICATES_ALONE)
        for document in self.told.documents:
            marks |= {document.document_id, document.pages[0].subject_handle, document.pages[0].digest.hex()}
        folder = self._chain.chain.folder
        met = []
        for path in [*(folder / "data").rglob("*"), *self._chain.scratch.rglob("*")]:
            if path.is_file():
                wanted = marks if path.parent.name == "koseki" else marks | ON_KOSEKI_CERTIFICATES_ALONE
                met += [(str(path.relative_to(folder)), *one) for one in found(wanted, path.read_bytes())]
        return met

    def _wait_until_issuing(self) -> None:
        """A server that was just started refuses until it knows that its records are current."""
        until(lambda: self._chain.operations("issuing", "/readyz")[0] == 200)

    def _settle_unanswered(self) -> None:
        """A filing that was not answered is there whole, or not at all, and never twice."""
        told = self.told
        if told.unanswered_address and self._acknowledged(told.number + 1, patient=True) is not None:
            told.number, told.address = told.number + 1, told.unanswered_address
        told.unanswered_address = ""
        assert self._acknowledged(told.number + 1, patient=True) is None, "a change is there that nobody filed"

    def _must_be_used(self, request_id: str, wish: Application) -> None:
        assert self._ask(request_id, wish, None, patient=True) == "REASON_REQUEST_ID_USED", "a used request id serves"
        if wish == REGISTER:
            again = IssueKosekiRequest(
                request_id=request_id, municipality_code=MUNICIPALITY, holder=_holder(), application=wish
            )
            again.received_at.FromDatetime(datetime.fromisoformat(BASE_INSTANT))
            method: Any = KosekiServiceStub(self._chain.line("issuing", "relay")).IssueKoseki
            first = _reason(lambda: asked(method, again))
            assert first in ("", "REASON_REQUEST_ID_USED")
            assert _reason(lambda: asked(method, again)) == "REASON_REQUEST_ID_USED", "a used koseki id serves"

    def _file(self, wait: bool) -> bool:
        """Moves the household to an address where nobody lived before; whether that was answered."""
        self._moves += 1
        address = f"架空県架空市転居町{self._moves}番地"
        move = MoveWithin(
            household_key=self._household, address=address, established_on=CivilDate(year=2026, month=10, day=1)
        )
        request = FileChangeRequest(municipality_code=MUNICIPALITY, move_within=move)
        method: Any = CounterServiceStub(self._chain.line("office", "counter")).FileChange
        if self.told.unanswered_address:
            return False
        try:
            number = int(method(request, timeout=10).number)
        except grpc.RpcError:
            self.told.unanswered_address = address
            return False
        assert number == self.told.number + 1, "a number was left out or given twice"
        self.told.number, self.told.address = number, address
        if wait:
            until(lambda: self._acknowledged(number))
        return True

    def _acknowledged(self, number: int, patient: bool = False) -> bool | None:
        """Whether a change is visible to issuance; None where there is no such change. False too while nobody says."""
        method: Any = CounterServiceStub(self._chain.line("office", "counter")).GetChange
        request = GetChangeRequest(municipality_code=MUNICIPALITY, number=number)
        while True:
            try:
                return bool(method(request, timeout=10, wait_for_ready=patient).acknowledged)
            except grpc.RpcError as error:
                reason = from_rpc_error(error).name  # type: ignore[arg-type]
                if reason == "REASON_RECORD_NOT_FOUND":
                    return None
                if not patient:
                    return False

    def _issue(self, told: Told, wish: Application, serial: str | None = None, patient: bool = False) -> Document:
        """Applies with a new request id; what becomes of it is noted."""
        request_id = str(uuid.uuid4())
        answer = self._ask(request_id, wish, serial, patient)
        unknown = isinstance(answer, str) and answer in _UNKNOWN
        if serial is None:
            (told.unknown if unknown else told.used).append((request_id, wish))
        if isinstance(answer, Document):
            told.documents.append(answer)
            return answer
        assert not patient, f"refused with {answer}"
        return Document()

    def _ask(self, request_id: str, wish: Application, serial: str | None, patient: bool) -> "Document | str":
        request = IssueRequest(
            request_id=request_id, municipality_code=MUNICIPALITY, holder=_holder(serial), application=wish
        )
        request.received_at.FromDatetime(datetime.fromisoformat(BASE_INSTANT))
        method: Any = IssuingServiceStub(self._chain.line("center", "issuing")).Issue
        try:
            document: Document = method(request, timeout=20, wait_for_ready=patient).document
            return document
        except grpc.RpcError as error:
            return from_rpc_error(error).name  # type: ignore[arg-type]


def _holder(serial: str | None = None) -> Holder:
    assert CITIZEN.card is not None
    return Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=serial or CITIZEN.card.serial)


def _reason(asking: Any) -> str:
    try:
        asking()
    except Refusal as refusal:
        return refusal.name
    return ""
