"""The city counter as a system. [3.3.11]"""

from typing import ClassVar

import grpc.aio

from kofu.v1.counter_pb2_grpc import CounterServiceStub, add_CounterServiceServicer_to_server
from kofu_reference.card.box import CardBox
from kofu_reference.counter.journal import CounterJournal
from kofu_reference.counter.service import CounterServicer
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig, channel
from kofu_reference.runtime.config import ConfigurationInvalid

_OFFICE_ONLY = frozenset({"office"})


class CounterSystem(System):
    """Card memory on the counter's reader, the core system behind it."""

    name: ClassVar[str] = "counter"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        if config.card_box is None:
            raise ConfigurationInvalid("card_box: is required for a counter; name the folder of the card box")
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self._journal = CounterJournal(config.data_folder / "counter.sqlite3")
        self._channel: grpc.aio.Channel = channel(config, "core")
        core = CounterServiceStub(self._channel)
        self.service = CounterServicer(CardBox(config.card_box), self._journal, clock, core)

    def bindings(self) -> list[Binding]:
        """The counter's service, for the office."""
        roles = {"UnblockPin": _OFFICE_ONLY, "FileChange": _OFFICE_ONLY, "GetChange": _OFFICE_ONLY}
        return [Binding(add_CounterServiceServicer_to_server, self.service, roles, self.of_the_city())]

    async def start(self) -> None:
        """Nothing is to be awaited: the channel connects on the first call."""

    async def stop(self) -> None:
        """Closes the connection and the database."""
        await self._channel.close(grace=None)
        self._journal.close()
