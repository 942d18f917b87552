"""The relay passes koseki requests on for any peer that has a certificate, not for the issuing server alone."""

from dataclasses import replace

from kofu_reference.relay.system import Relay
from kofu_reference.runtime import Binding

SYSTEM = "relay"
STATEMENT = "3.1.7"
KILLED_BY = "chain.transport.every_service_hears_its_own_roles_alone"
ANYBODY = frozenset({"issuing", "center", "kiosk", "office", "core", "counter", "maintenance"})


def install(system: Relay) -> None:
    bindings = system.bindings

    def opened() -> list[Binding]:
        return [
            replace(one, roles={"IssueKoseki": ANYBODY}) if "IssueKoseki" in one.roles else one for one in bindings()
        ]

    system.bindings = opened  # type: ignore[method-assign]
