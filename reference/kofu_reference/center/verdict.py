"""What the JPKI may say of a certificate, and the reason with which each is refused. [1.8]"""

from enum import Enum
from typing import Final

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal


class Validity(Enum):
    """The status of a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"
    """The JPKI does not know it, or its answer can't be trusted."""
    UNREACHABLE = "unreachable"
    """Neither the responder nor a list that may stand in for it could be had."""


_REASONS: Final = {
    Validity.REVOKED: Reason.REASON_CERTIFICATE_REVOKED,
    Validity.SUSPENDED: Reason.REASON_CERTIFICATE_SUSPENDED,
    Validity.UNKNOWN: Reason.REASON_VALIDITY_UNKNOWN,
    Validity.UNREACHABLE: Reason.REASON_UPSTREAM_UNAVAILABLE,
}


def must_be_good(validity: Validity) -> None:
    """Returns for a good certificate; raises the refusal that belongs to any other."""
    if validity is not Validity.GOOD:
        raise Refusal(_REASONS[validity])
