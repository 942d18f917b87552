"""Documents spoiled on a tester's demand, as a fault of machine or program would. [P.7]"""

import uuid

from kofu.testing.v1.control_pb2 import SpoilKind
from kofu.v1.document_pb2 import Document


def spoil(document: Document, kind: "SpoilKind | None") -> Document:
    """The document, spoiled in place where there is a kind."""
    if kind == SpoilKind.SPOIL_KIND_ANOTHER_REQUEST:
        document.request_id = str(uuid.uuid4())
    elif kind == SpoilKind.SPOIL_KIND_PAGE_MISSING:
        del document.pages[-1]
    return document
