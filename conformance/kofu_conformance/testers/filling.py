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
    """Filled requests of a type: one for each choice of its `oneof`, and of the `oneof` within that."""
    for chosen in _choices(request_type.DESCRIPTOR):
        for second in _choices(chosen.message_type) if chosen is not None else (None,):
            message = request_type()
            _fill(message, filling, [one.full_name for one in (chosen, second) if one is not None], 0)
            yield message


def _choices(descriptor: Any) -> tuple[Any, ...]:
    """The fields of the first `oneof`; None alone where there is none."""
    oneofs = descriptor.oneofs if descriptor is not None else ()
    return tuple(oneofs[0].fields) if oneofs else (None,)


def _fill(message: Message, filling: Filling, chosen: list[str], depth: int) -> None:
    fields: Any = message.DESCRIPTOR.fields
    for field in fields:
        if field.containing_oneof is not None and not _is_chosen(field, chosen):
            continue
        value: Any = getattr(message, field.name)
        if field.message_type is not None and isinstance(value, Message):
            if depth < DEEPEST:
                value.SetInParent()
                _fill(value, filling, chosen, depth + 1)
        elif isinstance(value, str | bytes | bool | int | float):
            setattr(message, field.name, _value(field.name, value, filling))


def _is_chosen(field: Any, chosen: list[str]) -> bool:
    """Chosen by name; of a `oneof` about which nothing was said, the first."""
    siblings = list(field.containing_oneof.fields)
    named = [one.full_name for one in siblings if one.full_name in chosen]
    return bool(field.full_name == (named[0] if named else siblings[0].full_name))


def _value(name: str, value: Any, filling: Filling) -> Any:
    known = filling.by_name.get(name)
    if known is not None and isinstance(known, type(value)):
        return known
    if isinstance(value, str):
        return filling.text
    if isinstance(value, bytes):
        return filling.octets
    return type(value)(filling.number)
