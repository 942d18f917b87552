"""A document made within its wait, or a refusal and nothing: no part of it goes to anybody else. [2.8]"""

import asyncio
import secrets
import uuid

from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.reason_pb2 import Reason
from kofu_reference.municipality.spoiling import spoil
from kofu_reference.paper import CharacterNotAvailable, DoesNotFit, Renderer, RenderingFailed
from kofu_reference.paper.sheet import Items
from kofu_reference.runtime import Holds, Refusal, metrics
from kofu_reference.runtime.spoils import Spoils

_HANDLE_BYTES = 16


class Maker:
    """Makes documents; `stage` is what a tester may hold and spoil, `wait_seconds` bounds one document."""

    def __init__(
        self, renderer: Renderer, holds: Holds, stage: str, wait_seconds: float, spoils: Spoils | None = None
    ) -> None:
        self._renderer = renderer
        self._holds = holds
        self._stage = stage
        self._spoils = spoils or Spoils((stage,))
        self.wait_seconds = wait_seconds

    async def make(
        self, *, request_id: str, kind: CertificateKind, issued_on: CivilDate, items: Items, foreign: bool
    ) -> Document:
        """One new document. What is still under way when the wait runs out is ended and thrown away."""
        try:
            async with asyncio.timeout(self.wait_seconds):
                return await self.render(
                    request_id=request_id, kind=kind, issued_on=issued_on, items=items, foreign=foreign
                )
        except TimeoutError:
            metrics.wait_ran_out("render")
            raise Refusal(Reason.REASON_TIMED_OUT, stage=self._stage) from None

    async def render(
        self, *, request_id: str, kind: CertificateKind, issued_on: CivilDate, items: Items, foreign: bool
    ) -> Document:
        """The document, however long it takes."""
        await self._holds.passage(self._stage)
        try:
            document = await self._renderer.document(
                document_id=str(uuid.uuid4()),
                request_id=request_id,
                kind=kind,
                issued_on=issued_on,
                items=items,
                # New for each document: it tells pages of one document apart from others, and no person.
                subject_handle=secrets.token_hex(_HANDLE_BYTES),
                foreign=foreign,
            )
            return spoil(document, self._spoils.take(self._stage))
        except CharacterNotAvailable as lacking:
            raise Refusal(
                Reason.REASON_CHARACTER_NOT_AVAILABLE, character=lacking.character, code_points=lacking.code_points
            ) from None
        except DoesNotFit as unfit:
            raise Refusal(Reason.REASON_DOES_NOT_FIT, item=unfit.item) from None
        except RenderingFailed:
            raise Refusal(Reason.REASON_INTERNAL) from None
