"""Whoever encloses a certificate may sign the answers: the center does not ask who appointed the responder."""

from typing import Any

from kofu_reference.center import ocsp
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.responder.answers_that_prove_nothing_are_refused"


def install(_system: Center) -> None:
    def check_appointed(candidate: Any, authority: Any) -> None:
        """Lets it pass."""

    ocsp.check_appointed = check_appointed
