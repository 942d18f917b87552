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
from kofu_reference.kiosk.center import CenterLine
from kofu_reference.kiosk.journal import Journal
from kofu_reference.kiosk.maintenance import MaintenanceServicer
from kofu_reference.kiosk.printer import PRINT_STAGE, Printer
from kofu_reference.kiosk.staff import StaffRoom
from kofu_reference.kiosk.terminal import Devices, Terminal
from kofu_reference.kiosk.till import Till
from kofu_reference.kiosk.tray import Tray
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig, channel
from kofu_reference.runtime.config import ConfigurationInvalid

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
        self._journal = Journal(config.data_folder / "kiosk.sqlite3")
        self._channel: grpc.aio.Channel = channel(config, "center")
        self._acts: set[asyncio.Task[control_pb2.OperateResponse]] = set()
        self.terminals = self._make_terminals()
        if config.pcsc_reader is not None:
            for terminal in self.terminals.values():
                terminal.card_type = _slot(config.pcsc_reader)
        self._staff_room = StaffRoom(self._journal)
        self._maintenance = MaintenanceServicer(self._staff_room, self.terminals, self._journal, clock)

    def _make_terminals(self) -> dict[str, Terminal]:
        devices = Devices(
            cards=self.cards,
            center=CenterLine(CenterServiceStub(self._channel), self.config.waits.center_seconds),
            printer=Printer(self.holds),
            journal=self._journal,
            session_seconds=self.config.waits.session_seconds,
        )
        papers, cash_boxes = self.config.paper_folder, self._journal.cash_boxes()
        return {
            terminal_id: Terminal(
                terminal_id,
                devices,
                Till(cash_boxes.get(terminal_id, 0)),
                Tray(None if papers is None else papers / terminal_id),
            )
            for terminal_id in dict.fromkeys((*self.terminal_ids, UNREGISTERED_TERMINAL))
        }

    def bindings(self) -> list[Binding]:
        """Maintenance is the only service of the kiosk: citizens use their hands."""
        return [
            Binding(
                add_MaintenanceServiceServicer_to_server,
                self._maintenance,
                {
                    "LogIn": _MAINTENANCE_ONLY,
                    "GetStatus": _MAINTENANCE_ONLY,
                    "RecordForgottenItem": _MAINTENANCE_ONLY,
                },
            )
        ]

    async def start(self) -> None:
        """Makes the first maintenance login where there is none yet."""
        await asyncio.to_thread(self._staff_room.prepare, self.config.data_folder / PASSWORD_FILE)

    async def stop(self) -> None:
        """Ends acts under way, then closes the line to the center and the database."""
        for act in self._acts:
            act.cancel()
        await asyncio.gather(*self._acts, return_exceptions=True)
        for terminal in self.terminals.values():
            await terminal.stop()
        await self._channel.close(grace=None)
        self._journal.close()

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
