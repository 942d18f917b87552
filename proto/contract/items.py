"""The table of printed items: for each certificate its fields, where they stand in JSON, their rules, their source."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from contract.image import Image
from contract.rules import Schema
from contract.schema import field_schema, is_map, needed_fields, not_expressible

DOCUMENT, ONEOF, PATH = "kofu.v1.Document", "items", "document"
WORDS = "kofu/v1/common.proto"
"""Messages of this file (dates) are values of an item; those of others hold items of their own."""

Row = dict[str, str]


def rows(image: Image) -> list[Row]:
    """Every item of every certificate, in the order of the protos."""
    found: list[Row] = []
    for field in image.message(DOCUMENT).oneofs_by_name[ONEOF].fields:
        assert field.message_type is not None
        found += _below(image, field.message_type, field.name, f"{PATH}.{field.json_name}")
    return found


def _below(image: Image, message: Descriptor, certificate: str, path: str) -> Iterator[Row]:
    needed = needed_fields(image, message)
    for field in message.fields:
        here = f"{path}.{field.json_name}{'[]' if field.is_repeated and not is_map(field) else ''}"
        text = image.text(field.full_name)
        yield {
            "certificate": certificate,
            "ja": text.ja.removesuffix("。"),
            "en": text.en,
            "json_path": here,
            "field": field.full_name,
            "type": type_name(field),
            "rules": "; ".join(_rules(image, field, field.name in needed)),
            "source": text.source or image.text(message.full_name).source or "",
        }
        nested = field.message_type
        if nested is not None and nested.full_name.startswith("kofu.") and nested.file.name != WORDS:
            yield from _below(image, nested, certificate, here)


def type_name(field: FieldDescriptor) -> str:
    """The field's type as the proto writes it."""
    declared: Any = field.message_type or field.enum_type
    name = TYPES[field.type] if declared is None else declared.full_name
    return f"repeated {name}" if field.is_repeated and not is_map(field) else name


TYPES: dict[int, str] = {
    getattr(FieldDescriptor, name): name.removeprefix("TYPE_").lower()
    for name in dir(FieldDescriptor)
    if name.startswith("TYPE_")
}


def _rules(image: Image, field: FieldDescriptor, needed: bool) -> Iterator[str]:
    message = field.containing_type
    assert message is not None
    if needed:
        yield "required"
    if oneof := field.containing_oneof:
        required = image.rules(f"{message.full_name}.{oneof.name}", "oneof").required
        others = ", ".join(other.json_name for other in oneof.fields if other is not field and other != field)
        yield f"{'exactly' if required else 'at most'} one of this and {others}"
    schema = field_schema(image, field, str)
    yield from words(schema, image, field)
    if "items" in schema:
        yield from (f"each {one}" for one in words(schema["items"], image, field))
    for one in not_expressible(image, message):
        if one.field == field.name:
            yield one.lost.text


def words(schema: Schema, image: Image, field: FieldDescriptor) -> Iterator[str]:
    """The keywords of one field as a reader says them."""
    if "anyOf" in schema and "const" in schema["anyOf"][0]:
        yield "empty, or: " + ", ".join(words(schema["anyOf"][1], image, field))
        return
    if schema.get("contentEncoding"):
        yield from _bytes(image.field_rules(field).bytes)
        return
    if "const" in schema:
        yield f"always {str(schema['const']).lower()}"
    if "x-kofu-enum" in schema:
        yield f"a name of {schema['x-kofu-enum'].rpartition('.')[2]}"
    elif "enum" in schema:
        yield "one of " + ", ".join(str(value) or "(empty)" for value in schema["enum"])
    if span := _span(schema.get("minLength"), schema.get("maxLength"), "characters"):
        yield span
    if span := _span(schema.get("minItems"), schema.get("maxItems"), "entries"):
        yield span
    if schema.get("uniqueItems"):
        yield "no entry twice"
    if "x-kofu-minimum" in schema:
        yield f"{schema['x-kofu-minimum']} to {schema['x-kofu-maximum']}, a decimal string"
    elif "pattern" in schema:
        yield f"matches {schema['pattern']}"
    if "minimum" in schema:
        yield f"{schema['minimum']} to {schema['maximum']}"
    for other in schema.get("allOf", []):
        if "pattern" in other:
            yield f"matches {other['pattern']}"
        if "pattern" in other.get("not", {}):
            yield f"nowhere matches {other['not']['pattern']}"


def _bytes(stated: Any) -> Iterator[str]:
    yield "base64"
    least, most = (stated.len, stated.len) if stated.len else (stated.min_len, stated.max_len)
    if span := _span(least or None, most or None, "bytes"):
        yield span
    if stated.prefix:
        yield f"begins with the bytes {stated.prefix.hex(' ')}"


def _span(low: int | None, high: int | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if low == high:
        return f"{low} {unit}"
    if high is None:
        return f"at least {low} {unit}"
    return f"{low} to {high} {unit}" if low else f"at most {high} {unit}"


def markdown(image: Image, found: list[Row]) -> str:
    """The rows as tables, one a certificate."""
    lines = [
        "# 記載項目 / Printed items",
        "",
        "証明書に記載する項目ごとに、JSONでの位置、プロトの項目、規則、出典を示す。",
        "For each item that a certificate prints: where it stands in JSON, its proto field, its rules, its source.",
        "`kofu.v1.CivilDate` and `kofu.v1.RecordedDate` are dates; what may be left out has no `required`.",
        "Generated by proto/generate.py. Do not edit.",
    ]
    for field in image.message(DOCUMENT).oneofs_by_name[ONEOF].fields:
        text = image.text(field.full_name)
        lines += ["", f"## {text.ja.removesuffix('。')} / {text.en}", ""]
        lines += ["| 項目 | item | JSON | field | type | rules | source |", "|---|---|---|---|---|---|---|"]
        for row in found:
            if row["certificate"] == field.name:
                cells = [row["ja"], row["en"], f"`{row['json_path']}`", f"`{row['field']}`", f"`{row['type']}`"]
                lines.append("| " + " | ".join([*cells, _cell(row["rules"]), row["source"]]) + " |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
