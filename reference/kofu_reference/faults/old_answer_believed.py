"""The center does not look when an answer was made and until when it holds."""

from typing import Any

from kofu_reference.center import ocsp
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.responder.answers_that_prove_nothing_are_refused"


def install(_system: Center) -> None:
    def check_fresh(single: Any, now: Any) -> None:
        """Lets it pass."""

    ocsp.check_fresh = check_fresh
