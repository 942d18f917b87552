"""Whether a document is the one that was asked for, and whole. [P.6]"""

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.document_pb2 import Document
from kofu_reference.paper.sheet import items_field


def answers(document: Document, request_id: str, kind: CertificateKind) -> bool:
    """Whether it is of this request and kind, with the items of the kind, and its pages belong together."""
    total = len(document.pages)
    return (
        document.request_id == request_id
        and document.kind == kind
        and document.WhichOneof("items") == items_field(kind)
        and [(page.number, page.total) for page in document.pages] == [(n, total) for n in range(1, total + 1)]
        and len({page.subject_handle for page in document.pages}) == 1
    )
