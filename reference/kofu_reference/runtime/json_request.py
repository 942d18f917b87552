"""Strict reading of proto3 JSON: only what an encoder writes is understood, all else refused by field and rule. [3.2.6]

Each value has one form, the one that the JSON Schemas describe, where protobuf's own reader takes several: fields have
their lowerCamelCase names alone, no key stands twice, nothing is null, 32 bits are numbers and 64 bits strings of
digits, enums are names, base64 has the standard alphabet and its padding, and the members of one oneof exclude each
other. Refusals name the field as the proto does, like validation, and as `json_path` in the names of JSON. They never
quote the body, so a key that is not known is not named; the message that holds it is, and what it knows.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple, NoReturn

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from kofu_reference.runtime.guard import Unreadable, invalid
from kofu_reference.runtime.refusal import Refusal

DEEPEST: Final = 64
"""How deep arrays and objects may lie in each other; no message of the interfaces comes near."""

_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|([\[{])|[\]}]', re.DOTALL)
_DIGITS: Final = re.compile(r"0|-?[1-9][0-9]{0,19}")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_WELL_KNOWN: Final[Mapping[str, re.Pattern[str]]] = {
    "google.protobuf.Timestamp": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](\.[0-9]{1,9})?"
        r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
    ),
    "google.protobuf.Duration": re.compile(r"-?(?!315576000000\.0*[1-9])(0|[1-9][0-9]{0,11})(\.[0-9]{1,9})?s"),
}
"""What no calendar has, and durations of more than 315,576,000,000 whole seconds, protobuf refuses by itself."""

_RANGES: Final[Mapping[int, range]] = {
    FieldDescriptor.CPPTYPE_INT32: range(-(2**31), 2**31),
    FieldDescriptor.CPPTYPE_INT64: range(-(2**63), 2**63),
    FieldDescriptor.CPPTYPE_UINT32: range(2**32),
    FieldDescriptor.CPPTYPE_UINT64: range(2**64),
}
_IN_STRINGS: Final = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
"""Integers that JavaScript's numbers can't hold."""


class _Step(NamedTuple):
    """Where something stands in a request: a field, or an index of a list, below what holds it."""

    above: "_Step | None"
    name: FieldDescriptor | int

    def written(self, name: Callable[[FieldDescriptor], str]) -> str:
        above = self.above.written(name) if self.above else ""
        if isinstance(self.name, int):
            return f"{above}[{self.name}]"
        return f"{above}.{name(self.name)}" if above else name(self.name)


_Place = _Step | None
"""None: the request itself."""


def read(body: bytes, message: type[Message]) -> Message | Unreadable:
    """The message that a body says, or what is wrong with it."""
    try:
        request = message()
        _fill(request, _content(body), None)
        return request
    except Refusal as refusal:
        return Unreadable(refusal)


def _content(body: bytes) -> object:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise invalid("", "json.utf8", "the body is not UTF-8", "send UTF-8") from None
    if text.count("[") + text.count("{") > DEEPEST:
        _check_depth(text)
    try:
        content: object = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise invalid("", "json", "the body is not JSON", "send one JSON object") from None
    return content


def _check_depth(text: str) -> None:
    depth = 0
    for found in _BRACKETS.finditer(text):
        if found[0][0] == '"':
            continue
        depth += 1 if found[1] else -1
        if depth > DEEPEST:
            raise invalid("", "json.depth", f"the body is nested more than {DEEPEST} deep", "send one JSON object")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise invalid("", "json.duplicate_key", "an object has the same key twice", "send each field once")
    return made


def _no_constant(_: str) -> NoReturn:
    raise invalid("", "json", "NaN and Infinity are not JSON", "send a number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise invalid("", "json.number", "a number is out of range", "send a smaller number")
    return number


def _fill(message: Message, content: object, place: _Place) -> None:
    """Sets a message from what stands for it in JSON."""
    if message.DESCRIPTOR.full_name in _WELL_KNOWN:
        _fill_well_known(message, content, place)
        return
    if not isinstance(content, dict):
        raise _wrong(place, "json.object", "is not a JSON object", "send an object with the message's fields")
    known: dict[str, Any] = {field.json_name: field for field in message.DESCRIPTOR.fields}
    chosen: set[str] = set()
    for key, value in content.items():
        field = known.get(key)
        if field is None:
            raise _unknown_field(message, key, place)
        here = _Step(place, field)
        if field.containing_oneof is not None:
            if field.containing_oneof.name in chosen:
                raise _wrong(here, "json.oneof", "excludes another field that is there", "send one of them")
            chosen.add(field.containing_oneof.name)
        _set(message, field, value, here)


def _set(message: Message, field: FieldDescriptor, value: object, place: _Step) -> None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        raise NotImplementedError(f"{field.full_name}: requests have no maps so far")
    if value is None:
        raise _wrong(place, "json.null", "is null", "leave the field out, or send a value")
    if field.is_repeated:
        if not isinstance(value, list):
            raise _wrong(place, "json.array", "is not a JSON array", "send an array")
        some = getattr(message, field.name)
        for index, each in enumerate(value):
            if field.message_type is not None:
                _fill(some.add(), each, _Step(place, index))
            else:
                some.append(_scalar(field, each, _Step(place, index)))
    elif field.message_type is not None:
        part = getattr(message, field.name)
        part.SetInParent()
        _fill(part, value, place)
    else:
        setattr(message, field.name, _scalar(field, value, place))


def _scalar(field: FieldDescriptor, value: object, place: _Step) -> object:
    if field.cpp_type in _IN_STRINGS:
        return _digits(value, _RANGES[field.cpp_type], place)
    if field.cpp_type in _RANGES:
        return _number(value, _RANGES[field.cpp_type], place)
    if field.enum_type is not None:
        return _enum(field.enum_type, value, place)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes(value, place)
    return _BY_TYPE[field.type](value, place)


def _string(value: object, place: _Step) -> str:
    if not isinstance(value, str) or _SURROGATE.search(value):
        raise _wrong(place, "json.string", "is not a string of Unicode characters", "send a string")
    return value


def _bool(value: object, place: _Step) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, "json.bool", "is neither true nor false", "send true or false")
    return value


_BY_TYPE: Final[Mapping[int, Callable[[object, _Step], object]]] = {
    FieldDescriptor.TYPE_STRING: _string,
    FieldDescriptor.TYPE_BOOL: _bool,
}


def _number(value: object, allowed: range, place: _Step) -> int:
    """A JSON number without fraction."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value) and int(value) in allowed:
        return int(value)
    raise _not_whole("number", allowed, place)


def _digits(value: object, allowed: range, place: _Step) -> int:
    """The shortest decimal digits in a string."""
    if isinstance(value, str) and _DIGITS.fullmatch(value) and int(value) in allowed:
        return int(value)
    raise _not_whole("string of digits", allowed, place)


def _not_whole(form: str, allowed: range, place: _Step) -> Refusal:
    rule = f"is not a whole number from {allowed.start} to {allowed.stop - 1} as a {form}"
    return _wrong(place, "json.integer", rule, f"send a {form} in this range")


def _enum(kind: EnumDescriptor, value: object, place: _Step) -> int:
    """The number of a value's name. A number that has no name stands for itself, for validation to refuse."""
    if isinstance(value, str) and value in kind.values_by_name:
        return int(kind.values_by_name[value].number)
    if type(value) is int and value in _RANGES[FieldDescriptor.CPPTYPE_INT32] and value not in kind.values_by_number:
        return value
    names = ", ".join(each.name for each in kind.values)
    raise _wrong(place, "json.enum", "is not the name of a value", f"send one of {names}")


def _bytes(value: object, place: _Step) -> bytes:
    """Base64 with the standard alphabet and its padding, unused bits zero."""
    if isinstance(value, str):
        with suppress(ValueError):
            octets = base64.b64decode(value, validate=True)
            if base64.b64encode(octets).decode() == value:
                return octets
    raise _wrong(
        place,
        "json.base64",
        "is not base64 with the standard alphabet and padding",
        "send the bytes in base64, with + and /, filled up with = to four characters",
    )


def _fill_well_known(message: Any, content: object, place: _Place) -> None:
    form = _WELL_KNOWN[message.DESCRIPTOR.full_name]
    try:
        if not isinstance(content, str) or not form.fullmatch(content):
            raise ValueError(form.pattern)
        message.FromJsonString(content)
    except (ValueError, OverflowError):
        example = "2026-10-07T10:00:00+09:00" if message.DESCRIPTOR.name == "Timestamp" else "1.5s"
        rule = f"json.{message.DESCRIPTOR.name.lower()}"
        raise _wrong(place, rule, f"is not a {message.DESCRIPTOR.name} of proto3 JSON", f"write {example}") from None


def _unknown_field(message: Message, key: str, place: _Place) -> Refusal:
    original: Any = message.DESCRIPTOR.fields_by_name.get(key)
    if original is not None:
        here = _Step(place, original)
        return _wrong(here, "json.field_name", "is named as in the proto", f"write {original.json_name}")
    names = ", ".join(field.json_name for field in message.DESCRIPTOR.fields) or "no fields"
    return _wrong(place, "json.unknown_field", "has a field that is not known", f"this message has {names}")


def _wrong(place: _Place, rule: str, message: str, remedy: str) -> Refusal:
    if place is None:
        return invalid("", rule, f"the request {message}", remedy)
    field, json_path = place.written(lambda step: step.name), place.written(lambda step: step.json_name)
    return invalid(field, rule, f"this field {message}", remedy, json_path=json_path)
