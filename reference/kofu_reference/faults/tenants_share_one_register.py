"""The issuing system has one register for all its cities: whoever asks is looked up in the first city."""

from kofu.v1.common_pb2 import Holder
from kofu_reference.issuing.area import Area
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "3.1.2"
KILLED_BY = "chain.tenants.no_city_reads_another"


def install(system: Issuing) -> None:
    standing_of = system.standing_of

    async def standing_in_the_first_city(area: Area, holder: Holder) -> Standing | None:
        return await standing_of(system.own, holder) or await standing_of(area, holder)

    system.standing_of = standing_in_the_first_city  # type: ignore[method-assign]
