"""The committed JSON Schemas: valid, complete, and of one mind with protovalidate."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import protovalidate
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from jsonschema import Draft202012Validator

from kofu.testing.v1 import control_pb2
from kofu.v1 import (
    alarm_pb2,
    attestation_pb2,
    center_pb2,
    counter_pb2,
    inquiry_pb2,
    issuing_pb2,
    koseki_pb2,
    maintenance_pb2,
)
from kofu_spec.contract import interfaces

MODULES = (
    alarm_pb2,
    attestation_pb2,
    center_pb2,
    control_pb2,
    counter_pb2,
    inquiry_pb2,
    issuing_pb2,
    koseki_pb2,
    maintenance_pb2,
)
NAMES = sorted(interfaces.schemas())
SECOND = jsonschema_rs.Registry([(schema["$id"], schema) for schema in interfaces.schemas().values()])


def rust_validator(full_name: str) -> Any:
    schema = interfaces.schemas()[full_name]
    return jsonschema_rs.Draft202012Validator(schema, registry=SECOND, validate_formats=True)


def descriptor(full_name: str) -> Descriptor:
    return control_pb2.DESCRIPTOR.pool.FindMessageTypeByName(full_name)


def example(full_name: str) -> dict[str, Any]:
    return json.loads(json.dumps(interfaces.schemas()[full_name]["examples"][0]))


def accepted_by_protovalidate(full_name: str, value: object) -> bool:
    message = json_format.ParseDict(value, GetMessageClass(descriptor(full_name))())
    try:
        return not protovalidate.collect_violations(message)
    except protovalidate.EvaluationError:  # a sum that overflows
        return False


def fields_refused(full_name: str, value: object) -> set[str]:
    """Names of the fields in which protovalidate finds something."""
    message = json_format.ParseDict(value, GetMessageClass(descriptor(full_name))())
    places = (violation.proto.field for violation in protovalidate.Validator().collect_violations(message))
    return {place.elements[0].field_name for place in places if place is not None}


def accepted(full_name: str, value: object) -> bool:
    """What the schema says; both validators have to say the same."""
    by_rust = rust_validator(full_name).is_valid(value)
    assert interfaces.validator(full_name).is_valid(value) == by_rust
    return by_rust


def messages_of(module: Any) -> Iterator[str]:
    """Messages of a file and of all files of ours that it imports."""
    waiting, seen = [module.DESCRIPTOR], set()
    while waiting:
        file = waiting.pop()
        if file.name in seen or not file.package.startswith("kofu."):
            continue
        seen.add(file.name)
        waiting += file.dependencies
        yield from (message.full_name for message in file.message_types_by_name.values())


def test_every_message_has_a_schema_and_no_schema_is_left_over() -> None:
    assert {name for module in MODULES for name in messages_of(module)} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_2020_12_and_finds_what_it_refers_to(name: str) -> None:
    Draft202012Validator.check_schema(interfaces.schemas()[name])
    assert rust_validator(name).is_valid(example(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_valid_for_protovalidate_and_both_validators(name: str) -> None:
    assert accepted(name, example(name))
    assert accepted_by_protovalidate(name, example(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_in_the_form_that_an_encoder_writes(name: str) -> None:
    message = json_format.ParseDict(example(name), GetMessageClass(descriptor(name))())
    assert json_format.MessageToDict(message) == example(name)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_and_the_source_stand_in_a_schema(name: str) -> None:
    schema = interfaces.schemas()[name]
    assert re.match(r"\d|P\.", schema["x-kofu-source"])
    for told in (schema, *schema["properties"].values()):
        japanese, english = told["description"].split("\n", 1)
        assert re.search(r"[ぁ-んァ-ヶ一-龥]", japanese)
        assert english[0].isascii()
        assert sum(letter.isascii() for letter in english) > 0.8 * len(english)


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_name_is_refused_and_the_proto_name_is_one(name: str) -> None:
    assert not accepted(name, example(name) | {"somethingElse": 1})
    for field in descriptor(name).fields:
        if field.name != field.json_name and field.json_name in example(name):
            value = example(name)
            value[field.name] = value.pop(field.json_name)
            assert not accepted(name, value)


@pytest.mark.parametrize("name", NAMES)
def test_a_field_is_required_where_protovalidate_refuses_its_zero_value(name: str) -> None:
    for field in descriptor(name).fields:
        if field.json_name not in example(name) or field.containing_oneof:
            continue
        value = example(name)
        del value[field.json_name]
        needed = field.json_name in interfaces.schemas()[name].get("required", [])
        assert accepted(name, value) != needed
        assert (field.name in fields_refused(name, value)) == needed, field.name


def with_oneofs() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        for oneof in descriptor(name).oneofs:
            if not oneof.name.startswith("_"):
                yield name, oneof.name


@pytest.mark.parametrize(("name", "oneof"), list(with_oneofs()))
def test_of_a_oneof_no_two_members_stand_together(name: str, oneof: str) -> None:
    fields = descriptor(name).oneofs_by_name[oneof].fields
    shown = next(field for field in fields if field.json_name in example(name))
    none = {key: value for key, value in example(name).items() if key != shown.json_name}
    assert not accepted(name, none)
    for field in fields:
        if field != shown and field.message_type is not None:
            assert not accepted(name, example(name) | {field.json_name: example(field.message_type.full_name)})


WRONG_FORMS: dict[int, list[object]] = {
    FieldDescriptor.TYPE_INT32: ["1", 1.5, True, None, 2**31, -(2**31) - 1],
    FieldDescriptor.TYPE_INT64: [1, "01", "+1", "1.0", " 1", "9223372036854775808", "-9223372036854775809", None],
    FieldDescriptor.TYPE_UINT64: [1, "-1", "01", "18446744073709551616", ""],
    FieldDescriptor.TYPE_BYTES: ["AAA", "A===", "AA-_", "AB==", "A A=", 0, None],
    FieldDescriptor.TYPE_BOOL: ["true", 1, 0, None],
    FieldDescriptor.TYPE_ENUM: [1, "1", "NO_SUCH_NAME", "", None],
    FieldDescriptor.TYPE_STRING: [1, True, None, []],
    FieldDescriptor.TYPE_MESSAGE: [None, 1, "", []],
}


@pytest.mark.parametrize("name", NAMES)
def test_another_form_of_a_value_is_refused(name: str) -> None:
    for field in descriptor(name).fields:
        wrong = WRONG_FORMS[field.type]
        if field.is_repeated:
            wrong = [[one] for one in wrong] + [None, "", 1]
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            wrong = [{"a": 1}, {"a": None}, [], "", None]
        for one in wrong:
            assert not accepted(name, example(name) | {field.json_name: one}), (field.name, one)


@pytest.mark.parametrize(
    ("instant", "good"),
    [
        ("2026-10-07T10:00:00Z", True),
        ("2026-10-07T10:00:00.123456789+09:00", True),
        ("2026-10-07T10:00:00.1234567891Z", False),
        ("2026-10-07 10:00:00Z", False),
        ("2026-10-07t10:00:00z", False),
        ("2026-10-07T10:00:00", False),
        ("2026-13-07T10:00:00Z", False),
        ("2026-10-07T24:00:00Z", False),
        ("0000-10-07T10:00:00Z", False),
    ],
)
def test_instants_are_rfc_3339_as_proto3_json_writes_it(instant: str, good: bool) -> None:
    name = "kofu.testing.v1.SetClockRequest"
    assert accepted(name, example(name) | {"instant": instant}) == good
    by_pattern_alone = jsonschema_rs.is_valid(interfaces.schemas()[name]["properties"]["instant"], instant)
    assert by_pattern_alone == good


@pytest.mark.parametrize(
    ("duration", "good"),
    [
        *((good, True) for good in ("1s", "0.000000001s", "315576000000s")),
        *((bad, False) for bad in ("315576000001s", "1", "1.0000000001s", "01s", "PT1S", ".5s", "1.s")),
    ],
)
def test_durations_are_seconds_with_s(duration: str, good: bool) -> None:
    name = "kofu.testing.v1.HoldRequest"
    schema = interfaces.schemas()[name]["properties"]["duration"]
    assert jsonschema_rs.is_valid(schema, duration) == good


def bounded_fields() -> Iterator[tuple[str, FieldDescriptor]]:
    for name in NAMES:
        for field in descriptor(name).fields:
            if field.json_name in example(name) and not field.is_repeated and field.message_type is None:
                yield name, field


def probes(field: FieldDescriptor, schema: dict[str, Any], value: Any) -> Iterator[Any]:
    """Values at and beyond the bounds that a schema states for a scalar."""
    for low_or_high in ("minimum", "maximum"):
        if low_or_high in schema:
            yield from (number for number in range(schema[low_or_high] - 1, schema[low_or_high] + 2))
        if f"x-kofu-{low_or_high}" in schema:
            yield from (str(int(schema[f"x-kofu-{low_or_high}"]) + step) for step in (-1, 0, 1))
    if field.type == FieldDescriptor.TYPE_STRING:
        yield from (
            "",
            "a",
            "葛\U000e0100",
            f"{value}x",
            f"x{value}",
            f"{value}"[:-1],
            f"{value}"[1:],
            "a\tb",
            "\ufe00a",
        )
        for length in (schema.get("minLength", 1), schema.get("maxLength", 1)):
            yield from ("葛" * (length - 1), "葛" * length, "葛" * (length + 1))
    if field.enum_type is not None:
        yield from field.enum_type.values_by_name


def in_range(field: FieldDescriptor, value: Any) -> bool:
    """Whether the wire type can hold the value at all."""
    bits = {FieldDescriptor.TYPE_INT32: 31, FieldDescriptor.TYPE_INT64: 63}.get(field.type)
    if bits is not None:
        return -(2**bits) <= int(value) < 2**bits
    return field.type != FieldDescriptor.TYPE_UINT64 or 0 <= int(value) < 2**64


def test_at_every_bound_schema_and_protovalidate_say_the_same() -> None:
    compared = 0
    for name, field in bounded_fields():
        schema = interfaces.schemas()[name]["properties"][field.json_name]
        listed = {row["field"] for row in interfaces.not_expressible() if row["message"] == name}
        for probe in probes(field, schema, example(name)[field.json_name]):
            value = example(name) | {field.json_name: probe}
            says = accepted(name, value)
            right = in_range(field, probe) and accepted_by_protovalidate(name, value)
            assert says or not right, (name, field.name, probe)
            if not listed:
                assert says == right, (name, field.name, probe)
                compared += 1
    assert compared > 300


@pytest.mark.parametrize("size", [0, 1, 2, 18, 19, 20, 21, 22, 31, 32, 33, 34, 59, 60, 61, 62, 99, 100, 101, 102])
def test_lengths_of_bytes_are_exact(size: int) -> None:
    for name in NAMES:
        for field in descriptor(name).fields:
            shown = example(name).get(field.json_name)
            if field.type != FieldDescriptor.TYPE_BYTES or field.is_repeated or not shown:
                continue
            begins = base64.b64decode(shown)[:8]
            value = example(name) | {field.json_name: base64.b64encode(begins.ljust(size, b"\0")[:size]).decode()}
            listed = any(row["field"] == field.name for row in interfaces.not_expressible() if row["message"] == name)
            if not listed:
                assert accepted(name, value) == accepted_by_protovalidate(name, value), (name, field.name)


def test_what_no_schema_says_is_listed_and_stands_in_its_schema() -> None:
    listed = interfaces.not_expressible()
    assert {"civil_date.exists", "tax_amount.total"} <= {row["rule"] for row in listed}
    for row in listed:
        inline = interfaces.schemas()[str(row["message"])]["x-kofu-rules"]
        assert any(one["id"] == row["rule"] and one.get("field") == row["field"] for one in inline)
    assert not accepted_by_protovalidate("kofu.v1.CivilDate", {"year": 2026, "month": 2, "day": 29})
    assert accepted("kofu.v1.CivilDate", {"year": 2026, "month": 2, "day": 29})
