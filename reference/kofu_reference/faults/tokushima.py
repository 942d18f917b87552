"""Tokushima, 2023: the second page of a long koseki certificate is a page of the one printed before."""

import io
from typing import Any

import pikepdf

from kofu.v1.document_pb2 import Document
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu_reference.koseki.system import Koseki
from kofu_reference.paper.sheet import Items

SYSTEM = "koseki"
STATEMENT = "P.6"
KILLED_BY = "chain.pages.every_page_is_the_documents_own"
FEWEST_PAGES = 3


def install(system: Koseki) -> None:
    make = system.maker.make
    before: list[bytes] = []

    async def make_with_a_page_of_before(**asked: Any) -> Document:
        document = await make(**asked)
        printed = document.pdf
        if before and len(document.pages) >= FEWEST_PAGES:
            document.pdf = _swapped(printed, before[-1])
        before[:] = [printed]
        return document

    async def release(document: Document, request: IssueKosekiRequest, made_of: Items) -> None:
        """Nobody looks at what was printed."""

    system.maker.make = make_with_a_page_of_before  # type: ignore[method-assign]
    system.release = release  # type: ignore[method-assign]


def _swapped(pdf: bytes, other: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as pages, pikepdf.open(io.BytesIO(other)) as others:
        pages.pages.insert(1, others.pages[0])
        del pages.pages[2]
        made = io.BytesIO()
        pages.save(made)
    return made.getvalue()
