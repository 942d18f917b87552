"""Strict reading of proto3 JSON: what is not understood is refused, with the field and the rule named. [3.2.6]

Stricter than protobuf's own reader: fields have their lowerCamelCase names alone, no key stands twice, numbers are
ASCII digits in range, base64 is whole, and the members of one oneof exclude each other. Paths in refusals are written
with the proto's names, as validation writes them. Refusals never quote the body, so a key that is not known is not
named; the message that holds it is, and what it knows.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, NoReturn, cast

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from kofu_reference.runtime.guard import Unreadable, invalid
from kofu_reference.runtime.refusal import Refusal

DEEPEST: Final = 64
"""How deep arrays and objects may lie in each other; no message of the interfaces comes near."""

_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|([\[{])|[\]}]', re.DOTALL)
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,19})")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_WELL_KNOWN: Final[Mapping[str, re.Pattern[str]]] = {
    "google.protobuf.Timestamp": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
    ),
    "google.protobuf.Duration": re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?s"),
}
_RANGES: Final[Mapping[int, range]] = {
    FieldDescriptor.CPPTYPE_INT32: range(-(2**31), 2**31),
    FieldDescriptor.CPPTYPE_INT64: range(-(2**63), 2**63),
    FieldDescriptor.CPPTYPE_UINT32: range(2**32),
    FieldDescriptor.CPPTYPE_UINT64: range(2**64),
}


def read(body: bytes, message: type[Message]) -> Message | Unreadable:
    """The message that a body says, or what is wrong with it."""
    try:
        request = message()
        _fill(request, _content(body), "")
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


def _fill(message: Message, content: object, path: str) -> None:
    """Sets a message from what stands for it in JSON."""
    kind = message.DESCRIPTOR.full_name
    if kind in _WELL_KNOWN:
        _fill_well_known(message, content, path)
        return
    if not isinstance(content, dict):
        raise _wrong(path, "json.object", "is not a JSON object", "send an object with the message's fields")
    known: dict[str, Any] = {field.json_name: field for field in message.DESCRIPTOR.fields}
    chosen: set[str] = set()
    for key, value in content.items():
        field = known.get(key)
        if field is None:
            raise _unknown_field(message, key, path)
        if value is None:
            continue  # proto3 JSON: as if it were not there
        place = f"{path}.{field.name}" if path else field.name
        if field.containing_oneof is not None:
            if field.containing_oneof.name in chosen:
                raise _wrong(place, "json.oneof", "excludes another field that is there", "send one of them")
            chosen.add(field.containing_oneof.name)
        _set(message, field, value, place)


def _set(message: Message, field: FieldDescriptor, value: object, place: str) -> None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        raise NotImplementedError(f"{field.full_name}: requests have no maps so far")
    if field.is_repeated:
        if not isinstance(value, list):
            raise _wrong(place, "json.array", "is not a JSON array", "send an array")
        some = getattr(message, field.name)
        for index, each in enumerate(value):
            if field.message_type is not None:
                _fill(some.add(), each, f"{place}[{index}]")
            else:
                some.append(_scalar(field, each, f"{place}[{index}]"))
    elif field.message_type is not None:
        part = getattr(message, field.name)
        part.SetInParent()
        _fill(part, value, place)
    else:
        setattr(message, field.name, _scalar(field, value, place))


def _scalar(field: FieldDescriptor, value: object, place: str) -> object:
    if field.cpp_type in _RANGES:
        return _integer(value, _RANGES[field.cpp_type], place)
    if field.enum_type is not None:
        return _enum(field.enum_type, value, place)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes(value, place)
    return _BY_TYPE[field.type](value, place)


def _string(value: object, place: str) -> str:
    if not isinstance(value, str) or _SURROGATE.search(value):
        raise _wrong(place, "json.string", "is not a string of Unicode characters", "send a string")
    return value


def _bool(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, "json.bool", "is neither true nor false", "send true or false")
    return value


_BY_TYPE: Final[Mapping[int, Callable[[object, str], object]]] = {
    FieldDescriptor.TYPE_STRING: _string,
    FieldDescriptor.TYPE_BOOL: _bool,
}


def _integer(value: object, allowed: range, place: str) -> int:
    """A number without fraction, or its decimal digits in a string, as 64 bits are written."""
    digits = isinstance(value, str) and _INTEGER.fullmatch(value)
    plain = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    number = int(cast("Any", value)) if digits or plain else None
    if number is None or number not in allowed:
        rule = f"is not a whole number from {allowed.start} to {allowed.stop - 1}"
        raise _wrong(place, "json.integer", rule, "send a number in this range")
    return number


def _enum(kind: EnumDescriptor, value: object, place: str) -> int:
    """The number of a value's name. A number is taken as it is; whether it is defined, validation decides."""
    if isinstance(value, str) and value in kind.values_by_name:
        return int(kind.values_by_name[value].number)
    if isinstance(value, str):
        names = ", ".join(each.name for each in kind.values)
        raise _wrong(place, "json.enum", "is not the name of a value", f"send one of {names}")
    return _integer(value, _RANGES[FieldDescriptor.CPPTYPE_INT32], place)


def _bytes(value: object, place: str) -> bytes:
    """Base64 in either alphabet, with its padding or without any."""
    if isinstance(value, str) and _BASE64.fullmatch(value):
        digits = value.replace("-", "+").replace("_", "/")
        if "=" not in digits:
            digits += "=" * (-len(digits) % 4)
        with suppress(binascii.Error):
            if len(digits) % 4 == 0:
                return base64.b64decode(digits)
    raise _wrong(place, "json.base64", "is not base64", "send the bytes in base64")


def _fill_well_known(message: Any, content: object, path: str) -> None:
    form = _WELL_KNOWN[message.DESCRIPTOR.full_name]
    try:
        if not isinstance(content, str) or not form.fullmatch(content):
            raise ValueError(form.pattern)
        message.FromJsonString(content)
    except (ValueError, OverflowError):
        example = "2026-10-07T10:00:00+09:00" if message.DESCRIPTOR.name == "Timestamp" else "1.5s"
        rule = f"json.{message.DESCRIPTOR.name.lower()}"
        raise _wrong(path, rule, f"is not a {message.DESCRIPTOR.name} of proto3 JSON", f"write {example}") from None


def _unknown_field(message: Message, key: str, path: str) -> Refusal:
    original = message.DESCRIPTOR.fields_by_name.get(key)
    if original is not None:
        place = f"{path}.{original.name}" if path else original.name
        return _wrong(place, "json.field_name", "is named as in the proto", f"write {original.json_name}")
    names = ", ".join(field.json_name for field in message.DESCRIPTOR.fields) or "no fields"
    return _wrong(path, "json.unknown_field", "has a field that is not known", f"this message has {names}")


def _wrong(path: str, rule: str, message: str, remedy: str) -> Refusal:
    return invalid(path, rule, f"{'this field' if path else 'the request'} {message}", remedy)
