"""Requests that no honest peer makes: bytes that are no message, and messages that no encoder writes. [3.2.6]"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

TOO_LARGE_BYTES = 17 * 1024 * 1024
"""Beyond the limit of a message, which is 16 MiB."""


@dataclass(frozen=True)
class Hostility:
    """What is drawn of an attack."""

    octets: str
    """Hexadecimal; what garbage is made of."""
    depth: int
    """How deep things lie in each other."""
    enum_number: int
    """A number that no enum has."""
    length: int
    """Of a text, in characters."""
    mark: str
    """Stands in what is sent, and may stand in nothing that comes back."""

    @property
    def garbage(self) -> bytes:
        """Bytes that stand for nothing."""
        return bytes.fromhex(self.octets)


@dataclass(frozen=True)
class Attack:
    """One request of them. `names_field`: it is wrong in a field, which the refusal has to name."""

    name: str
    octets: bytes
    names_field: bool = False
    content_type: str = "application/json"


def in_protobuf(requests: list[Message], hostility: Hostility) -> Iterator[Attack]:
    """Attacks by gRPC, made from well-formed requests of a method."""
    good = requests[0].SerializeToString()
    # Wire type 7 is none; a length beyond the end is a message cut short; groups that only open are nested and cut.
    yield Attack("bytes that are no message", b"\x0f" + hostility.garbage)
    yield Attack("a message cut short", good + b"\x0a\xff\x01" + hostility.garbage[:8])
    yield Attack("groups in groups", b"\x0b" * hostility.depth)
    first = _first_text(requests[0])
    if first is not None:
        tag = bytes([first.number << 3 | 2])
        yield Attack("text that is not UTF-8", good + tag + b"\x04\xff\xfe\xc0\x80")
        yield Attack("a text far too long", _overlong(requests[0], first, hostility).SerializeToString(), True)
    for message in _unknown_enum(requests, hostility.enum_number):
        yield Attack("a number that the enum lacks", message.SerializeToString(), True)


def in_json(requests: list[Message], hostility: Hostility) -> Iterator[Attack]:
    """Attacks by HTTP/JSON, made from well-formed requests of a method."""
    good = MessageToJson(requests[0], indent=None).encode()
    content: dict[str, Any] = json.loads(good)
    mark = json.dumps(hostility.mark).encode()
    nested = b"[" * hostility.depth + b"]" * hostility.depth
    yield Attack("bytes that are no JSON", b"\xef\xbb\xbf" + hostility.garbage)
    yield Attack("JSON cut short", good[:-1])
    yield Attack("arrays in arrays", nested)
    yield Attack("an array in place of the request", b"[" + good + b"]")
    yield Attack("a field that the message lacks", _with(good, mark + b":" + mark))
    yield Attack("a field that holds arrays in arrays", _with(good, b'"deep":' + nested))
    yield Attack("a field that is not a number", _with(good, b'"number":NaN'))
    yield Attack("a request as plain text", good, content_type="text/plain")
    for key, value in list(content.items())[:1]:
        name, written = json.dumps(key).encode(), json.dumps(value).encode()
        yield Attack("a key twice", _with(good, name + b":" + written))
        yield Attack("text that is not UTF-8", b"{" + name + b':"\xff\xfe\xc0\x80"}')
        yield Attack("half a character", b"{" + name + b':"\\ud800"}', names_field=True)
        yield Attack("null", b"{" + name + b":null}", names_field=True)
    first = _first_text(requests[0])
    if first is not None:
        yield Attack("a text far too long", MessageToJson(_overlong(requests[0], first, hostility)).encode(), True)
    for message in _unknown_enum(requests, hostility.enum_number):
        named = MessageToJson(message, indent=None).replace(str(hostility.enum_number), json.dumps(hostility.mark))
        yield Attack("a name that the enum lacks", named.encode(), names_field=True)


def too_large() -> bytes:
    """More than a message may have."""
    return b"\x0a" * TOO_LARGE_BYTES


def _with(good: bytes, pair: bytes) -> bytes:
    """The object with one more pair before its own."""
    return b"{" + pair + (b"," if good != b"{}" else b"") + good[1:]


def _first_text(message: Message) -> FieldDescriptor | None:
    fields: Any = message.DESCRIPTOR.fields
    return next((one for one in fields if one.type == FieldDescriptor.TYPE_STRING and one.number < 16), None)


def _overlong(good: Message, field: FieldDescriptor, hostility: Hostility) -> Message:
    message = type(good)()
    message.CopyFrom(good)
    setattr(message, field.name, hostility.mark * (hostility.length // len(hostility.mark) + 1))
    return message


def _unknown_enum(requests: list[Message], number: int) -> Iterator[Message]:
    """The first request that holds an enum, with a number in it that the enum lacks."""
    for good in requests:
        message = type(good)()
        message.CopyFrom(good)
        if _set_enum(message, number):
            yield message
            return


def _set_enum(message: Any, number: int) -> bool:
    for field in message.DESCRIPTOR.fields:
        if field.enum_type is not None and not field.is_repeated:
            setattr(message, field.name, number)
            return True
        inside = field.message_type is not None and not field.is_repeated and message.HasField(field.name)
        if inside and _set_enum(getattr(message, field.name), number):
            return True
    return False
