"""The center takes any certificate of the authority, for whatever it was issued."""

from typing import Any

from kofu_reference.center import certificates
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.certificates.path_and_purpose_are_checked"


def install(_system: Center) -> None:
    def _check_use(certificate: Any) -> None:
        """Lets it pass."""

    certificates._check_use = _check_use
