"""The center refuses malformed requests, and nothing of it stands in its log."""

from kofu_reference.center.system import Center
from kofu_reference.runtime import guard

SYSTEM = "center"
STATEMENT = "3.2.6"
KILLED_BY = "chain.hostile.refused_attacks_are_logged"


def install(_: Center) -> None:
    guard.log_attack = lambda *_: None
