"""One valid example of every message, the same at every run: what its rules need, and little more."""

import base64
import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from jsonschema import Draft202012Validator

from contract import example_values, rules
from contract.image import Image
from contract.schema import field_schema, is_map, needed_fields

FORMATS = {"date-time": "2026-10-07T01:00:00Z"}
DURATION = "1s"
ALWAYS_SHOWN = example_values.SHOWN | example_values.BY_FIELD.keys()


class NoExample(Exception):
    """No valid example came out. The message names what refuses it and where to add a value."""


def example(image: Image, message: Descriptor) -> dict[str, Any]:
    """A valid example in proto3 JSON. Raises `NoExample` where protovalidate refuses what came out."""
    members = example_values.MEMBER | example_values.INSIDE.get(message.full_name, {})
    value = _example(image, message, members)
    parsed = json_format.ParseDict(value, image.message_class(message.full_name)())
    if violations := image.violations(parsed):
        why = "; ".join(violation.proto.message or violation.proto.rule_id for violation in violations)
        raise NoExample(f"{message.full_name}: {why}; add a value to proto/contract/example_values.py")
    return value


def _example(image: Image, message: Descriptor, members: dict[str, str]) -> dict[str, Any]:
    chosen = _chosen_members(image, message, members)
    needed = needed_fields(image, message)
    value: dict[str, Any] = {}
    for field in message.fields:
        shown = field.name in needed or field.full_name in ALWAYS_SHOWN
        if chosen.get(field.name, shown):
            value[field.json_name] = _of_field(image, field, members)
    return value


def _chosen_members(image: Image, message: Descriptor, members: dict[str, str]) -> dict[str, bool]:
    """Whether each member of a `oneof` is shown: the first, or the one named, of a required one."""
    chosen: dict[str, bool] = {}
    for oneof in message.oneofs:
        name = f"{message.full_name}.{oneof.name}"
        wanted = members.get(name)
        if wanted is None and image.rules(name, "oneof").required:
            wanted = oneof.fields[0].name
        chosen |= {field.name: field.name == wanted for field in oneof.fields if not oneof.name.startswith("_")}
    return chosen


def _of_field(image: Image, field: FieldDescriptor, members: dict[str, str]) -> Any:
    if field.full_name in example_values.BY_FIELD:
        return example_values.BY_FIELD[field.full_name]
    if field.full_name in example_values.KIND_OF:
        assert field.containing_type is not None
        return _kind(field, _chosen_members(image, field.containing_type, members))
    schema = field_schema(image, field, str)
    if is_map(field):
        return {}
    if field.is_repeated:
        count = max(1, schema.get("minItems", 1))
        each = [_single(image, field, schema["items"], members) for _ in range(count)]
        return [one + place if isinstance(one, int) else one for place, one in enumerate(each)]
    return _single(image, field, schema, members)


def _single(image: Image, field: FieldDescriptor, schema: rules.Schema, members: dict[str, str]) -> Any:
    by_name = example_values.BY_NAME.get(field.name, example_values.BY_NAME.get(field.name.removesuffix("s")))
    if field.message_type is not None and "$ref" in schema:
        known = {one.json_name for one in field.message_type.fields}
        fits = isinstance(by_name, dict) and by_name.keys() <= known
        return by_name if fits else _example(image, field.message_type, members)
    if by_name is not None and Draft202012Validator(schema).is_valid(by_name):
        return by_name
    return least(schema)


def _kind(field: FieldDescriptor, chosen: dict[str, bool]) -> str:
    """The enum's name for the member of the `oneof` that is shown."""
    assert field.enum_type is not None
    member = next(name for name, shown in chosen.items() if shown)
    return next(name for name in field.enum_type.values_by_name if name.endswith(f"_{member.upper()}"))


def least(schema: rules.Schema) -> Any:
    """The least value that a schema of a scalar allows, as far as its keywords tell; not zero where it may be more."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "x-kofu-minimum" in schema:
        return str(_at_least_one(int(schema["x-kofu-minimum"]), int(schema["x-kofu-maximum"])))
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    match schema.get("type"):
        case "integer":
            return _at_least_one(schema["minimum"], schema["maximum"])
        case "number":
            return schema.get("minimum", 1.0)
        case "boolean":
            return True
    if schema.get("contentEncoding") == "base64":
        return _bytes(schema)
    return _string(schema)


def _at_least_one(low: int, high: int) -> int:
    return min(max(low, 1), high)


def _bytes(schema: rules.Schema) -> str:
    """The prefix and zero bytes, as few as the schema allows, at least one."""
    prefix = bytes.fromhex(schema.get("x-kofu-prefix", ""))
    fewest = max(1, schema.get("minLength", 0) // 4 * 3 - 2)
    encoded = (base64.b64encode(prefix.ljust(size, b"\0")).decode() for size in range(fewest, fewest + 4))
    return str(next(one for one in encoded if Draft202012Validator(schema).is_valid(one)))


def _string(schema: rules.Schema) -> str:
    found = [one["pattern"] for one in schema.get("allOf", []) if "pattern" in one]
    pattern = schema.get("pattern") or (found[0] if found else "")
    if Draft202012Validator(schema).is_valid(DURATION) and "s$" in pattern:
        return DURATION
    text: str = matching(pattern)
    return text + "x" * (max(1, int(schema.get("minLength", 0))) - len(text))


def matching(pattern: str) -> str:
    """A shortest text that a regular expression matches, its classes by their first member."""
    return "".join(_piece(code, argument) for code, argument in _parser.parse(pattern))


def _piece(code: Any, argument: Any) -> str:
    match code:
        case op.LITERAL:
            return chr(int(argument))
        case op.ANY:
            return "x"
        case op.IN:
            first, value = argument[0]
            if first is op.NEGATE:
                return next(one for one in "xy0あ" if re.match(_class(argument), one))
            return chr(int(value[0] if first is op.RANGE else value))
        case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
            low, _, body = argument
            return "".join(_piece(*one) for one in body) * int(low)
        case op.SUBPATTERN:
            return "".join(_piece(*one) for one in argument[-1])
        case op.BRANCH:
            return "".join(_piece(*one) for one in argument[1][0])
        case op.AT | op.ASSERT | op.ASSERT_NOT:
            return ""
    raise NoExample(f"no text for {code} of a pattern; add a value to proto/contract/example_values.py")


def _class(members: Any) -> str:
    ranges = (value if kind is op.RANGE else (value, value) for kind, value in members[1:])
    return f"[^{''.join(f'{re.escape(chr(low))}-{re.escape(chr(high))}' for low, high in ranges)}]"
