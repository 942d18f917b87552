"""When the chain says that it is ready, no server of the issuing site refuses for records that may be behind. [2.6]"""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reference.tests import city_side
from reference.tests.city_side import AREA, IssuingSide

from kofu_reference.runtime.announcing import JsonAnnouncer
from kofu_reference.runtime.supervisor import Supervisor


def supervisor_of(side: IssuingSide) -> Supervisor:
    """A supervisor of this one server, with the center's key."""
    center = side.keys.config("center", side.folder, {"issuing": side.running.server.port})
    run: Any = SimpleNamespace(
        nodes=("issuing",),
        options=SimpleNamespace(municipality_code=AREA),
        authority=center.authority,
        suite={"center": center},
        peer=center.peers.__getitem__,
    )
    return Supervisor(run, JsonAnnouncer())


def test_the_chain_is_not_ready_before_its_servers_know_their_records_to_be_current(tmp_path: Path) -> None:
    with city_side.issuing_side(tmp_path, fed=False) as side:

        async def story() -> None:
            ready = asyncio.ensure_future(supervisor_of(side)._records_current("issuing"))
            await asyncio.wait([ready], timeout=0.3)
            assert not ready.done()
            city_side.fill(side.system.register)
            await ready

        side.run(story())
