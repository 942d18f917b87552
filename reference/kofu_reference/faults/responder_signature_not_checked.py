"""The center does not check the signature under an answer."""

from typing import Any

from kofu_reference.center import ocsp
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.responder.answers_that_prove_nothing_are_refused"


def install(_system: Center) -> None:
    def check_signed(answer: Any, signer: Any) -> None:
        """Lets it pass."""

    ocsp.check_signed = check_signed
