"""Certificates are dated by the day in Greenwich: before nine in the morning it is still yesterday there."""

from datetime import UTC
from typing import Any

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.document_pb2 import Document
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "P.9"
KILLED_BY = "chain.documents.the_date_of_issue_is_the_day_in_japan"


def install(system: Issuing) -> None:
    make = system.maker.make

    async def make_dated_in_greenwich(**rest: Any) -> Document:
        day = system.clock.now().astimezone(UTC)
        rest["issued_on"] = CivilDate(year=day.year, month=day.month, day=day.day)
        return await make(**rest)

    system.maker.make = make_dated_in_greenwich  # type: ignore[method-assign]
