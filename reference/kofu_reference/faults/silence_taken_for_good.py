"""When the responder is silent the center serves, so that nobody has to come again."""

from datetime import datetime

from kofu_reference.center.certificates import AuthenticationCertificate
from kofu_reference.center.system import Center
from kofu_reference.center.verdict import Validity

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.responder.silence_is_refused"


def install(system: Center) -> None:
    asked = system.validity.status

    async def status(subject: AuthenticationCertificate, now: datetime) -> Validity:
        found = await asked(subject, now)
        return Validity.GOOD if found is Validity.UNREACHABLE else found

    system.validity.status = status  # type: ignore[method-assign]
