"""The center does not check who signed the revocation list that stands in for the silent responder."""

from typing import Any

from kofu_reference.center import revocation_list
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.responder.a_list_stands_in_only_while_it_is_young_and_whole"


def install(_system: Center) -> None:
    def check_issued(listed: Any, authority: Any) -> None:
        """Lets it pass."""

    revocation_list.check_issued = check_issued
