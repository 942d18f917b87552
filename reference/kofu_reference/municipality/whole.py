"""Whether a document is the one that was asked for, whole, and about nobody else: asked at the moment of release.
[P.1, P.6]"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.document_pb2 import Document
from kofu_reference.municipality.finished import UnreadablePaper, page_texts
from kofu_reference.paper.sheet import Items, items_field


@dataclass(frozen=True)
class Asked:
    """What a document has to answer. `items` None: another system makes them, and knows whether they are due."""

    request_id: str
    kind: CertificateKind
    items: Items | None = None


def faults_of(document: Document, asked: Asked) -> list[str]:
    """Names of what does not fit, never a value; empty where it is this document, in its message and on its paper."""
    total = len(document.pages)
    fits = {
        "request_id": document.request_id == asked.request_id,
        "kind": document.kind == asked.kind,
        "items": document.WhichOneof("items") == items_field(asked.kind) and _shows(document, asked.items),
        "pages": [(page.number, page.total) for page in document.pages] == [(n, total) for n in range(1, total + 1)],
        "pages.subject_handle": len({page.subject_handle for page in document.pages}) == 1,
        "pages.digest": len({page.digest for page in document.pages}) == total,
    }
    faults = [name for name, fit in fits.items() if not fit]
    return faults or list(paper_faults(document))


def paper_faults(document: Document) -> Iterator[str]:
    """What the finished PDF itself says: as many pages as stated, each with this document's id and its own number, and
    the persons whom the document is about."""
    try:
        texts = page_texts(document.pdf)
    except UnreadablePaper:
        yield "pdf"
        return
    if len(texts) != len(document.pages):
        yield "pdf.pages"
    if not all(document.document_id in text for text in texts):
        yield "pdf.document_id"
    if not all(f"{number}/{len(texts)}" in text for number, text in enumerate(texts, start=1)):
        yield "pdf.number"
    whole = _without_selectors("".join(texts))
    if not all(_without_selectors("".join(name.split())) in whole for name in _names(document)):
        yield "pdf.subject"


def _shows(document: Document, items: Items | None) -> bool:
    return items is None or bool(getattr(document, items_field(document.kind)) == items)


def _names(document: Document) -> Sequence[str]:
    items = getattr(document, document.WhichOneof("items") or "")
    return [person.name for person in items.persons] if hasattr(items, "persons") else [items.name]


def _without_selectors(text: str) -> str:
    """A glyph is chosen by a selector behind the character; whether a reader hands that on differs."""
    return "".join(one for one in text if unicodedata.name(one, "").find("VARIATION SELECTOR") < 0)
