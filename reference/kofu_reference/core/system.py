"""The core system as a system. [2.1, 2.3, 2.6]"""

from collections.abc import Sequence
from typing import ClassVar

import grpc.aio

from kofu.v1.counter_pb2 import FileChangeRequest, FileChangeResponse
from kofu.v1.counter_pb2_grpc import add_CounterServiceServicer_to_server
from kofu.v1.feed_pb2 import FeedChange, RecordChangeKind
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import Registers
from kofu_reference.core.service import CoreServicer
from kofu_reference.feed.sender import FeedSender
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig, channel
from kofu_reference.runtime.writer import Writer
from kofu_spec.city import Citizen, make_city

_RESIDENTS_A_CHANGE = 50
_COUNTER_ONLY = frozenset({"counter"})


class Outbox:
    """The changes that the core system has to feed. [2.6]"""

    def __init__(self, registers: Registers, thread: Writer) -> None:
        self._registers = registers
        self._thread = thread

    async def feed_id(self) -> str:
        return await self._thread.run(self._registers.feed_id)

    async def changes_from(self, number: int, most: int) -> Sequence[FeedChange]:
        return await self._thread.run(self._registers.changes_from, number, most)

    async def newest_number(self) -> int:
        return await self._thread.run(self._registers.newest_number)

    async def acknowledged(self, number: int) -> None:
        await self._thread.run(self._registers.acknowledge, number)


class Core(System):
    """Holds the registers of residents, seals and tax, and feeds their changes to the relay."""

    name: ClassVar[str] = "core"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.registers = Registers(config.data_folder / "core.sqlite3")
        self._thread = Writer("registers")
        self.outbox = Outbox(self.registers, self._thread)
        self._office = ChangeOffice(self.registers)
        self._line: grpc.aio.Channel = channel(config, "relay")
        feed = RecordFeedServiceStub(self._line).Feed
        self._sender = FeedSender(self.outbox, config.city.municipality_code, feed)

    def bindings(self) -> list[Binding]:
        roles = {"FileChange": _COUNTER_ONLY, "GetChange": _COUNTER_ONLY}
        return [Binding(add_CounterServiceServicer_to_server, CoreServicer(self), roles, self.of_the_city())]

    async def start(self) -> None:
        await self._thread.run(self._load_at_first_start)
        self._sender.start()

    async def stop(self) -> None:
        await self._sender.stop()
        await self._line.close(None)
        await self._thread.run(self.registers.close)
        self._thread.close()

    async def file(self, request: FileChangeRequest) -> FileChangeResponse:
        """Commits a filed change and tells the sender of it."""
        answer = await self._thread.run(self._office.file, request, self.clock.now())
        self._sender.news()
        return answer

    async def acknowledged_number(self) -> int:
        return await self._thread.run(self.registers.acknowledged_number)

    def _load_at_first_start(self) -> None:
        """The fictitious city, whole or not at all, as the first changes of the feed."""
        if self.registers.newest_number():
            return
        wanted = self.config.city
        city = make_city(wanted.seed, wanted.residents, wanted.municipality_code)
        residents = [citizen for citizen in city.citizens if citizen.resident is not None]
        with self.registers.transaction():
            for start in range(0, len(residents), _RESIDENTS_A_CHANGE):
                self._load(residents[start : start + _RESIDENTS_A_CHANGE])

    def _load(self, citizens: Sequence[Citizen]) -> None:
        self.registers.commit(
            RecordChangeKind.RECORD_CHANGE_KIND_INITIAL_LOAD,
            self.clock.now(),
            [citizen.resident for citizen in citizens if citizen.resident is not None],
            [citizen.tax for citizen in citizens if citizen.tax is not None],
        )
