"""The issuance center as a system. [3.2]"""

import logging
from collections.abc import Mapping
from typing import ClassVar, Final

from kofu.v1.center_pb2_grpc import add_CenterServiceServicer_to_server
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu_reference.center.calendar import ServiceCalendar
from kofu_reference.center.certificates import TrustedAuthorities
from kofu_reference.center.ledger import Ledger
from kofu_reference.center.service import CenterService
from kofu_reference.center.sessions import Sessions
from kofu_reference.center.validity import ValidityCheck
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig, channel
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
    """Keeps sessions in memory and used request ids on disk, and nothing else. [3.2.3]"""

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
        self._writer = Writer("ledger")

    def bindings(self) -> list[Binding]:
        return [Binding(add_CenterServiceServicer_to_server, self.service, _ROLES)]

    async def start(self) -> None:
        self.ledger = await self._writer.run(Ledger, self.config.data_folder / "ledger.sqlite")
        self._line = channel(self.config, "issuing")
        self.issuing = IssuingServiceStub(self._line)

    async def stop(self) -> None:
        await self._line.close(None)
        await self.validity.close()
        await self._writer.run(self.ledger.close)
        self._writer.close()

    async def use_request_id(self, request_id: str) -> None:
        """Uses a request id up, durably. Raises REASON_REQUEST_ID_USED or REASON_ALARM_RAISED. [3.1.4]"""
        await self._writer.run(self.ledger.use, request_id)

    async def raise_alarm(self, request_id: str, faults: list[str]) -> None:
        """Blocks a request whose answer was not what it should be, and says so in the log. [2.8]"""
        await self._writer.run(self.ledger.raise_alarm, request_id)
        _log.error("alarm", extra={"fields": {"request_id": request_id, "faults": faults}})
