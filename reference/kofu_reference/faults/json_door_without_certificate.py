"""The relay answers over HTTP/JSON also who comes without a certificate."""

from ssl import SSLContext

from kofu_reference.relay.system import Relay
from kofu_reference.runtime import json_side
from kofu_reference.runtime.credentials import Keys
from kofu_reference.runtime.http import server_tls

SYSTEM = "relay"
STATEMENT = "3.1.6"
KILLED_BY = "chain.city_doors.only_declared_parties_are_answered"


def install(_: Relay) -> None:
    def open_to_all(keys: Keys, *, open_to_citizens: bool) -> SSLContext:  # noqa: ARG001 - the name is the caller's
        return server_tls(keys, open_to_citizens=True)

    json_side.server_tls = open_to_all  # type: ignore[attr-defined]
