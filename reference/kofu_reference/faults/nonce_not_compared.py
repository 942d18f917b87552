"""The center does not compare the nonce: a good answer that somebody kept serves for a revoked certificate."""

from typing import Any

from kofu_reference.center import ocsp
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.responder.earlier_answers_are_not_answers"


def install(_system: Center) -> None:
    def check_nonce(answer: Any, nonce: bytes) -> None:
        """Lets it pass."""

    ocsp.check_nonce = check_nonce
