"""The relay server as a system. [2.6, 2.9, 3.1.6]"""

from typing import ClassVar

import grpc.aio

from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub, add_RecordFeedServiceServicer_to_server
from kofu.v1.koseki_pb2_grpc import KosekiServiceStub, add_KosekiServiceServicer_to_server
from kofu_reference.feed.sender import FeedSender
from kofu_reference.relay.pending import Pending
from kofu_reference.relay.service import FeedRelay, KosekiRelay
from kofu_reference.relay.store import Store
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig, channel
from kofu_reference.runtime.writer import Writer


class Relay(System):
    """Passes the feed outward in order, koseki requests inward, and holds what is not yet acknowledged."""

    name: ClassVar[str] = "relay"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        config.data_folder.mkdir(parents=True, exist_ok=True)
        self.store = Store(config.data_folder / "relay.sqlite3")
        self._thread = Writer("relay")
        self.pending = Pending(self.store, self._thread)
        self._lines: dict[str, grpc.aio.Channel] = {peer: channel(config, peer) for peer in ("issuing", "koseki")}
        feed = RecordFeedServiceStub(self._lines["issuing"]).Feed
        self._sender = FeedSender(self.pending, config.city.municipality_code, feed)
        self.pending.news = self._sender.news

    def bindings(self) -> list[Binding]:
        feed = FeedRelay(self.config.city.municipality_code, self.pending)
        koseki = KosekiRelay(KosekiServiceStub(self._lines["koseki"]), self.config.waits.koseki_seconds)
        # The issuing site that is fed from here may ask here, and no other one.
        fed = self.of_the_city(self.config.peers["issuing"].identity)
        core, issuing = frozenset({"core"}), frozenset({"issuing"})
        return [
            Binding(add_RecordFeedServiceServicer_to_server, feed, {"Feed": core}, self.of_the_city()),
            Binding(add_KosekiServiceServicer_to_server, koseki, {"IssueKoseki": issuing}, fed),
        ]

    async def start(self) -> None:
        self._sender.start()

    async def stop(self) -> None:
        await self._sender.stop()
        for line in self._lines.values():
            await line.close(None)
        await self._thread.run(self.store.close)
        self._thread.close()
