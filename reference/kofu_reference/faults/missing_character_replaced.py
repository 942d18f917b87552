"""A character that the font lacks is printed as 〓, and the certificate is issued."""

from typing import Any

from google.protobuf.message import Message

from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest
from kofu_reference.issuing.system import Issuing
from kofu_reference.paper import CharacterNotAvailable

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.documents.a_missing_character_is_refused"
GETA = "〓"


def install(system: Issuing) -> None:
    make = system.renderer.document

    async def document(*, items: Message, **rest: Any) -> Document:
        while True:
            try:
                return await make(items=items, **rest)  # type: ignore[arg-type]
            except CharacterNotAvailable as lacking:
                items = _degraded(items, lacking.character)

    system.renderer.document = document  # type: ignore[method-assign]

    async def release(document: Document, request: IssueRequest, asked: object, received_at: object) -> None:
        """The record and the paper are not compared."""

    system.release = release  # type: ignore[method-assign]


def _degraded(items: Message, character: str) -> Message:
    copy = type(items)()
    copy.ParseFromString(items.SerializeToString())
    for field, value in copy.ListFields():
        if isinstance(value, str):
            setattr(copy, field.name, value.replace(character, GETA))
        elif field.is_repeated and field.message_type is not None:
            for one in value:
                one.CopyFrom(_degraded(one, character))
        elif field.message_type is not None:
            value.CopyFrom(_degraded(value, character))
    return copy
