"""A certificate that the register links to nobody is given the first record of the register."""

from kofu.v1.common_pb2 import Holder
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.refusals.nobody_whom_the_register_does_not_know"


def install(system: Issuing) -> None:
    register = system.register
    standing_of = register.standing_of

    def standing_of_somebody(holder: Holder) -> Standing | None:
        (first,) = register._database.execute("SELECT issuer_key_id, serial FROM holder LIMIT 1")
        return standing_of(holder) or standing_of(Holder(issuer_key_id=first[0], certificate_serial=first[1]))

    register.standing_of = standing_of_somebody  # type: ignore[method-assign]
