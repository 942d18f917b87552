"""Takamatsu, 2024: a program for one server runs at several: each counts its places, and the work files are shared."""

import asyncio

from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest
from kofu_reference.issuing.area import RENDER_STAGE
from kofu_reference.issuing.system import Issuing
from kofu_reference.municipality.maker import Maker
from kofu_reference.paper.sheet import Items

SYSTEM = "issuing"
STATEMENT = "P.3"
KILLED_BY = "chain.site.servers_of_one_site_never_mix"
FILE_SECONDS = 0.1


class SharedWorkFiles(Maker):
    """Writes what is to be printed into the file of the first free place, then prints from the file."""

    system: Issuing
    taken: "set[int]" = set()  # noqa: RUF012 - of the one process that has this fault

    async def render(
        self, *, request_id: str, kind: CertificateKind, issued_on: CivilDate, items: Items, foreign: bool
    ) -> Document:
        place = next(number for number in range(len(self.taken) + 1) if number not in self.taken)
        self.taken.add(place)
        file = self.system.config.data_folder / f"work-{place}-{kind}"
        try:
            file.write_bytes(items.SerializeToString())
            await asyncio.sleep(FILE_SECONDS)
            printed = type(items).FromString(file.read_bytes())
        finally:
            self.taken.discard(place)
        return await super().render(
            request_id=request_id, kind=kind, issued_on=issued_on, items=printed, foreign=foreign
        )


def install(system: Issuing) -> None:
    maker = SharedWorkFiles(system.renderer, system.holds, RENDER_STAGE, system.config.waits.render_seconds)
    system.maker = maker
    maker.system = system

    async def release(document: Document, request: IssueRequest, asked: object, received_at: object) -> None:
        """Nobody looks at what was printed."""

    system.release = release  # type: ignore[method-assign]
