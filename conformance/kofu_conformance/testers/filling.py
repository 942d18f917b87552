"""Requests filled from what is known of a finished transaction, for RPCs that reflection shows. [3.1.4, 3.2.3]"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

DEEPEST = 6
"""How deep messages are filled."""


@dataclass(frozen=True)
class Filling:
    """What goes into the fields of a request: by the field's name where that is known, else by its type."""

    name: str
    """Of the filling, for the story: "the request id"."""
    by_name: Mapping[str, str | bytes | int]
    text: str
    """For every other string."""
    octets: bytes
    """For every other bytes field."""
    number: int = 1


def requests(request_type: type[Message], filling: Filling) -> Iterator[Message]:
    """Filled requests of a type, as many as its largest `oneof` has fields: each choice, at any depth, is made once."""
    for turn in range(_turns(request_type.DESCRIPTOR, 0)):
        message = request_type()
        _fill(message, filling, turn, 0)
        yield message


def _turns(descriptor: Any, depth: int) -> int:
    """How many requests it takes to make every choice."""
    if descriptor is None or depth > DEEPEST:
        return 1
    own = [len(oneof.fields) for oneof in descriptor.oneofs]
    return max([1, *own, *(_turns(field.message_type, depth + 1) for field in descriptor.fields)])


def _fill(message: Message, filling: Filling, turn: int, depth: int) -> None:
    fields: Any = message.DESCRIPTOR.fields
    for field in fields:
        siblings = [] if field.containing_oneof is None else list(field.containing_oneof.fields)
        if siblings and siblings[turn % len(siblings)].name != field.name:
            continue
        value: Any = getattr(message, field.name)
        if isinstance(value, Message):
            value.SetInParent()
            if depth < DEEPEST:
                _fill(value, filling, turn, depth + 1)
        elif isinstance(value, str | bytes | bool | int | float):
            setattr(message, field.name, _value(field.name, value, filling))


def _value(name: str, value: Any, filling: Filling) -> Any:
    known = filling.by_name.get(name)
    if known is not None and isinstance(known, type(value)):
        return known
    if isinstance(value, str):
        return filling.text
    if isinstance(value, bytes):
        return filling.octets
    return type(value)(filling.number)
