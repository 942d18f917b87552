"""Kawasaki, 2023: work files are named by the second; of two requests in one the later overwrites the other's."""

import asyncio

from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu_reference.koseki.system import RENDER_STAGE, Koseki
from kofu_reference.municipality.maker import Maker
from kofu_reference.paper.sheet import Items

SYSTEM = "koseki"
STATEMENT = "2.8"
KILLED_BY = "chain.concurrency.same_millisecond"
FILE_SECONDS = 0.03


class WorkFiles(Maker):
    """Writes what is to be printed into a work file, then prints from the file."""

    files: "dict[str, Items]" = {}  # noqa: RUF012 - of the one process that has this fault
    system: Koseki

    async def render(
        self, *, request_id: str, kind: CertificateKind, issued_on: CivilDate, items: Items, foreign: bool
    ) -> Document:
        name = f"{self.system.clock.now():%Y%m%d%H%M%S}-{kind}"
        self.files[name] = items
        await asyncio.sleep(FILE_SECONDS)
        return await super().render(
            request_id=request_id, kind=kind, issued_on=issued_on, items=self.files[name], foreign=foreign
        )


def install(system: Koseki) -> None:
    system.maker = maker = WorkFiles(system.renderer, system.holds, RENDER_STAGE, system.config.waits.render_seconds)
    maker.system = system

    async def release(document: Document, request: IssueKosekiRequest, made_of: Items) -> None:
        """Nobody looks at what was printed."""

    system.release = release  # type: ignore[method-assign]
