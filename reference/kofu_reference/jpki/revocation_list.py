"""The list of revoked certificates, signed by the authority itself. [1.8; RFC 5280, 5]"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from kofu_reference.jpki.statuses import CertificateStatus
from kofu_spec.pki.issuer import ISSUER_KEY_ID
from kofu_spec.pki.jpki import Authority

GOOD_FOR: Final = timedelta(hours=48)
"""Made anew each time that it is asked for; the JPKI's own comes once a day and is good for longer."""


def revocation_list(authority: Authority, statuses: Mapping[int, CertificateStatus], now: datetime) -> bytes:
    """The whole list at the civil time `now`, DER; suspended certificates stand in it too, on hold."""
    made_at = now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(made_at)
        .next_update(made_at + GOOD_FOR)
        .add_extension(x509.CRLNumber(int(made_at.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(ISSUER_KEY_ID, None, None), critical=False)
    )
    for serial, known in statuses.items():
        if known.status is ocsp.OCSPCertStatus.REVOKED and known.revoked_at and known.reason:
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(known.revoked_at)
                .add_extension(x509.CRLReason(known.reason), critical=False)
            )
            builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
