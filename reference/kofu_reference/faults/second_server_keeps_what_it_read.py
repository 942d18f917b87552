"""The further servers of a site keep what they have once read of a person: a change does not reach them."""

from kofu.v1.common_pb2 import Holder
from kofu_reference.issuing.area import Area
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "P.5"
KILLED_BY = "chain.site.a_change_shows_at_every_server"


def install(system: Issuing) -> None:
    standing_of = system.standing_of
    kept: dict[bytes, Standing | None] = {}

    async def standing_as_kept(area: Area, holder: Holder) -> Standing | None:
        key = holder.SerializeToString(deterministic=True)
        if key not in kept:
            kept[key] = await standing_of(area, holder)
        return kept[key]

    if system.config.server > 1:
        system.standing_of = standing_as_kept  # type: ignore[method-assign]
