"""The relay does not say what build it runs: nobody can tell whether a correction was deployed there."""

from kofu_reference.relay.system import Relay

SYSTEM = "relay"
STATEMENT = "P.8"
KILLED_BY = "chain.builds.every_server_names_its_build"


def install(system: Relay) -> None:
    system.build = ""
