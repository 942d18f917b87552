"""A miniature of some systems under test: the specification's own answers behind real gRPC and mutual TLS.

It issues right, unless `mistake` says what it gets wrong.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import typst
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

from kofu.testing.v1 import control_pb2, control_pb2_grpc
from kofu.v1 import issuing_pb2, issuing_pb2_grpc
from kofu.v1.common_pb2 import Application
from kofu.v1.document_pb2 import Document, DocumentPage
from kofu.v1.reason_pb2 import Reason
from kofu_conformance import profile as profiles
from kofu_conformance.oracles.documents import Due
from kofu_conformance.oracles.text_layer import page_sizes_points
from kofu_spec.city import Citizen, City, make_city
from kofu_spec.paths import find_font
from kofu_spec.pki.tls import TlsAuthority
from kofu_spec.rules import eras
from kofu_spec.rules.eligibility import expected

CITY = make_city(1, 400)
BASE = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)

FORM = """
#let number = context counter(page).display("1/1", both: true)
#set page(paper: "a4", header: sys.inputs.title, footer: [#number #h(1em) #sys.inputs.id])
#set text(font: "IPAmjMincho", lang: "ja", fallback: false)
#for row in json(bytes(sys.inputs.rows)) [#row #parbreak()]
#sys.inputs.day
"""


def refuse(context: grpc.ServicerContext, reason: str, **metadata: str) -> None:
    """Ends the call as the contract says that a system refuses."""
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="kofu", metadata=metadata))
    status = status_pb2.Status(code=code_pb2.FAILED_PRECONDITION, message=reason, details=[detail])
    context.abort_with_status(rpc_status.to_status(status))


def printed(due: Due, document_id: str) -> bytes:
    """A plain form with everything that has to be on it."""
    inputs = {
        "title": due.strings[0],
        "id": document_id,
        "rows": json.dumps(due.strings[1:]),
        "day": eras.printed(due.issued_on),
    }
    compiler = typst.Compiler(
        FORM.encode(), font_paths=[str(find_font().parent)], ignore_system_fonts=True, sys_inputs=inputs
    )
    pdf = compiler.compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def document(due: Due, request_id: str) -> Document:
    """The document that is due."""
    made = Document(document_id=str(uuid.uuid4()), request_id=request_id, kind=due.kind, issued_on=due.issued_on)
    made.pdf = printed(due, made.document_id)
    option = due.application.WhichOneof("certificate")
    assert option is not None
    getattr(made, option).CopyFrom(due.items)
    total = len(page_sizes_points(made.pdf))
    for number in range(1, total + 1):
        made.pages.append(DocumentPage(number=number, total=total, subject_handle="handle-of-one", digest=b"d" * 32))
    return made


class Issuing(issuing_pb2_grpc.IssuingServiceServicer):
    """Issues by the specification."""

    def __init__(self, mistake: Callable[[Document], None]) -> None:
        self._mistake = mistake
        self._used: set[str] = set()
        self.kept: dict[str, Document] = {}
        self._lock = threading.Lock()
        self.not_current = 0
        """So many more requests are refused because the records may be behind."""

    def Issue(self, request: issuing_pb2.IssueRequest, context: grpc.ServicerContext) -> issuing_pb2.IssueResponse:  # noqa: N802
        with self._lock:
            if request.request_id in self._used:
                refuse(context, "REASON_REQUEST_ID_USED", request_id=request.request_id)
            self._used.add(request.request_id)
            self.not_current -= 1
            if self.not_current >= 0:
                refuse(context, "REASON_RECORDS_NOT_CURRENT")
        applicant = CITY.by_serial(request.holder.certificate_serial)
        now = request.received_at.ToDatetime(UTC)
        items = expected(CITY, applicant, request.application, now)
        if isinstance(items, int):
            refuse(context, Reason.Name(items))
        made = document(Due(CITY, applicant, request.application, now, items), request.request_id)
        self._mistake(made)
        return issuing_pb2.IssueResponse(document=made)


class Control(control_pb2_grpc.TestControlServiceServicer):
    """Remembers what the tester did."""

    def __init__(self) -> None:
        self.boot_id = "first"
        self.instant: datetime | None = None
        self.holds: list[tuple[str, float, int]] = []

    def Describe(self, request: Any, context: grpc.ServicerContext) -> control_pb2.DescribeResponse:  # noqa: N802
        return control_pb2.DescribeResponse(
            system="issuing", boot_id=self.boot_id, terminal_ids=["KIOSK-1", "KIOSK-2"], stages=["issuing.render"]
        )

    def SetClock(self, request: Any, context: grpc.ServicerContext) -> control_pb2.SetClockResponse:  # noqa: N802
        self.instant = request.instant.ToDatetime(UTC)
        return control_pb2.SetClockResponse(now=request.instant)

    def Hold(self, request: Any, context: grpc.ServicerContext) -> control_pb2.HoldResponse:  # noqa: N802
        self.holds.append((request.stage, request.duration.ToMilliseconds() / 1000, request.passages))
        return control_pb2.HoldResponse()

    def Restart(self, request: Any, context: grpc.ServicerContext) -> control_pb2.RestartResponse:  # noqa: N802
        threading.Timer(0.2, lambda: setattr(self, "boot_id", "second")).start()
        return control_pb2.RestartResponse()


def right(made: Document) -> None:
    """Gets nothing wrong."""


@contextmanager
def serving(
    folder: Path, mistake: Callable[[Document], None] = right
) -> Iterator[tuple[profiles.Profile, Issuing, Control]]:
    """An issuing server of the miniature, its profile, and what the tester may look into."""
    authority = TlsAuthority.create(folder)
    identity = "issuing-1.issuing.992011.kofu.invalid"
    certificate, key = authority.issue(identity)
    peers = {}
    for role in ("tester", "center"):
        own_certificate, own_key = authority.issue(f"{role}-1.{role}.suite.kofu.invalid")
        peers[role] = {"certificate": own_certificate, "key": own_key}
    server = grpc.server(futures.ThreadPoolExecutor(16))
    issuing, control = Issuing(mistake), Control()
    issuing_pb2_grpc.add_IssuingServiceServicer_to_server(issuing, server)
    control_pb2_grpc.add_TestControlServiceServicer_to_server(control, server)
    reflection.enable_server_reflection(["kofu.v1.IssuingService", reflection.SERVICE_NAME], server)
    credentials = grpc.ssl_server_credentials(
        [(key.read_bytes(), certificate.read_bytes())], (folder / "authority.pem").read_bytes(), True
    )
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    content = {
        "iut": {"name": "miniature", "build": "1", "role": "all"},
        "city": {"seed": 1, "residents": 400, "municipality_code": CITY.municipality_code},
        "tls": {"authority": folder / "authority.pem", "peers": peers},
        "cards": {"folder": folder},
        "clock": {"base": BASE},
        "systems": {
            "issuing": {
                "address": f"127.0.0.1:{port}",
                "identity": identity,
                "test_control": True,
                "clock": "frozen",
            }
        },
    }
    try:
        yield profiles.Profile.model_validate(content, context={"folder": folder}), issuing, control
    finally:
        server.stop(None).wait()


def due_of(citizen: Citizen, application: Application, city: City = CITY) -> Due:
    """What is due at the base instant."""
    items = expected(city, citizen, application, BASE)
    assert not isinstance(items, int)
    return Due(city, citizen, application, BASE, items)
