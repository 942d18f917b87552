"""What the responder knows of certificates. [1.8]"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509 import ocsp

from kofu_spec.city import City
from kofu_spec.city.model import Card, CardState


@dataclass(frozen=True)
class CertificateStatus:
    """Status of one certificate; a revoked one has the instant and the reason."""

    status: ocsp.OCSPCertStatus
    revoked_at: datetime | None = None
    reason: x509.ReasonFlags | None = None


GOOD = CertificateStatus(ocsp.OCSPCertStatus.GOOD)
UNKNOWN = CertificateStatus(ocsp.OCSPCertStatus.UNKNOWN)


def statuses_of(city: City) -> Mapping[int, CertificateStatus]:
    """Status by serial number of every certificate of the city, former cards included.

    An expired certificate was not revoked; a forged one copies a good serial. What is not here is unknown.
    """
    cards = (card for citizen in city.citizens for card in citizen.cards() if card.serial)
    return {int(card.serial, 16): _status(card) for card in cards}


def _status(card: Card) -> CertificateStatus:
    if card.state is CardState.UNKNOWN:
        return UNKNOWN
    if card.state is CardState.REVOKED:
        return CertificateStatus(ocsp.OCSPCertStatus.REVOKED, card.valid_from, x509.ReasonFlags.key_compromise)
    if card.state is CardState.SUSPENDED:
        return CertificateStatus(ocsp.OCSPCertStatus.REVOKED, card.valid_from, x509.ReasonFlags.certificate_hold)
    return GOOD
