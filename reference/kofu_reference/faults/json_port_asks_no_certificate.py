"""The center's port for HTTP/JSON lets in peers who show no certificate."""

from kofu_reference.center.system import Center
from kofu_reference.runtime import json_side
from kofu_reference.runtime.http import server_tls

SYSTEM = "center"
STATEMENT = "3.2.5"
KILLED_BY = "chain.transport.strangers_are_shut_out_of_json"


def install(system: Center) -> None:  # noqa: ARG001 - every fault is given its system
    json_side.server_tls = lambda keys, **_: server_tls(keys, open_to_citizens=True)  # type: ignore[attr-defined]
