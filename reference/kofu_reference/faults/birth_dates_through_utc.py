"""Birth dates are kept as midnight in Japan and printed as the day in Greenwich: one day early."""

from datetime import date, timedelta

from kofu.v1.common_pb2 import Holder, RecordedDate
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.1"
KILLED_BY = "chain.documents.every_item_is_the_record_s"


def install(system: Issuing) -> None:
    standing_of = system.register.standing_of

    def standing_through_utc(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is not None:
            _one_day_early(standing.resident.birth_date)
            for member in standing.household:
                _one_day_early(member.birth_date)
            for tax in standing.taxes:
                _one_day_early(tax.birth_date)
        return standing

    system.register.standing_of = standing_through_utc  # type: ignore[method-assign]


def _one_day_early(birth: RecordedDate) -> None:
    if birth.HasField("exact"):
        exact = birth.exact
        day = date(exact.year, exact.month, exact.day) - timedelta(days=1)
        exact.year, exact.month, exact.day = day.year, day.month, day.day
