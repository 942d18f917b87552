"""Whether what the issuing server sent is the document applied for, and whole. The center never alters it. [2.8]"""

import protovalidate

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.document_pb2 import Document


def faults_of(document: Document, request_id: str, kind: CertificateKind) -> list[str]:
    """Names of the fields that don't fit the application; empty where everything fits."""
    total = len(document.pages)
    fits = {
        "request_id": document.request_id.lower() == request_id.lower(),
        "kind": document.kind == kind,
        "items": f"CERTIFICATE_KIND_{(document.WhichOneof('items') or '').upper()}" == CertificateKind.Name(kind),
        "pages.number": [page.number for page in document.pages] == list(range(1, total + 1)),
        "pages.total": all(page.total == total for page in document.pages),
        "pages.subject_handle": len({page.subject_handle for page in document.pages}) == 1,
        "form": not protovalidate.collect_violations(document),
    }
    return [name for name, fit in fits.items() if not fit]
