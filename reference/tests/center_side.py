"""A center for tests: kiosks of several operators before it, and issuing servers of several cities behind it."""

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from kofu.testing.v1.control_pb2 import ClockMode
from kofu.v1.center_pb2 import (
    ApplyRequest,
    ApplyResponse,
    ListOffersRequest,
    ListOffersResponse,
    OpenSessionRequest,
)
from kofu.v1.common_pb2 import Application, CivilDate, Holder, RecordedDate, ResidenceOptions
from kofu.v1.document_pb2 import Document, DocumentPage, ResidenceItems, ResidencePersonItems
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceServicer, add_IssuingServiceServicer_to_server
from kofu_reference.center.system import Center
from kofu_reference.runtime import JST, Binding, CivilClock, Holds, SystemConfig
from kofu_reference.runtime.config import CenterConfig, PeerConfig
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

NOW = datetime(2026, 10, 7, 10, tzinfo=JST)
"""A Wednesday in every kind's hours."""
CITY, NEIGHBOUR, STRANGER = "992011", "992020", "992038"
RESIDENCE = Application(residence_certificate=ResidenceOptions())
HOLDER = Holder(issuer_key_id=b"k" * 20, certificate_serial="1a")
NOBODY = PeerConfig(address="127.0.0.1:9", identity="issuing-1.issuing.suite.kofu.invalid")


class Kiosk:
    """A kiosk as the center sees it in a call: who it is, and how long it still waits."""

    def __init__(self, operator: str = "suite", remaining_seconds: float | None = None) -> None:
        self.identity = f"kiosk-1.kiosk.{operator}.kofu.invalid"
        self.remaining_seconds = remaining_seconds

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        return {"x509_subject_alternative_name": [self.identity.encode()]}

    def time_remaining(self) -> float | None:
        return self.remaining_seconds


class Authority:
    """The TLS authority of a test."""

    def __init__(self, folder: Path) -> None:
        self._authority = TlsAuthority.create(folder / "pki")
        self._folder = folder

    def config(self, identity: str, **more: Any) -> SystemConfig:
        certificate, key = self._authority.issue(identity)
        role = identity.split(".")[1]
        return SystemConfig(
            system=role,
            identity=identity,
            certificate=certificate,
            key=key,
            authority=self._authority.folder / "authority.pem",
            data_folder=self._folder / identity,
            ocsp_url="http://127.0.0.1:9/",
            jpki_authorities=(self._authority.folder / "authority.pem",),
            **more,
        )

    def center(self, **more: Any) -> SystemConfig:
        """The configuration of a center; `terminal_register` and the like are those of its section."""
        peers = {"issuing": NOBODY}
        identity = "center-1.center.jlis.kofu.invalid"
        return self.config(identity, peers=peers, testing=True, center=CenterConfig(**more))


@asynccontextmanager
async def at_work(config: SystemConfig, now: datetime = NOW) -> AsyncIterator[Center]:
    """A center that serves; its clock stands still."""
    clock = CivilClock()
    clock.set(ClockMode.CLOCK_MODE_FROZEN, now)
    center = Center(config, clock, Holds())
    await center.start()
    try:
        yield center
    finally:
        await center.stop()


async def open_session(center: Center, kiosk: Kiosk, terminal_id: str = "KOFU-0001") -> str:
    """A session in which somebody has proved who they are. Raises the refusal."""
    opened = await center.service.OpenSession(OpenSessionRequest(terminal_id=terminal_id), kiosk)
    center.sessions.find(opened.session_id, kiosk.identity).holder = HOLDER
    return opened.session_id


async def apply(
    center: Center,
    kiosk: Kiosk,
    session_id: str,
    municipality_code: str = CITY,
    *,
    application: Application = RESIDENCE,
    copies: int = 1,
) -> ApplyResponse:
    request = ApplyRequest(
        session_id=session_id,
        request_id=str(uuid.uuid4()),
        municipality_code=municipality_code,
        application=application,
        copies=copies,
    )
    return await center.service.Apply(request, kiosk)


async def offers(center: Center, kiosk: Kiosk, session_id: str, municipality_code: str) -> dict[int, int]:
    """Yen by the kind offered."""
    request = ListOffersRequest(session_id=session_id, municipality_code=municipality_code)
    answer: ListOffersResponse = await center.service.ListOffers(request, kiosk)
    return {offer.kind: offer.fee_yen for offer in answer.offers}


async def at_once(request: IssueRequest) -> Document:
    """A whole document of the request, which tells in its address which municipality made it."""
    page = DocumentPage(number=1, total=1, subject_handle=uuid.uuid4().hex, digest=os.urandom(32))
    person = ResidencePersonItems(name="見本　花子", birth_date=RecordedDate(unknown=True))
    return Document(
        document_id=str(uuid.uuid4()),
        request_id=request.request_id,
        kind="CERTIFICATE_KIND_RESIDENCE_CERTIFICATE",
        issued_on=CivilDate(year=2026, month=10, day=7),
        pdf=b"%PDF-" + bytes(100),
        pages=[page],
        residence_certificate=ResidenceItems(address=f"架空市{request.municipality_code}番地", persons=[person]),
    )


class City(IssuingServiceServicer):
    """The issuing server of a city: notes what it is asked and how long the center waits, and answers as told."""

    def __init__(self, authority: Authority, code: str) -> None:
        self.code = code
        self.asked: list[IssueRequest] = []
        self.waits_seconds: list[float] = []
        self.given_up = asyncio.Event()
        """The center does not wait any more for an answer under way."""
        self.answer: Callable[[IssueRequest], Awaitable[Document]] = at_once
        config = authority.config(f"issuing-{code}.issuing.{code}.kofu.invalid")
        roles = {"Issue": frozenset({"center"})}
        self.server = Server(config, [Binding(add_IssuingServiceServicer_to_server, self, roles)])
        self.peer = PeerConfig(address=f"127.0.0.1:{self.server.port}", identity=config.identity)

    async def Issue(self, request: IssueRequest, context: Any) -> IssueResponse:  # noqa: N802
        self.asked.append(request)
        self.waits_seconds.append(context.time_remaining())
        try:
            return IssueResponse(document=await self.answer(request))
        except asyncio.CancelledError:
            self.given_up.set()
            raise


@asynccontextmanager
async def cities(authority: Authority, *codes: str) -> AsyncIterator[list[City]]:
    """Cities at work."""
    started = [City(authority, code) for code in codes]
    for city in started:
        await city.server.start()
    try:
        yield started
    finally:
        await asyncio.gather(*(city.server.stop(0) for city in started))


def entry(code: str, *servers: PeerConfig, **more: Any) -> dict[str, Any]:
    """A line of the table of municipalities."""
    named = [server.model_dump() for server in servers or (NOBODY,)]
    return {"municipality_code": code, "fees_yen": {"residence_certificate": 300}, "servers": named, **more}


def write_table(path: Path, *entries: Mapping[str, Any]) -> Path:
    """Puts a table in the place of an earlier one in one step, as its owner does."""
    arriving = path.with_suffix(".arriving")
    arriving.write_text("\n".join(json.dumps(one) for one in entries) + "\n", encoding="utf-8")
    arriving.replace(path)
    return path


def write_register(path: Path, *rows: str) -> Path:
    """The same with a register of terminals: `KOFU-0001,shop,registered,架空県架空市`."""
    arriving = path.with_suffix(".arriving")
    arriving.write_text("\n".join(("terminal_id,operator,state,place", *rows)) + "\n", encoding="utf-8")
    arriving.replace(path)
    return path
