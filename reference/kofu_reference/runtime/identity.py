"""What runs: the build, and the configuration by which it does what it does. [P.8]"""

import hashlib
from importlib.metadata import version
from typing import Any, Final

from kofu_reference.runtime.config import SystemConfig

_OF_THE_PLACE: Final = {
    "identity", "server", "host", "port", "json_port", "http_port", "certificate", "key", "authority", "data_folder",
    "peers", "font", "card_box", "paper_folder", "ocsp_url", "jpki_authorities", "jpki_folder", "clock", "operations",
}  # fmt: skip
"""Where a process stands, how it is watched, and the time it starts from: what may differ between two that do the
same."""

_FILES_OF_THE_CENTER: Final = {"terminal_register", "municipalities"}
"""Where they lie; the center adds what stands in them."""


def build_of() -> str:
    """The build, as its maker names it."""
    return f"kofu-reference {version('kofu')}"


def configuration_of(config: SystemConfig) -> str:
    """The same for two processes that are set up to do the same, wherever they stand."""
    of_the_place: Any = {**dict.fromkeys(_OF_THE_PLACE, True), "center": _FILES_OF_THE_CENTER}
    behaviour = config.model_dump_json(exclude=of_the_place)
    return f"sha256:{hashlib.sha256(behaviour.encode()).hexdigest()}"
