"""The center takes a JSON object with the same key twice, and the last one counts."""

from kofu_reference.center.system import Center
from kofu_reference.runtime import json_request

SYSTEM = "center"
STATEMENT = "3.2.6"
KILLED_BY = "chain.hostile.malformed_json_is_refused"


def install(_: Center) -> None:
    json_request._object = lambda pairs: dict(pairs)
