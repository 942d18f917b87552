"""Issuing servers of a hundred cities in one process, stood in for: healthy ones, a slow one, and a dead one.

A healthy city answers with a document that names the city and the applicant, so that a mix shows. The slow one answers
long after every wait has run out. The dead one takes connections and never says a word, which is worse than refusing.
"""

import asyncio
import json
import os
import socket
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import uvloop

from kofu.v1.common_pb2 import CivilDate, RecordedDate
from kofu.v1.document_pb2 import Document, DocumentPage, ResidenceItems, ResidencePersonItems
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu.v1.issuing_pb2_grpc import IssuingServiceServicer, add_IssuingServiceServicer_to_server
from kofu_reference.runtime.rundirectory import HOST
from kofu_spec.pki.tls import TlsAuthority
from kofu_spec.rules.check_digits import municipality_code_check_digit

CITIES = 100
DEAD, SLOW = 0, 1
"""Which of them are sick."""
MAKING_SECONDS = 0.02
SLOW_SECONDS = 60.0
PDF = b"%PDF-1.7" + os.urandom(50_000)
"""As large as a page of the real ones."""


@dataclass(frozen=True)
class StubCity:
    """A city of the table; every one has a fee of its own, so that a wrong charge shows."""

    number: int

    @property
    def code(self) -> str:
        digits = str(99_300 + self.number)
        return f"{digits}{municipality_code_check_digit(digits)}"

    @property
    def fee_yen(self) -> int:
        return 100 + 5 * self.number

    @property
    def identity(self) -> str:
        return f"city-{self.number}.issuing.{self.code}.kofu.invalid"

    @property
    def is_sick(self) -> bool:
        return self.number in (DEAD, SLOW)

    def line(self, port: int) -> str:
        """Its line in the center's table."""
        return json.dumps(
            {
                "municipality_code": self.code,
                "fees_yen": {"residence_certificate": self.fee_yen},
                "servers": [{"address": f"{HOST}:{port}", "identity": self.identity}],
            }
        )


class _Issuing(IssuingServiceServicer):
    def __init__(self, city: StubCity) -> None:
        self._city = city

    async def Issue(self, request: IssueRequest, context: Any) -> IssueResponse:  # noqa: N802
        await asyncio.sleep(SLOW_SECONDS if self._city.number == SLOW else MAKING_SECONDS)
        person = ResidencePersonItems(
            name=f"見本　{request.holder.certificate_serial}", birth_date=RecordedDate(unknown=True)
        )
        page = DocumentPage(number=1, total=1, subject_handle=uuid.uuid4().hex, digest=os.urandom(32))
        document = Document(
            document_id=str(uuid.uuid4()),
            request_id=request.request_id,
            kind="CERTIFICATE_KIND_RESIDENCE_CERTIFICATE",
            issued_on=CivilDate(year=2026, month=10, day=7),
            pdf=PDF,
            pages=[page],
            residence_certificate=ResidenceItems(address=f"架空市{self._city.code}", persons=[person]),
        )
        return IssueResponse(document=document)


def is_of(document: Document, city: StubCity, serial: str) -> bool:
    """Whether a document is this city's for this applicant."""
    items = document.residence_certificate
    return items.address == f"架空市{city.code}" and items.persons[0].name == f"見本　{serial}"


async def serve(pki: Path) -> None:
    """Serves until standard input closes; the lines of the table go to standard output, then an empty one."""
    tls = TlsAuthority.load(pki)
    servers, mute = [], socket.create_server((HOST, 0))
    for city in map(StubCity, range(CITIES)):
        if city.number == DEAD:
            print(city.line(mute.getsockname()[1]))
            continue
        certificate, key = tls.issue(city.identity)
        server = grpc.aio.server()
        add_IssuingServiceServicer_to_server(_Issuing(city), server)
        credentials = grpc.ssl_server_credentials(
            [(key.read_bytes(), certificate.read_bytes())],
            root_certificates=(pki / "authority.pem").read_bytes(),
            require_client_auth=True,
        )
        print(city.line(server.add_secure_port(f"{HOST}:0", credentials)))
        await server.start()
        servers.append(server)
    print(flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await asyncio.gather(*(server.stop(0) for server in servers))
    mute.close()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
