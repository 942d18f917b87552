"""Requests filled from what is known of a finished transaction, for RPCs that reflection shows. [3.1.4, 3.2.3]"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
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
    """Filled requests of a type: one for every choice of its outermost `oneof`, with one for each choice within that."""
    choices = [list(oneof.fields) for oneof in request_type.DESCRIPTOR.oneofs]
    for chosen in choices[0] if choices else [None]:
        inner = [list(oneof.fields) for oneof in chosen.message_type.oneofs] if _is_message(chosen) else []
        for second in inner[0] if inner else [None]:
            message = request_type()
            _fill(message, filling, [one.full_name for one in (chosen, second) if one is not None], 0)
            yield message


def _is_message(field: FieldDescriptor | None) -> bool:
    return field is not None and field.message_type is not None


def _fill(message: Message, filling: Filling, chosen: list[str], depth: int) -> None:
    descriptor: Descriptor = message.DESCRIPTOR
    for field in descriptor.fields:
        if field.containing_oneof is not None and not _is_chosen(field, chosen):
            continue
        value: Any = getattr(message, field.name)
        if _is_message(field):
            _fill_message(value, filling, chosen, depth)
        elif isinstance(value, str | bytes | bool | int | float):
            setattr(message, field.name, _value(field, value, filling))
        else:
            _fill_repeated(value, field, filling)


def _fill_message(value: Any, filling: Filling, chosen: list[str], depth: int) -> None:
    if isinstance(value, Message) and depth < DEEPEST:
        value.SetInParent()
        _fill(value, filling, chosen, depth + 1)


def _fill_repeated(value: Any, field: FieldDescriptor, filling: Filling) -> None:
    if field.name in filling.by_name:
        value.append(filling.by_name[field.name])


def _is_chosen(field: FieldDescriptor, chosen: list[str]) -> bool:
    """Chosen by name; of a `oneof` about which nothing was said, the first."""
    siblings = list(field.containing_oneof.fields)
    named = [one.full_name for one in siblings if one.full_name in chosen]
    return field.full_name == (named[0] if named else siblings[0].full_name)


def _value(field: FieldDescriptor, value: Any, filling: Filling) -> Any:
    known = filling.by_name.get(field.name)
    if known is not None and isinstance(known, type(value)):
        return known
    if isinstance(value, str):
        return filling.text
    if isinstance(value, bytes):
        return filling.octets
    return type(value)(filling.number)
