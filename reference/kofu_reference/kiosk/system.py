"""The kiosk as a system: terminals, the line to the center, maintenance. [3.3]"""

import asyncio
from typing import ClassVar

import grpc.aio

from kofu.testing.v1 import control_pb2
from kofu.v1 import reason_pb2
from kofu.v1.center_pb2_grpc import CenterServiceStub
from kofu.v1.maintenance_pb2_grpc import add_MaintenanceServiceServicer_to_server
from kofu_reference.card.box import CardBox
from kofu_reference.card.pcsc import PcscMissing, PcscSlot
from kofu_reference.kiosk.attention import Item
from kofu_reference.kiosk.center import CenterLine
from kofu_reference.kiosk.journal import Journal
from kofu_reference.kiosk.lost_property import LostProperty
from kofu_reference.kiosk.maintenance import MaintenanceServicer
from kofu_reference.kiosk.printer import PRINT_STAGE, Printer
from kofu_reference.kiosk.screen.application import screen_server
from kofu_reference.kiosk.staff import StaffRoom
from kofu_reference.kiosk.terminal import Devices, Terminal
from kofu_reference.kiosk.till import CoinFile, Till
from kofu_reference.kiosk.tray import tray_of
from kofu_reference.kiosk.wire import WireLog
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig, channel
from kofu_reference.runtime.config import ConfigurationInvalid
from kofu_reference.runtime.http import HttpServer

UNREGISTERED_TERMINAL = "KOFU-9999"
"""A machine stands here too that no operator has registered with the center. [1.7]"""

PASSWORD_FILE = "maintenance-login.json"  # noqa: S105

_MAINTENANCE_ONLY = frozenset({"maintenance"})


class KioskSystem(System):
    """Terminals of one shop operator in one process."""

    name: ClassVar[str] = "kiosk"
    stages: ClassVar[tuple[str, ...]] = (PRINT_STAGE,)

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        self.terminal_ids = config.terminals
        if config.card_box is None:
            raise ConfigurationInvalid("card_box: is required for a kiosk; name the folder of the card box")
        self.cards = CardBox(config.card_box)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(config.data_folder / "kiosk.sqlite3")
        self._channel: grpc.aio.Channel = channel(config, "center")
        self.screen: HttpServer | None = None
        self._acts: set[asyncio.Task[control_pb2.OperateResponse]] = set()
        self.wire = WireLog(watched=config.screen_port is not None)
        self.lost_property = LostProperty(self.journal, clock)
        self.terminals = self._make_terminals()
        if config.pcsc_reader is not None:
            for terminal in self.terminals.values():
                terminal.card_type = _slot(config.pcsc_reader)
        self.staff_room = StaffRoom(self.journal, lock_seconds=config.waits.lock_seconds)
        self.maintenance = MaintenanceServicer(self.staff_room, self.terminals, self.lost_property)

    def _make_terminals(self) -> dict[str, Terminal]:
        devices = Devices(
            cards=self.cards,
            center=CenterLine(CenterServiceStub(self._channel), self.config.waits.center_seconds, self.wire),
            journal=self.journal,
            waits=self.config.waits,
            wire=self.wire,
            forgotten=self._tell_staff,
        )
        papers, machines = self.config.paper_folder, self.config.data_folder / "machine"
        return {
            terminal_id: Terminal(
                terminal_id,
                devices,
                Till(CoinFile(machines / f"{terminal_id}.json")),
                Printer(self.holds, tray_of(None if papers is None else papers / terminal_id)),
            )
            for terminal_id in dict.fromkeys((*self.terminal_ids, UNREGISTERED_TERMINAL))
        }

    def bindings(self) -> list[Binding]:
        """Maintenance is the only service of the kiosk: citizens use their hands."""
        return [
            Binding(
                add_MaintenanceServiceServicer_to_server,
                self.maintenance,
                {
                    "LogIn": _MAINTENANCE_ONLY,
                    "ChangePassword": _MAINTENANCE_ONLY,
                    "GetStatus": _MAINTENANCE_ONLY,
                    "ListForgottenItems": _MAINTENANCE_ONLY,
                    "RecordForgottenItem": _MAINTENANCE_ONLY,
                },
            )
        ]

    async def start(self) -> None:
        """Settles what a power cut left open, sees to the first maintenance login, lights the screen if wanted."""
        for terminal in self.terminals.values():
            terminal.recover()
        await asyncio.to_thread(self.staff_room.prepare, self.config.data_folder / PASSWORD_FILE)
        if self.config.screen_port is not None:
            self.screen = screen_server(self)
            await self.screen.start()

    async def stop(self) -> None:
        """Ends acts under way, then closes the line to the center and the database."""
        if self.screen is not None:
            await self.screen.stop(0)
        for act in self._acts:
            act.cancel()
        await asyncio.gather(*self._acts, return_exceptions=True)
        for terminal in self.terminals.values():
            await terminal.stop()
        await self._channel.close(grace=None)
        self.journal.close()

    async def _tell_staff(self, terminal_id: str, item: Item) -> None:
        await self.lost_property.notice(terminal_id, item)

    async def operate(self, request: control_pb2.OperateRequest) -> control_pb2.OperateResponse:
        """One act of a citizen at one terminal. It is done to its end even where the caller goes away."""
        terminal = self.terminals.get(request.terminal_id)
        if terminal is None:
            raise Refusal(reason_pb2.REASON_TERMINAL_NOT_REGISTERED)
        act = asyncio.create_task(terminal.operate(request))
        self._acts.add(act)
        act.add_done_callback(self._acts.discard)
        return await asyncio.shield(act)


def _slot(reader: str) -> PcscSlot:
    try:
        return PcscSlot(reader)
    except PcscMissing as error:
        raise ConfigurationInvalid(str(error)) from error
