"""What is personal of a citizen, in every form in which it could be written down, and a search for it."""

import base64
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Final
from urllib.parse import quote

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from kofu_spec.city import Citizen

_SHORTEST: Final = 4
"""Bytes in UTF-8: a shorter text is met by chance."""
_NO_PERSON: Final = frozenset({"false", "true"})


def canaries_of(*citizens: Citizen) -> frozenset[str]:
    """Every text and every long number of the citizens' records, cards and keys."""
    found: set[str] = set()
    for citizen in citizens:
        found.add(citizen.key)
        for record in (citizen.resident, citizen.tax, citizen.koseki):
            if record is not None:
                found.update(_texts(record))
        if citizen.card is not None:
            found.update((citizen.card.card_id, citizen.card.serial))
    return frozenset(text for text in found if len(text.encode()) >= _SHORTEST and text not in _NO_PERSON)


def _texts(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if isinstance(one, Message):
                yield from _texts(one)
            elif field.type == FieldDescriptor.TYPE_STRING:
                yield one
            elif field.type == FieldDescriptor.TYPE_BYTES:
                yield one.hex()
            elif field.type != FieldDescriptor.TYPE_ENUM and len(str(one)) >= 6:
                yield str(one)


FORMS: Final[dict[str, Callable[[str], bytes]]] = {
    **{
        name: (lambda text, name=name: text.encode(name, errors="ignore"))  # type: ignore[misc]
        for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp932", "euc_jp", "iso2022_jp")
    },
    "NFKC": lambda text: unicodedata.normalize("NFKC", text).encode(),
    "JSON": lambda text: json.dumps(text)[1:-1].encode(),
    "JSON twice": lambda text: json.dumps(json.dumps(text))[3:-3].encode(),
    "backslashes": lambda text: text.encode("unicode_escape"),
    "repr of bytes": lambda text: repr(text.encode())[2:-1].encode(),
    "octal": lambda text: "".join(f"\\{byte:o}" for byte in text.encode()).encode(),
    "percent": lambda text: quote(text).encode(),
    "entities": lambda text: escape(text).encode("ascii", "xmlcharrefreplace"),
    "hex entities": lambda text: "".join(f"&#x{ord(each):x};" for each in text).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "hex of UTF-16": lambda text: text.encode("utf-16-be").hex().encode(),
    **{
        f"base64 at {shift}": (lambda text, shift=shift: _inner_base64(text.encode(), shift))  # type: ignore[misc]
        for shift in range(3)
    },
}
"""How a text could be written."""


def _inner_base64(content: bytes, shift: int) -> bytes:
    """What base64 shows of some bytes whatever stands around them."""
    usable = len(content) - (len(content) + shift) % 3
    encoded = base64.b64encode(bytes(shift) + content[:usable])
    return encoded[-(-shift * 8 // 6) :] if shift else encoded


def found(canaries: Iterable[str], content: bytes) -> list[tuple[str, str]]:
    """The canaries that stand in some bytes, each with the form in which it does."""
    beginnings = {content[at : at + _SHORTEST] for at in range(len(content))}
    return [
        (canary, name)
        for canary in canaries
        for name, form in FORMS.items()
        if len(written := form(canary)) >= _SHORTEST and written[:_SHORTEST] in beginnings and written in content
    ]
