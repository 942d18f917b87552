"""The issuing server serves any peer that has a certificate, not the issuance center alone."""

from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "3.2.5"
KILLED_BY = "chain.transport.a_role_may_only_what_is_its_own"


def install(system: Issuing) -> None:
    system.roles = {"Issue": frozenset({"center", "kiosk", "office", "relay", "core", "maintenance"})}
