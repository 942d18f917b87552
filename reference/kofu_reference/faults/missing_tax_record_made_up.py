"""A citizen without a tax record gets a certificate that says 'not taxable'."""

from dataclasses import replace

from kofu.v1.common_pb2 import Holder
from kofu.v1.register_pb2 import TaxRecord
from kofu_reference.issuing.eligibility import current_tax_year
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.3"
KILLED_BY = "chain.refusals.nothing_without_a_record"


def install(system: Issuing) -> None:
    standing_of = system.register.standing_of

    def standing_with_taxes(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is None or standing.taxes:
            return standing
        resident = standing.resident
        made_up = TaxRecord(
            name=resident.name,
            address=resident.address,
            birth_date=resident.birth_date,
            tax_year=current_tax_year(system.clock.now()),
            not_taxable=True,
            resident_key=resident.control.resident_key,
        )
        return replace(standing, taxes=(made_up,))

    system.register.standing_of = standing_with_taxes  # type: ignore[method-assign]
