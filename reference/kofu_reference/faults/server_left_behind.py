"""One server of the site still runs the build of before: a correction was deployed at the others alone."""

from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "P.8"
KILLED_BY = "chain.builds.every_server_names_its_build"


def install(system: Issuing) -> None:
    if system.config.server == system.config.servers:
        system.build = "kofu-reference 0.0.9"
