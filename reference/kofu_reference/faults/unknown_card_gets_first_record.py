"""A certificate that the register links to nobody is given the first record of the register."""

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.refusals.nobody_whom_the_register_does_not_know"


def install(system: Issuing) -> None:
    put, standing_of = system.register.put_resident, system.register.standing_of
    known: list[Holder] = []

    def put_and_note(resident: ResidentRecord) -> None:
        put(resident)
        known.extend(resident.control.holders)

    def standing_of_somebody(holder: Holder) -> Standing | None:
        return standing_of(holder) or standing_of(known[0])

    system.register.put_resident = put_and_note  # type: ignore[method-assign]
    system.register.standing_of = standing_of_somebody  # type: ignore[method-assign]
