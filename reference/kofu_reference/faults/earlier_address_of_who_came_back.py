"""Of someone who moved out and back the address is taken from the first record that bears the Individual Number."""

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.1"
KILLED_BY = "chain.returned.the_old_record_is_never_printed"


def install(system: Issuing) -> None:
    register = system.register
    standing_of = register.standing_of

    def standing_at_the_first_address(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is not None:
            first = _first_record(standing.resident.individual_number)
            for record in (standing.resident, *standing.household):
                record.address = first.address
        return standing

    def _first_record(individual_number: str) -> ResidentRecord:
        rows = register._database.execute("SELECT record FROM resident ORDER BY resident_key")
        records = (ResidentRecord.FromString(record) for (record,) in rows)
        return next(record for record in records if record.individual_number == individual_number)

    register.standing_of = standing_at_the_first_address  # type: ignore[method-assign]
