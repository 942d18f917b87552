"""The issuing server does not note which request ids were used: the same id is served again."""

from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "3.1.4"
KILLED_BY = "chain.once.request_id_serves_once"


def install(system: Issuing) -> None:
    system.used_ids.use = lambda request_id: None  # type: ignore[method-assign] # noqa: ARG005
