"""The core system as a system. [2.1, 2.3, 2.6]"""

import asyncio
from itertools import chain
from typing import ClassVar, Final

import grpc.aio

from kofu.v1.counter_pb2 import FileChangeRequest, FileChangeResponse
from kofu.v1.counter_pb2_grpc import add_CounterServiceServicer_to_server
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub
from kofu.v1.reason_pb2 import Reason
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.outbox import Outbox
from kofu_reference.core.registers import Registers
from kofu_reference.core.service import CoreServicer
from kofu_reference.feed.sender import FeedSender
from kofu_reference.runtime import Binding, CivilClock, Holds, Refusal, System, SystemConfig, channel
from kofu_reference.runtime.guard import log_unexpected
from kofu_reference.runtime.writer import Writer
from kofu_reference.storage import open_database
from kofu_spec.city import make_city, multitude

_COUNTER_ONLY: Final = frozenset({"counter"})
_LOOKS_EVERY_SECONDS: Final = 0.5


class Core(System):
    """Holds the registers of residents, seals and tax, and feeds their changes to the relay."""

    name: ClassVar[str] = "core"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        owner = f"core {config.city.municipality_code}"
        database = open_database(config.database_url, config.data_folder / "core.sqlite3", records_of=owner)
        self.registers = Registers(database)
        self._thread = Writer("registers")
        self.outbox = Outbox(self.registers, self._thread)
        self._office = ChangeOffice(self.registers)
        self._line: grpc.aio.Channel = channel(config, "relay")
        feed = RecordFeedServiceStub(self._line).Feed
        self._sender = FeedSender(self.outbox, config.city.municipality_code, feed)
        self._departing: asyncio.Task[None] | None = None

    def bindings(self) -> list[Binding]:
        roles = {"FileChange": _COUNTER_ONLY, "GetChange": _COUNTER_ONLY}
        return [Binding(add_CounterServiceServicer_to_server, CoreServicer(self), roles, self.of_the_city())]

    async def start(self) -> None:
        await self._thread.run(self._load_at_first_start)
        self._sender.start()
        self._departing = asyncio.create_task(self._let_leave())

    async def stop(self) -> None:
        if self._departing is not None:
            self._departing.cancel()
        await self._sender.stop()
        await self._line.close(None)
        await self._thread.run(self.registers.close)
        self._thread.close()

    async def file(self, request: FileChangeRequest) -> FileChangeResponse:
        """Commits a filed change and tells the sender of it."""
        answer = await self._thread.run(self._office.file, request, self.clock.now())
        self._sender.news()
        return answer

    async def is_acknowledged(self, number: int) -> bool:
        """Whether a change is visible to issuance. Raises REASON_RECORD_NOT_FOUND where no change has this number."""
        return await self._thread.run(self._is_acknowledged, number)

    def _is_acknowledged(self, number: int) -> bool:
        if not self.registers.was_given(number):
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
        return number <= self.registers.acknowledged_number()

    async def _let_leave(self) -> None:
        """At midnight, and whenever the clock has passed one, those move out whose day it is."""
        while True:
            try:
                if await self._thread.run(self._office.let_leave, self.clock.now()):
                    self._sender.news()
            except Exception as error:
                log_unexpected("departures", error)
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)

    def _load_at_first_start(self) -> None:
        """The fictitious city, whole or not at all, as change 1 of the feed."""
        if self.registers.newest_number():
            return
        wanted = self.config.city
        city = make_city(wanted.seed, wanted.residents, wanted.municipality_code)
        others = max(0, wanted.size - wanted.residents)
        with self.registers.transaction():
            self.registers.load(
                chain(
                    (citizen.resident for citizen in city.citizens if citizen.resident is not None),
                    (resident for resident, _ in multitude(city, others)),
                ),
                chain(
                    (citizen.tax for citizen in city.citizens if citizen.tax is not None),
                    (tax for _, tax in multitude(city, others) if tax is not None),
                ),
            )
