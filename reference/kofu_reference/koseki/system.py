"""The koseki system as a system. [2.2, 2.9]"""

import logging
from collections.abc import Sequence
from typing import ClassVar

from kofu.v1.common_pb2 import Holder
from kofu.v1.document_pb2 import Document
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu.v1.koseki_pb2_grpc import add_KosekiServiceServicer_to_server
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import alarm_refusal
from kofu_reference.koseki.items import items_for
from kofu_reference.koseki.register import Entry, Registers
from kofu_reference.koseki.service import KosekiServicer, kind_of
from kofu_reference.municipality.calendar import calendar_of
from kofu_reference.municipality.maker import Maker
from kofu_reference.municipality.used_ids import UsedRequestIds
from kofu_reference.municipality.whole import Asked, faults_of
from kofu_reference.paper import Renderer
from kofu_reference.paper.sheet import Items, items_field
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig
from kofu_reference.runtime.config import ConfigurationInvalid
from kofu_reference.runtime.writer import Writer
from kofu_spec.city import make_city

RENDER_STAGE = "koseki.render"
_log = logging.getLogger("kofu.koseki")


class Koseki(System):
    """Holds the family registers and the ids of used requests; of certificates made, nothing."""

    name: ClassVar[str] = "koseki"
    stages: ClassVar[tuple[str, ...]] = (RENDER_STAGE,)
    spoilable_stages: ClassVar[tuple[str, ...]] = (RENDER_STAGE,)

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        if config.font is None:
            raise ConfigurationInvalid("font: is required for the koseki system; name the font file")
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.calendar = calendar_of(config.calendar)
        self.registers = Registers(config.data_folder / "koseki.sqlite3")
        self.used_ids = UsedRequestIds(config.data_folder / "used.sqlite3")
        self.renderer = Renderer(config.font, config.renderers)
        self.maker = Maker(self.renderer, holds, RENDER_STAGE, config.waits.render_seconds, self.spoils)
        self._thread = Writer("koseki")

    def bindings(self) -> list[Binding]:
        roles = {"IssueKoseki": frozenset({"relay"})}
        return [Binding(add_KosekiServiceServicer_to_server, KosekiServicer(self), roles, self.of_the_city())]

    async def start(self) -> None:
        await self._thread.run(self._load_at_first_start)
        await self.renderer.start()

    def _load_at_first_start(self) -> None:
        if self.registers.is_empty():
            city = self.config.city
            self.registers.load(make_city(city.seed, city.residents, city.municipality_code).registers)

    async def stop(self) -> None:
        await self.renderer.stop()
        await self._thread.run(self.registers.close)
        await self._thread.run(self.used_ids.close)
        self._thread.close()

    def rendering_processes(self) -> Sequence[int]:
        return self.renderer.pids()

    async def use_request_id(self, request_id: str) -> None:
        """Uses a request id up, durably. Raises REASON_REQUEST_ID_USED."""
        await self._thread.run(self.used_ids.use, request_id)

    async def entry_of(self, holder: Holder) -> Entry | None:
        """The applicant's place in the registers as they stand now."""
        return await self._thread.run(self.registers.entry_of, holder)

    async def release(self, document: Document, request: IssueKosekiRequest, made_of: Items) -> None:
        """Lets a document go where it is the one made for this request, and what this applicant may have now. [P.1]

        Raises REASON_ALARM_RAISED where it is another's, another request's or not whole: the issuing server, which
        asked, keeps the alarm. A filing that began while the document was made is refused as one that began before.
        """
        kind = kind_of(request.application)
        faults = faults_of(document, Asked(request.request_id, kind, made_of))
        if faults:
            _log.error("alarm", extra={"fields": {"request_id": request.request_id, "faults": faults}})
            raise alarm_refusal(request.request_id)
        entry = await self.entry_of(request.holder)
        if entry is None:
            raise Refusal(Reason.REASON_APPLICANT_NOT_FOUND)
        if getattr(document, items_field(kind)) != items_for(request.application, entry):
            raise Refusal(Reason.REASON_RECORDS_NOT_CURRENT)
