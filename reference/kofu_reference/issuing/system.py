"""The issuing server as a system. [2.6, 2.8, 3.1.4]"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import grpc.aio

from kofu.v1.common_pb2 import Holder
from kofu.v1.document_pb2 import Document
from kofu.v1.feed_pb2_grpc import add_RecordFeedServiceServicer_to_server
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import add_IssuingServiceServicer_to_server
from kofu.v1.koseki_pb2_grpc import KosekiServiceStub
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.eligibility import kind_of
from kofu_reference.issuing.feed import FeedReceiver
from kofu_reference.issuing.register import Register, Standing
from kofu_reference.issuing.service import IssuingServicer, due, shows
from kofu_reference.municipality.calendar import CityCalendar
from kofu_reference.municipality.maker import Maker
from kofu_reference.municipality.used_ids import UsedRequestIds
from kofu_reference.municipality.whole import answers
from kofu_reference.paper import Renderer
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig, channel
from kofu_reference.runtime.config import ConfigurationInvalid
from kofu_reference.runtime.writer import Writer

RENDER_STAGE = "issuing.render"


class Issuing(System):
    """Holds what the city fed and the ids of used requests; of certificates made, nothing. [3.1.4]"""

    name: ClassVar[str] = "issuing"
    stages: ClassVar[tuple[str, ...]] = (RENDER_STAGE,)

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        if config.font is None:
            raise ConfigurationInvalid("font: is required for the issuing server; name the font file")
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.calendar = CityCalendar()
        self.register = Register(config.data_folder / "register.sqlite3")
        self.used_ids = UsedRequestIds(config.data_folder / "used.sqlite3")
        self.renderer = Renderer(config.font, config.renderers)
        self.maker = Maker(self.renderer, holds, RENDER_STAGE, config.waits.render_seconds)
        self.service = IssuingServicer(self)
        self.roles = {"Issue": frozenset({"center"})}
        self._register_thread = Writer("register")
        self._used_ids_thread = Writer("used-ids")
        self._line: grpc.aio.Channel = channel(config, "relay")
        self.relay = KosekiServiceStub(self._line)

    def bindings(self) -> list[Binding]:
        feed = FeedReceiver(self.config.city.municipality_code, self.register, self._register_thread)
        return [
            Binding(add_IssuingServiceServicer_to_server, self.service, self.roles),
            Binding(add_RecordFeedServiceServicer_to_server, feed, {"Feed": frozenset({"relay"})}),
        ]

    async def start(self) -> None:
        await self.renderer.start()

    async def stop(self) -> None:
        await self._line.close(None)
        await self.renderer.stop()
        await self._register_thread.run(self.register.close)
        await self._used_ids_thread.run(self.used_ids.close)
        self._register_thread.close()
        self._used_ids_thread.close()

    async def missing(self) -> Sequence[str]:
        """The records, where they are not known to be up to date. [2.6]"""
        return () if await self._register_thread.run(self.register.is_current) else ("feed: not up to date",)

    def rendering_processes(self) -> Sequence[int]:
        return self.renderer.pids()

    async def use_request_id(self, request_id: str) -> None:
        """Uses a request id up, durably. Raises REASON_REQUEST_ID_USED."""
        await self._used_ids_thread.run(self.used_ids.use, request_id)

    async def standing_of(self, holder: Holder) -> Standing | None:
        """The applicant as the register stands now. Raises REASON_RECORDS_NOT_CURRENT where that can't be known."""
        return await self._register_thread.run(self._standing_of, holder)

    def _standing_of(self, holder: Holder) -> Standing | None:
        if not self.register.is_current():
            raise Refusal(Reason.REASON_RECORDS_NOT_CURRENT)
        return self.register.standing_of(holder)

    async def release(self, document: Document, request: IssueRequest, received_at: datetime) -> None:
        """Lets a document go where it is what this applicant may have as the register stands at this moment. [P.1]

        Raises the refusal that now holds, REASON_RECORDS_NOT_CURRENT where the record changed while the document was
        made, and REASON_INTERNAL where it is not the document of this request, or not whole.
        """
        items = due(request, await self.standing_of(request.holder), received_at)
        if not answers(document, request.request_id, kind_of(request.application)):
            raise Refusal(Reason.REASON_INTERNAL)
        if not shows(document, items):
            raise Refusal(Reason.REASON_RECORDS_NOT_CURRENT)
