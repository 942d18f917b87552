"""The new tax year is the current one from 1 April, when nothing of it is settled yet."""

from kofu_reference.issuing import eligibility
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "1.9"
KILLED_BY = "chain.days.the_year_before_until_the_switch"


def install(_: Issuing) -> None:
    eligibility.TAX_SWITCH = (4, 1)  # type: ignore[misc]
