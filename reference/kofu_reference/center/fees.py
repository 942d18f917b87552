"""The kinds of certificates, and what they usually cost. [1.3]"""

from collections.abc import Mapping
from typing import Final

from kofu.v1.common_pb2 import Application, CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

FEE_YEN: Final[Mapping[CertificateKind, int]] = {
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE: 300,
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS: 300,
    CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION: 300,
    CertificateKind.CERTIFICATE_KIND_TAX_ASSESSMENT: 300,
    CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS: 450,
    CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS: 450,
}
"""Yen for one copy, by kind, where a municipality says nothing else."""

KINDS: Final[Mapping[str, CertificateKind]] = {
    "residence_certificate": CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE,
    "residence_record_items": CertificateKind.CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS,
    "seal_registration": CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION,
    "tax_assessment": CertificateKind.CERTIFICATE_KIND_TAX_ASSESSMENT,
    "koseki_all_matters": CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS,
    "koseki_individual_matters": CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS,
}
"""The six documents by the names of their applications. Nothing else is issued. [1.3]"""


def kind_of(application: Application) -> CertificateKind:
    """The kind applied for. Raises REASON_KIND_NOT_OFFERED for one that is none of the six."""
    kind = KINDS.get(application.WhichOneof("certificate") or "")
    if kind is None:
        raise Refusal(Reason.REASON_KIND_NOT_OFFERED)
    return kind
