"""The koseki system serves every peer that has a certificate, whatever its role."""

from kofu_reference.koseki.system import Koseki
from kofu_reference.runtime import guard

SYSTEM = "koseki"
STATEMENT = "2.4"
KILLED_BY = "chain.city_doors.only_declared_parties_are_answered"


def install(_: Koseki) -> None:
    guard.Admission.check = lambda *_: None  # type: ignore[method-assign]
