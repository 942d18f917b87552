"""`buf.validate` rules as JSON Schema keywords. What has no keyword is handed back as `Lost`, never dropped."""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from contract import patterns

Schema = dict[str, Any]

UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
TRIMMED_UUID = "^[0-9a-fA-F]{32}$"
MARGINAL = {"example"}  # says nothing about what is valid
MATCHES = re.compile(r"(?:!rule \|\| )?(?P<not>!?)this\.matches\(r'(?P<pattern>[^']*)'\)(?P<more> && .*)?$", re.DOTALL)
"""A CEL rule that is one regular expression, or one and something more."""
NANOS_IN_SECOND = 10**9

INTEGERS: dict[int, tuple[str, int, int]] = {
    FieldDescriptor.TYPE_INT32: ("int32", -(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_SINT32: ("sint32", -(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_SFIXED32: ("sfixed32", -(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_UINT32: ("uint32", 0, 2**32 - 1),
    FieldDescriptor.TYPE_FIXED32: ("fixed32", 0, 2**32 - 1),
    FieldDescriptor.TYPE_INT64: ("int64", -(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_SINT64: ("sint64", -(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_SFIXED64: ("sfixed64", -(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_UINT64: ("uint64", 0, 2**64 - 1),
    FieldDescriptor.TYPE_FIXED64: ("fixed64", 0, 2**64 - 1),
}


@dataclass(frozen=True)
class Lost:
    """A rule that JSON Schema can't say: its id, what it says, and its expression."""

    rule: str
    text: str
    expression: str


@dataclass
class Translated:
    """A schema and what it could not say."""

    schema: Schema
    lost: list[Lost] = field(default_factory=list)


def stated(rules: Any) -> dict[str, Any]:
    """The rules that are set, by name; without those that are declared elsewhere (`predefined`)."""
    standard = ((descriptor, value) for descriptor, value in rules.ListFields() if not descriptor.is_extension)
    return {descriptor.name: value for descriptor, value in standard if descriptor.name not in MARGINAL}


def predefined(rules: Any) -> dict[str, Any]:
    """The rules set that extend `buf.validate`, by full name."""
    return {descriptor.full_name: value for descriptor, value in rules.ListFields() if descriptor.is_extension}


def add_expression(schema: Schema, one: Lost) -> bool:
    """Adds what a CEL rule says by one regular expression. True where that is all that it says."""
    match = MATCHES.match(one.expression)
    pattern = patterns.ecma(match["pattern"]) if match else None
    if match is None or pattern is None or re.search(r"\|\||\?", _outside_brackets(match["more"] or "")):
        return False
    said: Schema = {"not": {"pattern": pattern}} if match["not"] else {"pattern": pattern}
    schema.setdefault("allOf", []).append(said)
    return not match["more"]


def cel(rules: Any) -> Iterator[Lost]:
    """The CEL rules of a message or field."""
    for rule in rules.cel:
        yield Lost(rule.id, rule.message, rule.expression)
    for expression in getattr(rules, "cel_expression", ()):  # predefined rules have none
        yield Lost(expression, "", expression)


def lost(prefix: str, rules: dict[str, Any]) -> list[Lost]:
    """What stays of typed rules after translation, each as one line."""
    return [Lost(f"{prefix}.{name}", f"{name} = {_line(value)}", "") for name, value in rules.items()]


def string(rules: Any) -> Translated:
    said = stated(rules)
    schema: Schema = {"type": "string"}
    found: list[str] = []
    if "len" in said:
        schema["minLength"] = schema["maxLength"] = said.pop("len")
    for name, keyword in (("min_len", "minLength"), ("max_len", "maxLength")):
        if name in said:
            schema[keyword] = said.pop(name)
    if "pattern" in said:
        portable = patterns.ecma(said["pattern"])
        if portable is not None:
            found.append(portable)
            del said["pattern"]
    for name, form in (("uuid", UUID), ("tuuid", TRIMMED_UUID)):
        if said.get(name):
            del said[name]
            found.append(form)
            if name == "uuid":
                schema["format"] = "uuid"
    for name, form in (("prefix", "^{}"), ("suffix", "{}$"), ("contains", "{}")):
        if name in said:
            found.append(form.format(_literal(said.pop(name))))
    _add_patterns(schema, found)
    if "not_contains" in said:
        schema["not"] = {"pattern": _literal(said.pop("not_contains"))}
    _choices(schema, said, str)
    return Translated(schema, lost("string", said))


def binary(rules: Any) -> Translated:
    """Bytes as base64. Its length tells the number of bytes to three; the padding at the bound tells the rest."""
    said = stated(rules)
    schema: Schema = {"type": "string", "contentEncoding": "base64", "pattern": patterns.BASE64}
    least = most = said.pop("len", None)
    least, most = said.pop("min_len", least), said.pop("max_len", most)
    bounds: list[Schema] = []
    if least:
        schema["minLength"] = 4 * -(-least // 3)
        if ending := {0: "[^=]$", 1: None, 2: "[^=].$"}[least % 3]:
            bounds.append({"anyOf": [{"minLength": schema["minLength"] + 1}, {"pattern": ending}]})
    if most is not None:
        schema["maxLength"] = 4 * -(-most // 3)
        if ending := {0: None, 1: "==$", 2: "=$"}[most % 3]:
            bounds.append({"anyOf": [{"maxLength": schema["maxLength"] - 1}, {"pattern": ending}]})
    if "prefix" in said:
        schema["x-kofu-prefix"] = said["prefix"].hex()
        bounds.append({"pattern": patterns.base64_prefix(said.pop("prefix"))})
    if bounds:
        schema["allOf"] = bounds
    _choices(schema, said, lambda value: base64.b64encode(value).decode())
    return Translated(schema, lost("bytes", said))


def integer(kind: int, rules: Any) -> Translated:
    """A number for 32 bits, a decimal string for 64, with its range exact in both."""
    name, low, high = INTEGERS[kind]
    said = stated(rules)
    if _outside_in(said):  # a gap: allowed are the numbers outside it
        return Translated(_integer_schema(name, low, high), lost(name, said))
    low = max(low, said.pop("gte", low), said.pop("gt", low - 1) + 1)
    high = min(high, said.pop("lte", high), said.pop("lt", high + 1) - 1)
    schema = _integer_schema(name, low, high)
    _choices(schema, said, str if name.endswith("64") else int)
    return Translated(schema, lost(name, said))


def _integer_schema(name: str, low: int, high: int) -> Schema:
    if name.endswith("64"):
        pattern = f"^{patterns.decimal(low, high)}$"
        return {"type": "string", "pattern": pattern, "x-kofu-minimum": str(low), "x-kofu-maximum": str(high)}
    return {"type": "integer", "minimum": low, "maximum": high}


def floating(name: str, rules: Any) -> Translated:
    said = stated(rules)
    schema: Schema = {"type": "number"}
    if not _outside_in(said):
        for rule, keyword in (("gt", "exclusiveMinimum"), ("gte", "minimum")):
            if rule in said:
                schema[keyword] = said.pop(rule)
        for rule, keyword in (("lt", "exclusiveMaximum"), ("lte", "maximum")):
            if rule in said:
                schema[keyword] = said.pop(rule)
    _choices(schema, said, float)
    if not said.pop("finite", False) and not schema.keys() - {"type"}:
        schema = {"anyOf": [schema, {"enum": ["NaN", "Infinity", "-Infinity"]}]}
    return Translated(schema, lost(name, said))


def boolean(rules: Any) -> Translated:
    said = stated(rules)
    schema: Schema = {"type": "boolean"}
    if "const" in said:
        schema["const"] = said.pop("const")
    return Translated(schema, lost("bool", said))


def enumeration(names: dict[int, str], rules: Any) -> Translated:
    """Values by name. A name is always a defined one, so `defined_only` needs no keyword."""
    said = stated(rules)
    said.pop("defined_only", None)
    allowed = set(names)
    if "const" in said:
        allowed &= {said.pop("const")}
    if "in" in said:
        allowed &= set(said.pop("in"))
    allowed -= set(said.pop("not_in", ()))
    schema: Schema = {"type": "string", "enum": [name for number, name in names.items() if number in allowed]}
    return Translated(schema, lost("enum", said))


def timestamp(rules: Any) -> Translated:
    schema: Schema = {"type": "string", "format": "date-time", "pattern": patterns.TIMESTAMP}
    return Translated(schema, lost("timestamp", stated(rules)))


def duration(rules: Any) -> Translated:
    """Bounds of whole seconds, from zero up, become part of the pattern."""
    said = stated(rules)
    low, high = -patterns.DURATION_LIMIT_SECONDS, patterns.DURATION_LIMIT_SECONDS
    if not _outside_in({name: _nanos(value) for name, value in said.items() if name in ("gte", "lte")}):
        if "gte" in said and _whole(said["gte"]):
            low = said.pop("gte").seconds
        if "lte" in said and _whole(said["lte"]) and low >= 0:
            high = said.pop("lte").seconds
    return Translated({"type": "string", "pattern": patterns.duration(low, high)}, lost("duration", said))


def _choices(schema: Schema, said: dict[str, Any], encoded: Callable[[Any], Any]) -> None:
    if "const" in said:
        schema["const"] = encoded(said.pop("const"))
    if "in" in said:
        schema["enum"] = [encoded(value) for value in said.pop("in")]
    if "not_in" in said:
        forbidden = {"enum": [encoded(value) for value in said.pop("not_in")]}
        schema["not"] = {"anyOf": [schema["not"], forbidden]} if "not" in schema else forbidden


def _add_patterns(schema: Schema, found: list[str]) -> None:
    if len(found) == 1:
        schema["pattern"] = found[0]
    elif found:
        schema["allOf"] = [{"pattern": one} for one in found]


def _literal(text: str) -> str:
    return "".join(f"\\{one}" if one in r"\^$.*+?()[]{}|/" else one for one in text)


def _outside_in(said: dict[str, Any]) -> bool:
    """Whether the upper bound lies below the lower one, which for protovalidate means everything outside."""
    lower = said.get("gt", said.get("gte"))
    upper = said.get("lt", said.get("lte"))
    return lower is not None and upper is not None and upper < lower


def _outside_brackets(expression: str) -> str:
    while (shorter := re.sub(r"\([^()\[\]]*\)|\[[^()\[\]]*\]", "", expression)) != expression:
        expression = shorter
    return expression


def _nanos(value: Any) -> int:
    return int(value.seconds) * NANOS_IN_SECOND + int(value.nanos)


def _whole(value: Any) -> bool:
    return bool(value.nanos == 0 and value.seconds >= 0)


def _line(value: Any) -> str:
    return " ".join(str(value).split())
