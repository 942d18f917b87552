"""Whether a certificate is revoked or suspended: the JPKI's responder, and its list where that is silent. [1.8]

What can't be established with certainty is not valid.
"""

import logging
from datetime import datetime
from typing import Final

from kofu_reference.center import ocsp, revocation_list
from kofu_reference.center.certificates import AuthenticationCertificate
from kofu_reference.center.fetch import JpkiLine, Silent
from kofu_reference.center.verdict import Validity, must_be_good

_WAIT_SECONDS: Final = 1.5
"""For the responder, and then for the list: both end within the kiosk's wait for the center."""

_log = logging.getLogger("kofu.center")


class ValidityCheck:
    """Asks the responder at `ocsp_url`; where no answer comes, the list at `list_url`, if there is one."""

    def __init__(self, ocsp_url: str, list_url: str | None = None) -> None:
        self._ocsp_url = ocsp_url
        self._list_url = list_url
        self._line = JpkiLine(_WAIT_SECONDS)

    async def check(self, subject: AuthenticationCertificate, now: datetime) -> None:
        """Returns where the certificate is good at the civil time `now`.

        Raises REASON_CERTIFICATE_REVOKED, REASON_CERTIFICATE_SUSPENDED, REASON_VALIDITY_UNKNOWN (the JPKI does not
        know it, or its answer can't be trusted) or REASON_UPSTREAM_UNAVAILABLE (no answer came).
        """
        must_be_good(await self.status(subject, now))

    async def status(self, subject: AuthenticationCertificate, now: datetime) -> Validity:
        """What the JPKI says. An answer that came but can't be trusted is not made good by an older list."""
        question = ocsp.Question(subject)
        try:
            return question.read(await self._line.post(self._ocsp_url, question.to_bytes(), ocsp.CONTENT_TYPE), now)
        except (Silent, ocsp.NotNow) as silent:
            _log.warning("validity: the responder is silent", extra={"fields": {"why": str(silent)}})
        return await self._by_list(subject, now)

    async def _by_list(self, subject: AuthenticationCertificate, now: datetime) -> Validity:
        if self._list_url is None:
            return Validity.UNREACHABLE
        try:
            return revocation_list.read(await self._line.get(self._list_url), subject, now)
        except (Silent, revocation_list.ListUnusable) as unusable:
            _log.warning("validity: no list can stand in", extra={"fields": {"why": str(unusable)}})
            return Validity.UNREACHABLE

    async def close(self) -> None:
        await self._line.close()
