"""The issuance center as a system. [3.2]"""

import asyncio
import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar, Final

import grpc.aio

from kofu.v1.center_pb2_grpc import add_CenterServiceServicer_to_server
from kofu_reference.alarms.book import AlarmBook, alarm_refusal
from kofu_reference.alarms.service import AlarmServicer
from kofu_reference.center.calendar import ServiceCalendar
from kofu_reference.center.certificates import TrustedAuthorities
from kofu_reference.center.ledger import Ledger, LedgerDesk
from kofu_reference.center.municipalities import Municipalities, Municipality, of_one_city, read_municipalities
from kofu_reference.center.service import CenterService
from kofu_reference.center.sessions import Sessions
from kofu_reference.center.site import IssuingSites
from kofu_reference.center.terminals import TerminalRegister, read_terminals
from kofu_reference.center.validity import ValidityCheck
from kofu_reference.center.watched import Fixed, Told, WatchedFile
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig
from kofu_reference.runtime.channel import channel_to
from kofu_reference.runtime.config import CenterConfig, ConfigurationInvalid, PeerConfig
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
        """Of the service; what a municipality has besides stands with the municipality."""
        self.terminals = _terminals(config)
        self.municipalities = _municipalities(config)
        self.configuration = _configuration(self.configuration, config.center)
        self.sessions = Sessions(
            config.waits.session_seconds,
            most=config.center.open_sessions,
            most_a_terminal=config.center.sessions_a_terminal,
        )
        self.authorities = TrustedAuthorities(config.jpki_authorities)
        self.validity = ValidityCheck(config.ocsp_url, config.revocation_list_url)
        self.service = CenterService(self)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.alarms = AlarmBook(config.data_folder / "alarms.sqlite")
        self._writer = Writer("ledger")

    def bindings(self) -> list[Binding]:
        alarms = AlarmServicer(self.alarms, self._writer, _Served(self.municipalities), testing=self.config.testing)
        return [Binding(add_CenterServiceServicer_to_server, self.service, _ROLES), alarms.binding()]

    async def start(self) -> None:
        self.ledger = await self._writer.run(Ledger, self.config.data_folder / "ledger.sqlite")
        self._desk = LedgerDesk(self.ledger, self._writer)
        self._forgetting = asyncio.create_task(self.sessions.keep_forgetting())
        self.issuing = IssuingSites(self._servers_of, self._line, self.config.center.requests_a_municipality)

    async def stop(self) -> None:
        self._forgetting.cancel()
        await self.issuing.close()
        await self.validity.close()
        await self._writer.run(self.ledger.close)
        await self._writer.run(self.alarms.close)
        self._writer.close()

    def calendar_of(self, municipality: Municipality) -> ServiceCalendar:
        """The hours and closings that hold for a municipality."""
        return municipality.own_days.over(self.calendar)

    def _servers_of(self, municipality_code: str) -> tuple[PeerConfig, ...]:
        return self.municipalities.last.must_serve(municipality_code).servers

    def _line(self, server: PeerConfig) -> grpc.aio.Channel:
        return channel_to(server, self.config)

    async def use_request_id(self, request_id: str) -> None:
        """Uses a request id up, durably. Raises REASON_REQUEST_ID_USED or REASON_ALARM_RAISED. [3.1.4]"""
        try:
            await self._desk.use(request_id)
        except Refusal:
            await self._writer.run(self.alarms.check_request, request_id)
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


def _terminals(config: SystemConfig) -> Told[TerminalRegister]:
    path = config.center.terminal_register
    return Fixed(TerminalRegister.of_anybody(config.terminals)) if path is None else WatchedFile(path, read_terminals)


def _municipalities(config: SystemConfig) -> Told[Municipalities]:
    path = config.center.municipalities
    return Fixed(of_one_city(config)) if path is None else WatchedFile(path, read_municipalities)


def _configuration(named: str, center: CenterConfig) -> str:
    """The name of the configuration together with what stands in the files that it names. [P.8]"""
    files = [path for path in (center.terminal_register, center.municipalities) if path is not None]
    if not files:
        return named
    content = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)
    return f"sha256:{hashlib.sha256(named.encode() + content).hexdigest()}"


class _Served(Collection[str]):
    """The municipalities as they are named at the moment."""

    def __init__(self, municipalities: Told[Municipalities]) -> None:
        self._told = municipalities

    def __contains__(self, code: object) -> bool:
        return code in self._told.last

    def __iter__(self) -> Iterator[str]:
        return iter(self._told.last)

    def __len__(self) -> int:
        return len(self._told.last)
