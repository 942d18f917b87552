"""Yokohama, 2023: when the print wait runs out only the queue's lock is released; the next applicant gets the file."""

import asyncio

from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.area import RENDER_STAGE
from kofu_reference.issuing.system import Issuing
from kofu_reference.municipality.maker import Maker
from kofu_reference.paper.sheet import Items
from kofu_reference.runtime import Refusal

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.concurrency.slow_printing_never_mixes"


class PrintQueue(Maker):
    """Prints one after the other; whoever holds the lock takes what comes out of the printer next."""

    lock = asyncio.Lock()
    printed: "asyncio.Queue[Document]" = asyncio.Queue()
    printing: "set[asyncio.Task[None]]" = set()  # noqa: RUF012 - of the one process that has this fault

    async def make(
        self, *, request_id: str, kind: CertificateKind, issued_on: CivilDate, items: Items, foreign: bool
    ) -> Document:
        async def print_it() -> None:
            document = await self.render(
                request_id=request_id, kind=kind, issued_on=issued_on, items=items, foreign=foreign
            )
            self.printed.put_nowait(document)

        async with self.lock:
            task = asyncio.create_task(print_it())
            self.printing.add(task)
            task.add_done_callback(self.printing.discard)
            try:
                async with asyncio.timeout(self.wait_seconds):
                    document = await self.printed.get()
            except TimeoutError:
                raise Refusal(Reason.REASON_TIMED_OUT) from None
        document.request_id = request_id
        return document


def install(system: Issuing) -> None:
    system.maker = PrintQueue(system.renderer, system.holds, RENDER_STAGE, system.config.waits.render_seconds)

    async def release(document: Document, request: IssueRequest, asked: object, received_at: object) -> None:
        """Nobody looks at what came out of the printer."""

    system.release = release  # type: ignore[method-assign]
