"""The issuing server as a system: one of the servers of a site, with an area for each city. [2.6, 2.8, 3.1.2, 3.1.4]"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from kofu.v1.common_pb2 import Holder
from kofu.v1.document_pb2 import Document
from kofu.v1.feed_pb2_grpc import add_RecordFeedServiceServicer_to_server
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import add_IssuingServiceServicer_to_server
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import AlarmBook, alarm_refusal
from kofu_reference.alarms.service import AlarmServicer
from kofu_reference.issuing.area import RENDER_STAGE, Area, opened_alone
from kofu_reference.issuing.doors import FeedDoor
from kofu_reference.issuing.register import Register, Standing
from kofu_reference.issuing.service import IssuingServicer, due, shows
from kofu_reference.municipality.maker import Maker
from kofu_reference.municipality.used_ids import UsedRequestIds
from kofu_reference.municipality.whole import Asked, faults_of
from kofu_reference.paper import Renderer
from kofu_reference.paper.sheet import Items
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig
from kofu_reference.runtime.config import AreaConfig, ConfigurationInvalid
from kofu_reference.runtime.writer import Writer

ANSWER_STAGE: Final = "issuing.answer"
"""The document on its way to the center, after it was let go."""

_log = logging.getLogger("kofu.issuing")


class Issuing(System):
    """Holds what the cities fed, the ids of used requests and the alarms; of certificates made, nothing. [3.1.4]

    Every server of a site is such a process on the same data folder: request ids and alarms are the site's, each area
    is its city's. Server 1 alone takes the feed; a change is acknowledged once it is committed, and every server reads
    the register anew for each issuance.
    """

    name: ClassVar[str] = "issuing"
    stages: ClassVar[tuple[str, ...]] = (RENDER_STAGE,)
    spoilable_stages: ClassVar[tuple[str, ...]] = (RENDER_STAGE, ANSWER_STAGE)

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        if config.font is None:
            raise ConfigurationInvalid("font: is required for the issuing server; name the font file")
        config.data_folder.mkdir(parents=True, exist_ok=True)
        own = AreaConfig(
            municipality_code=config.city.municipality_code,
            relay=config.peers.get("relay"),
            database_url=config.database_url,
            leaving_member=config.city.leaving_member,
        )
        self.areas = {one.municipality_code: self._area(one) for one in (own, *config.areas)}
        with opened_alone(config.data_folder):
            self.used_ids = UsedRequestIds(config.data_folder / "used.sqlite3")
            self.alarms = AlarmBook(config.data_folder / "alarms.sqlite3")
        self.service = IssuingServicer(self)
        self.roles = {"Issue": frozenset({"center"})}
        self._site_thread = Writer("site")

    def _area(self, area: AreaConfig) -> Area:
        return Area(self.config, area, self.holds, self.spoils)

    @property
    def own(self) -> Area:
        """The area of the city that the configuration names first."""
        return self.areas[self.config.city.municipality_code]

    @property
    def register(self) -> Register:
        """Of the own area."""
        return self.own.register

    @property
    def renderer(self) -> Renderer:
        """Of the own area."""
        return self.own.renderer

    @property
    def maker(self) -> Maker:
        """Of the own area."""
        return self.own.maker

    @maker.setter
    def maker(self, maker: Maker) -> None:
        self.own.maker = maker

    def bindings(self) -> list[Binding]:
        alarms = AlarmServicer(self.alarms, self._site_thread, self.areas, testing=self.config.testing)
        bindings = [Binding(add_IssuingServiceServicer_to_server, self.service, self.roles), alarms.binding()]
        if self.config.server == 1:
            feed = FeedDoor(self.areas, testing=self.config.testing)
            roles = {"Feed": frozenset({"relay"})}
            bindings.append(Binding(add_RecordFeedServiceServicer_to_server, feed, roles))
        return bindings

    async def start(self) -> None:
        await self.own.serve()

    async def stop(self) -> None:
        for area in self.areas.values():
            await area.stop()
        await self._site_thread.run(self.used_ids.close)
        await self._site_thread.run(self.alarms.close)
        self._site_thread.close()

    def area_of(self, municipality_code: str) -> Area:
        """The area of a city. Raises REASON_MUNICIPALITY_NOT_SERVED."""
        area = self.areas.get(municipality_code)
        if area is None:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
        return area

    async def missing(self) -> Sequence[str]:
        """The records, where they are not known to be up to date. [2.6]"""
        is_current = await self.own.thread.run(self.own.register.is_current)
        return () if is_current else ("feed: not up to date",)

    def rendering_processes(self) -> Sequence[int]:
        return [pid for area in self.areas.values() for pid in area.renderer.pids()]

    async def use_request_id(self, request_id: str) -> None:
        """Uses a request id up for the whole site, durably. Raises REASON_ALARM_RAISED or REASON_REQUEST_ID_USED."""
        await self._site_thread.run(self._use, request_id)

    def _use(self, request_id: str) -> None:
        try:
            self.used_ids.use(request_id)
        except Refusal:
            self.alarms.check_request(request_id)
            raise

    async def check_alarms(self, municipality_code: str) -> None:
        """Raises REASON_ALARM_RAISED while an alarm of the city is open. [P.7]"""
        await self._site_thread.run(self.alarms.check_municipality, municipality_code)

    async def raise_alarm(self, request: IssueRequest, faults: Sequence[str]) -> Refusal:
        """Blocks the request for good and its city until an officer has reconciled it; the refusal that says so."""
        await self._site_thread.run(
            self.alarms.raise_alarm, request.municipality_code, request.request_id, self.clock.now(), faults
        )
        _log.error("alarm", extra={"fields": {"request_id": request.request_id, "faults": list(faults)}})
        return alarm_refusal(request.request_id)

    async def standing_of(self, area: Area, holder: Holder) -> Standing | None:
        """The applicant as the city's register stands now."""
        return await area.standing_of(holder)

    async def release(self, document: Document, request: IssueRequest, asked: Asked, received_at: datetime) -> None:
        """Lets a document go where it is the one made for this request, and what this applicant may have now. [P.1]

        Raises REASON_ALARM_RAISED where it is another's, another request's or not whole; the refusal that now holds;
        REASON_RECORDS_NOT_CURRENT where the record changed while the document was made.
        """
        faults = faults_of(document, asked)
        if faults:
            raise await self.raise_alarm(request, faults)
        area = self.area_of(request.municipality_code)
        standing = await self.standing_of(area, request.holder)
        items: Items = due(request, standing, received_at, area.leaving_member)
        if not shows(document, items):
            raise Refusal(Reason.REASON_RECORDS_NOT_CURRENT)
