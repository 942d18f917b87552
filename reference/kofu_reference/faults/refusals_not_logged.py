"""The center's log is set to errors alone: of refused attacks nothing stands in it."""

import logging

from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "3.2.6"
KILLED_BY = "chain.hostile.refused_attacks_are_logged"


def install(_: Center) -> None:
    logging.getLogger("kofu").setLevel(logging.ERROR)
