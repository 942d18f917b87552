"""What is personal of a citizen, in every form in which it could be written down, and a search for it."""

import base64
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Final
from urllib.parse import quote

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from kofu_spec.city import Citizen

_BEGINNING: Final = 4
_SHORTEST_ASCII: Final = 8
"""Bytes of a form: a shorter one is met by chance, as hexadecimal digits of one character are within a hash."""
_MANY: Final = 5_000
"""So many forms are looked for faster by their beginnings first."""
_MET_BY_CHANCE: Final = re.compile(r"[ -~]{1,7}|[0-9]{8}", re.ASCII)
"""Texts that stand within times and counts without meaning anybody."""


def canaries_of(*citizens: Citizen) -> frozenset[str]:
    """Every text and every long number of the citizens' records, cards and keys."""
    return frozenset(text for text in _all_texts(citizens) if not _MET_BY_CHANCE.fullmatch(text))


def short_canaries_of(*citizens: Citizen) -> frozenset[str]:
    """What of the citizens' records and cards means somebody only where it is a value of its own: PINs, amounts."""
    pins = {citizen.card.pin for citizen in citizens if citizen.card is not None and citizen.card.pin}
    return frozenset(pins | {text for text in _all_texts(citizens) if re.fullmatch("[0-9]{6,8}", text)})


def _all_texts(citizens: Iterable[Citizen]) -> frozenset[str]:
    found: set[str] = set()
    for citizen in citizens:
        found.add(citizen.key)
        for record in (citizen.resident, citizen.tax, citizen.koseki):
            if record is not None:
                found.update(texts_of(record))
        if citizen.card is not None:
            found.update((citizen.card.card_id, citizen.card.serial))
    return frozenset(found - {""})


def texts_of(message: Message) -> Iterator[str]:
    """Every text and number in a message."""
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if isinstance(one, Message):
                yield from texts_of(one)
            elif field.type == FieldDescriptor.TYPE_STRING:
                yield one
            elif field.type == FieldDescriptor.TYPE_BYTES:
                yield one.hex()
            elif field.type != FieldDescriptor.TYPE_ENUM:
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
    wanted = [(canary, name, form(canary)) for canary in canaries for name, form in FORMS.items()]
    if len(wanted) > _MANY:
        beginnings = {content[at : at + _BEGINNING] for at in range(len(content))}
        wanted = [each for each in wanted if each[2][:_BEGINNING] in beginnings]
    return [(canary, name) for canary, name, written in wanted if _tells(written) and written in content]


def _tells(written: bytes) -> bool:
    return len(written) >= (_SHORTEST_ASCII if written.isascii() else _BEGINNING)
