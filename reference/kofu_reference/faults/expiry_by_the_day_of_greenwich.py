"""A certificate is good for the whole day of Greenwich on which it ends: in Japan, until nine on the next."""

from datetime import datetime, time

from kofu_reference.center.certificates import AuthenticationCertificate
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "1.8"
KILLED_BY = "chain.certificates.the_fifth_birthday_is_the_last_day"


def install(system: Center) -> None:
    verify = system.authorities.verify

    def by_the_day(der: bytes, now: datetime) -> AuthenticationCertificate:
        """Asks as of the first instant of the day in UTC."""
        return verify(der, datetime.combine(now.date(), time(), now.tzinfo))

    system.authorities.verify = by_the_day  # type: ignore[method-assign]
