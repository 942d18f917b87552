"""The center refuses only what the responder calls revoked: a certificate unknown to it is served."""

from typing import Any

from kofu_reference.center import ocsp
from kofu_reference.center.system import Center
from kofu_reference.center.verdict import Validity

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.responder.what_the_responder_says_decides"


def install(_system: Center) -> None:
    told = ocsp.status_of

    def status_of(single: Any) -> Validity:
        found = told(single)
        return Validity.GOOD if found is Validity.UNKNOWN else found

    ocsp.status_of = status_of
