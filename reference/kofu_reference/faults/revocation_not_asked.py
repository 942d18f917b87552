"""The center does not ask whether a certificate was revoked or suspended."""

from datetime import datetime

from kofu_reference.center.certificates import AuthenticationCertificate
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.validity.bad_certificates_are_refused"


def install(system: Center) -> None:
    async def check(subject: AuthenticationCertificate, now: datetime) -> None:
        """Takes every certificate for good."""

    system.validity.check = check  # type: ignore[method-assign]
