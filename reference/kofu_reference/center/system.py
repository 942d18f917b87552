"""The issuance center as a system. [3.2]"""

import logging
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from kofu.v1.center_pb2_grpc import add_CenterServiceServicer_to_server
from kofu_reference.alarms.book import AlarmBook, alarm_refusal
from kofu_reference.alarms.service import AlarmServicer
from kofu_reference.center.calendar import ServiceCalendar
from kofu_reference.center.certificates import TrustedAuthorities
from kofu_reference.center.ledger import Ledger
from kofu_reference.center.service import CenterService
from kofu_reference.center.sessions import Sessions
from kofu_reference.center.site import IssuingSite
from kofu_reference.center.validity import ValidityCheck
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig, channel
from kofu_reference.runtime.config import ConfigurationInvalid
from kofu_reference.runtime.writer import Writer

_METHODS: Final = (
    "OpenSession",
    "Authenticate",
    "ListOffers",
    "GetCalendar",
    "Apply",
    "ReportOutcome",
    "CloseSession",
)
_ROLES: Final[Mapping[str, frozenset[str]]] = {method: frozenset({"kiosk"}) for method in _METHODS}
_log = logging.getLogger("kofu.center")


class Center(System):
    """Keeps sessions in memory, used request ids and alarms on disk, and nothing else. [3.2.3]"""

    name: ClassVar[str] = "center"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        if config.ocsp_url is None or not config.jpki_authorities:
            raise ConfigurationInvalid("ocsp_url, jpki_authorities: are required for the center; set both")
        self.calendar = ServiceCalendar()
        self.terminals = frozenset(config.terminals)
        self.sessions = Sessions(config.waits.session_seconds)
        self.authorities = TrustedAuthorities(config.jpki_authorities)
        self.validity = ValidityCheck(config.ocsp_url, config.revocation_list_url)
        self.service = CenterService(self)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.alarms = AlarmBook(config.data_folder / "alarms.sqlite")
        self._writer = Writer("ledger")

    def bindings(self) -> list[Binding]:
        codes = {self.config.city.municipality_code}
        alarms = AlarmServicer(self.alarms, self._writer, codes, testing=self.config.testing)
        return [Binding(add_CenterServiceServicer_to_server, self.service, _ROLES), alarms.binding()]

    async def start(self) -> None:
        self.ledger = await self._writer.run(Ledger, self.config.data_folder / "ledger.sqlite")
        servers = [name for name in self.config.peers if name.partition("-")[0] == "issuing"]
        self.issuing = IssuingSite([channel(self.config, name) for name in servers])

    async def stop(self) -> None:
        await self.issuing.close()
        await self.validity.close()
        await self._writer.run(self.ledger.close)
        await self._writer.run(self.alarms.close)
        self._writer.close()

    async def use_request_id(self, request_id: str) -> None:
        """Uses a request id up, durably. Raises REASON_REQUEST_ID_USED or REASON_ALARM_RAISED. [3.1.4]"""
        await self._writer.run(self._use, request_id)

    def _use(self, request_id: str) -> None:
        try:
            self.ledger.use(request_id)
        except Refusal:
            self.alarms.check_request(request_id)
            raise

    async def check_alarms(self, municipality_code: str) -> None:
        """Raises REASON_ALARM_RAISED while an alarm of the municipality is open: asked again before a document is
        handed on, for another may have been flagged meanwhile. [P.7]"""
        await self._writer.run(self.alarms.check_municipality, municipality_code)

    async def raise_alarm(self, municipality_code: str, request_id: str, faults: Sequence[str]) -> Refusal:
        """Blocks a request for good and its municipality until an officer has reconciled it; the refusal that says so.
        What succeeds later changes nothing in it. [2.8, P.7]"""
        await self._writer.run(self.alarms.raise_alarm, municipality_code, request_id, self.clock.now(), faults)
        _log.error("alarm", extra={"fields": {"request_id": request_id, "faults": list(faults)}})
        return alarm_refusal(request_id)
