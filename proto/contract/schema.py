"""JSON Schema 2020-12 of a message: its proto3 JSON form, lowerCamelCase, and its `buf.validate` rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, OneofDescriptor

from contract import rules
from contract.image import Image
from contract.rules import Lost, Schema, Translated

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://kofu.invalid/schemas/"
IGNORE_IF_ZERO_VALUE, IGNORE_ALWAYS = 1, 3  # buf.validate.Ignore

Reference = Callable[[str], str]


@dataclass(frozen=True)
class NotExpressible:
    """One rule of one message (and field, where it is a field's) that its JSON Schema does not say."""

    message: str
    field: str | None
    lost: Lost

    def row(self) -> dict[str, str | None]:
        return {
            "message": self.message,
            "field": self.field,
            "rule": self.lost.rule,
            "text": self.lost.text,
            "expression": self.lost.expression,
        }

    def inline(self) -> dict[str, str]:
        named = {"field": self.field} if self.field else {}
        return {"id": self.lost.rule, **named, "message": self.lost.text}


def file_name(full_name: str) -> str:
    return f"{full_name}.schema.json"


def schema_file(image: Image, message: Descriptor) -> Schema:
    """The schema of one message as a file of its own, `$ref`s relative to its `$id`."""
    name = file_name(message.full_name)
    return {"$schema": DIALECT, "$id": BASE + name, **message_schema(image, message, file_name)}


def message_schema(image: Image, message: Descriptor, reference: Reference) -> Schema:
    """The schema of one message. `reference` gives the `$ref` of another by its full name."""
    text = image.text(message.full_name)
    schema: Schema = {"title": message.name}
    if text.both:
        schema["description"] = text.both
    if text.source:
        schema["x-kofu-source"] = text.source
    schema["type"] = "object"
    schema["properties"] = {field.json_name: field_schema(image, field, reference) for field in message.fields}
    if needed := needed_fields(image, message):
        schema["required"] = [field.json_name for field in message.fields if field.name in needed]
    schema["additionalProperties"] = False
    choices = list(_choices(image, message))
    if len(choices) == 1:
        schema.update(choices[0])
    elif choices:
        schema["allOf"] = choices
    if unsaid := [one.inline() for one in not_expressible(image, message)]:
        schema["x-kofu-rules"] = unsaid
    return schema


def not_expressible(image: Image, message: Descriptor) -> Iterator[NotExpressible]:
    """What protovalidate refuses and this message's schema accepts."""
    for field in message.fields:
        for lost in _typed(image, field, str).lost:
            yield NotExpressible(message.full_name, field.name, lost)
    stated = image.rules(message.full_name, "message")
    for lost in rules.cel(stated):
        yield NotExpressible(message.full_name, None, lost)
    for oneof in stated.oneof:
        if any(not message.fields_by_name[name].has_presence for name in oneof.fields):
            text = f"{'exactly' if oneof.required else 'at most'} one of {', '.join(oneof.fields)}"
            yield NotExpressible(message.full_name, None, Lost("message.oneof", text, ""))


def needed_fields(image: Image, message: Descriptor) -> set[str]:
    """Fields that may not be left out, for proto3 JSON leaves out zero values: what an empty message is refused for."""
    violations = image.violations(image.message_class(message.full_name)())
    fields = (violation.proto.field for violation in violations)
    return {field.elements[0].field_name for field in fields if field is not None} & set(message.fields_by_name)


def field_schema(image: Image, field: FieldDescriptor, reference: Reference) -> Schema:
    text = image.text(field.full_name)
    schema: Schema = {"description": text.both} if text.both else {}
    if text.source:
        schema["x-kofu-source"] = text.source
    return schema | _typed(image, field, reference).schema


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _choices(image: Image, message: Descriptor) -> Iterator[Schema]:
    """One of the members of each `oneof`: exactly one where it is required, else at most one."""
    for oneof in message.oneofs:
        if not _is_optional_field(oneof):
            required = image.rules(f"{message.full_name}.{oneof.name}", "oneof").required
            yield _one_of([field.json_name for field in oneof.fields], required)
    for rule in image.rules(message.full_name, "message").oneof:
        fields = [message.fields_by_name[name] for name in rule.fields]
        if all(field.has_presence for field in fields):
            yield _one_of([field.json_name for field in fields], rule.required)


def _one_of(names: list[str], required: bool) -> Schema:
    each: list[Schema] = [{"required": [name]} for name in names]
    return {"oneOf": each if required else [*each, {"not": {"anyOf": each}}]}


def _is_optional_field(oneof: OneofDescriptor) -> bool:
    """Whether protoc made this oneof for one `optional` field."""
    return len(oneof.fields) == 1 and oneof.name == f"_{oneof.fields[0].name}"


def _typed(image: Image, field: FieldDescriptor, reference: Reference) -> Translated:
    stated = image.field_rules(field)
    if stated.ignore == IGNORE_ALWAYS:
        stated = type(stated)()
    if is_map(field):
        translated = _map(image, field, stated, reference)
    elif field.is_repeated:
        translated = _list(image, field, stated, reference)
    else:
        translated = _single(image, field, stated, reference)
    if field.is_repeated:
        translated.lost += rules.cel(stated)
    zero = _zero(field)
    if stated.ignore == IGNORE_IF_ZERO_VALUE and field.message_type is None and not field.is_repeated:
        translated.schema = {"anyOf": [zero, translated.schema]}
    elif stated.required and not field.has_presence:
        _not_empty(field, translated.schema, zero)
    return translated


def _zero(field: FieldDescriptor) -> Schema:
    """The zero value of a scalar, in JSON."""
    if field.enum_type is not None:
        return {"const": field.enum_type.values_by_number[0].name}
    if field.type in rules.INTEGERS:
        return {"const": "0" if rules.INTEGERS[field.type][0].endswith("64") else 0}
    return {"const": False if field.type == FieldDescriptor.TYPE_BOOL else field.default_value or ""}


def _not_empty(field: FieldDescriptor, schema: Schema, zero: Schema) -> None:
    """`required` on a field that can't be absent: it may not have its zero value."""
    if field.is_repeated:
        keyword = "minProperties" if is_map(field) else "minItems"
        schema[keyword] = max(1, schema.get(keyword, 0))
    elif field.enum_type is not None:
        schema["enum"] = [name for name in schema["enum"] if field.enum_type.values_by_name[name].number]
    else:
        schema.setdefault("allOf", []).append({"not": zero})


def _list(image: Image, field: FieldDescriptor, stated: Any, reference: Reference) -> Translated:
    said = rules.stated(stated.repeated)
    items = said.pop("items", type(stated)())
    each = _single(image, field, items, reference)
    schema: Schema = {"type": "array", "items": each.schema}
    for name, keyword in (("min_items", "minItems"), ("max_items", "maxItems")):
        if name in said:
            schema[keyword] = said.pop(name)
    if said.pop("unique", False):
        schema["uniqueItems"] = True
    return Translated(schema, [*each.lost, *rules.lost("repeated", said)])


def _map(image: Image, field: FieldDescriptor, stated: Any, reference: Reference) -> Translated:
    said = rules.stated(stated.map)
    assert field.message_type is not None
    entry = field.message_type.fields_by_name
    of_keys, of_values = (said.pop(name, type(stated)()) for name in ("keys", "values"))
    keys = _single(image, entry["key"], of_keys, reference)
    values = _single(image, entry["value"], of_values, reference)
    schema: Schema = {"type": "object", "additionalProperties": values.schema}
    if entry["key"].type != FieldDescriptor.TYPE_STRING or keys.schema.keys() - {"type"}:
        schema["propertyNames"] = keys.schema
    for name, keyword in (("min_pairs", "minProperties"), ("max_pairs", "maxProperties")):
        if name in said:
            schema[keyword] = said.pop(name)
    return Translated(schema, [*keys.lost, *values.lost, *rules.lost("map", said)])


def _single(image: Image, field: FieldDescriptor, stated: Any, reference: Reference) -> Translated:
    """One value of the field's type, with its standard rules, the predefined ones and its CEL rules."""
    translated = _standard(image, field, stated, reference)
    expressions = list(rules.cel(stated))
    for _, typed in stated.ListFields():
        if hasattr(typed, "ListFields"):
            for name, value in rules.predefined(typed).items():
                if value is not False:
                    expressions += rules.cel(image.rules(name, "predefined"))
    translated.lost += [one for one in expressions if not rules.add_expression(translated.schema, one)]
    return translated


def _standard(image: Image, field: FieldDescriptor, stated: Any, reference: Reference) -> Translated:
    if field.message_type is not None:
        match field.message_type.full_name:
            case "google.protobuf.Timestamp":
                return rules.timestamp(stated.timestamp)
            case "google.protobuf.Duration":
                return rules.duration(stated.duration)
            case name:
                return Translated({"$ref": reference(name)})
    if field.enum_type is not None:
        return _enum(image, field, stated)
    if field.type in rules.INTEGERS:
        return rules.integer(field.type, getattr(stated, rules.INTEGERS[field.type][0]))
    match field.type:
        case FieldDescriptor.TYPE_STRING:
            return rules.string(stated.string)
        case FieldDescriptor.TYPE_BYTES:
            return rules.binary(stated.bytes)
        case FieldDescriptor.TYPE_BOOL:
            return rules.boolean(stated.bool)
        case FieldDescriptor.TYPE_DOUBLE:
            return rules.floating("double", stated.double)
        case _:
            return rules.floating("float", stated.float)


def _enum(image: Image, field: FieldDescriptor, stated: Any) -> Translated:
    assert field.enum_type is not None
    names = {value.number: value.name for value in field.enum_type.values}
    translated = rules.enumeration(names, stated.enum)
    of_enum = field.enum_type.full_name
    texts = {name: image.text(f"{of_enum}.{name}").both for name in translated.schema["enum"]}
    translated.schema["x-kofu-enum"] = of_enum
    if any(texts.values()):
        translated.schema["x-kofu-values"] = texts
    return translated
