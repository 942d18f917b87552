"""One city's area in the issuing server: register, calendar, renderers. No other city reaches it. [3.1.2]"""

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import grpc.aio

from kofu.v1.common_pb2 import Holder
from kofu.v1.koseki_pb2_grpc import KosekiServiceStub
from kofu.v1.reason_pb2 import Reason
from kofu_reference.issuing.feed import FeedReceiver
from kofu_reference.issuing.register import Register, Standing
from kofu_reference.municipality.calendar import CityCalendar, calendar_of
from kofu_reference.municipality.maker import Maker
from kofu_reference.paper import Renderer
from kofu_reference.runtime import Holds, Refusal, SystemConfig
from kofu_reference.runtime.channel import channel_to
from kofu_reference.runtime.config import AreaConfig, PeerConfig
from kofu_reference.runtime.spoils import Spoils
from kofu_reference.runtime.writer import Writer
from kofu_reference.storage import open_database

if TYPE_CHECKING:
    # Known to type checkers only: the generated module has one stub class for both kinds of channel.
    from kofu.v1.koseki_pb2_grpc import KosekiServiceAsyncStub

RENDER_STAGE = "issuing.render"


class Area:
    """What one city has here for itself alone: a folder, a register, a thread to it, renderers, a way in.

    The servers of a site share the register, a file in the folder or a database of the city's own: the one that takes
    the feed writes it, all of them read it.
    """

    def __init__(self, config: SystemConfig, city: AreaConfig, holds: Holds, spoils: Spoils) -> None:
        assert config.font is not None
        self.municipality_code = municipality_code = city.municipality_code
        folder = config.data_folder / municipality_code
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.leaving_member = city.leaving_member
        self._configured_calendar = calendar_of(config.calendar, city.starts_on)
        with opened_alone(folder):
            database = open_database(
                city.database_url, folder / "register.sqlite3", records_of=f"issuing {municipality_code}"
            )
            self.register = Register(database, config.feed_silence_seconds)
        self.renderer = Renderer(config.font, config.renderers)
        self.maker = Maker(self.renderer, holds, RENDER_STAGE, config.waits.render_seconds, spoils)
        self.thread = Writer(f"register-{municipality_code}")
        self.feed = FeedReceiver(municipality_code, self.register, self.thread)
        self._line = _line(config, city.relay)
        self._starting = asyncio.Lock()
        self._serving = False

    async def serve(self) -> None:
        """Starts what a document is made with; a city that nobody asks for costs no process."""
        async with self._starting:
            if not self._serving:
                await self.renderer.start()
                self._serving = True

    async def stop(self) -> None:
        if self._line is not None:
            await self._line.close(None)
        await self.renderer.stop()
        await self.thread.run(self.register.close)
        self.thread.close()

    @property
    def relay(self) -> "KosekiServiceAsyncStub":
        """The city's only door. Raises REASON_UPSTREAM_UNAVAILABLE where the city has none."""
        if self._line is None:
            raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE)
        return KosekiServiceStub(self._line)

    async def calendar(self) -> CityCalendar:
        """The city's calendar as it fed it last; the configured one where it fed none. [1.4, 1.5, 1.6]"""
        fed = await self.thread.run(self.register.calendar)
        return self._configured_calendar if fed is None else self._configured_calendar.as_told(fed)

    async def standing_of(self, holder: Holder) -> Standing | None:
        """The applicant as the register stands now, seen at one moment. Raises REASON_RECORDS_NOT_CURRENT where that
        can't be known."""
        return await self.thread.run(self._standing_of, holder)

    def _standing_of(self, holder: Holder) -> Standing | None:
        if not self.register.is_current():
            raise Refusal(Reason.REASON_RECORDS_NOT_CURRENT)
        return self.register.standing_of(holder)


@contextmanager
def opened_alone(folder: Path) -> Iterator[None]:
    """Keeps other servers of the site from making the same database at the same time."""
    with (folder / "opening.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _line(config: SystemConfig, relay: PeerConfig | None) -> grpc.aio.Channel | None:
    if relay is None:
        return None
    return channel_to(relay, config)
