"""The generators on images of their own: every rule reaches the schema or the list, and drift is found."""

import json
import random
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.duration_pb2 import Duration

import generate
from buf.validate import validate_pb2
from buf.validate.validate_pb2 import FieldRules, MessageOneofRule
from contract import example_values, files, items, patterns, rules
from contract.examples import NoExample, example, matching
from contract.image import Image, Text, text_of
from contract.schema import not_expressible, schema_file
from kofu.testing.v1 import control_pb2
from kofu.v1 import alarm_pb2, attestation_pb2, counter_pb2, document_pb2, inquiry_pb2, koseki_pb2, maintenance_pb2

from kofu.v1 import center_pb2, issuing_pb2, reason_pb2  # isort: skip
from kofu_spec.contract import interfaces

MODULES: tuple[Any, ...] = (
    alarm_pb2,
    attestation_pb2,
    center_pb2,
    control_pb2,
    counter_pb2,
    document_pb2,
    inquiry_pb2,
    issuing_pb2,
    koseki_pb2,
    maintenance_pb2,
    reason_pb2,
)


def compiled() -> FileDescriptorSet:
    """The image of the generated code; it holds no comments."""
    found = FileDescriptorSet()

    def add(file: Any) -> None:
        if all(one.name != file.name for one in found.file):
            for dependency in file.dependencies:
                add(dependency)
            found.file.append(FileDescriptorProto.FromString(file.serialized_pb))

    for module in (validate_pb2, *MODULES):
        add(module.DESCRIPTOR)
    return found


def rules_of(descriptors: FileDescriptorSet, message: str, field: str) -> FieldRules:
    """The rules of a field, to be changed where they stand."""
    for file in descriptors.file:
        for one in file.message_type:
            if f"{file.package}.{one.name}" == message:
                declared = next(each for each in one.field if each.name == field)
                return declared.options.Extensions[validate_pb2.field]
    raise LookupError(message)


def image(descriptors: FileDescriptorSet) -> Image:
    return Image(descriptors.SerializeToString())


def without_comments(value: Any) -> Any:
    told = ("description", "x-kofu-source", "x-kofu-values", "examples")
    if isinstance(value, dict):
        return {key: without_comments(one) for key, one in value.items() if key not in told or key == "properties"}
    return [without_comments(one) for one in value] if isinstance(value, list) else value


def test_the_committed_schemas_are_those_of_the_generated_code() -> None:
    found = image(compiled())
    assert [message.full_name for message in found.messages] == sorted(interfaces.schemas())
    for message in found.messages:
        fresh = without_comments(schema_file(found, message))
        assert fresh == without_comments(interfaces.schemas()[message.full_name]), message.full_name


def test_one_changed_rule_changes_one_schema() -> None:
    changed = compiled()
    rules_of(changed, "kofu.v1.ApplyRequest", "copies").int32.lte = 9
    before, after = (dict(files.files(image(one))) for one in (compiled(), changed))
    different = {str(path) for path in before if before[path] != after[path]}
    assert different == {
        "spec/kofu_spec/schemas/kofu.v1.ApplyRequest.schema.json",
        "spec/kofu_spec/openapi/kofu.v1.CenterService.openapi.json",
    }
    schema = json.loads(after[Path("spec/kofu_spec/schemas/kofu.v1.ApplyRequest.schema.json")])
    assert schema["properties"]["copies"]["maximum"] == 9


def test_a_new_cel_rule_is_listed_and_one_that_the_example_breaks_is_told() -> None:
    changed = compiled()
    rule = rules_of(changed, "kofu.v1.IdentityCheck", "document_shown").cel.add()
    rule.id, rule.message, rule.expression = "document_shown.no_slash", "no slash", "!this.contains('/')"
    found = image(changed)
    message = found.message("kofu.v1.IdentityCheck")
    assert [one.lost.rule for one in not_expressible(found, message)][-1:] == ["document_shown.no_slash"]
    assert schema_file(found, message)["x-kofu-rules"][-1]["id"] == "document_shown.no_slash"

    rule.expression = "this.contains('/')"
    with pytest.raises(NoExample, match=r"kofu\.v1\.IdentityCheck: no slash; add a value"):
        example(image(changed), message)


def test_messages_say_that_fields_exclude_each_other() -> None:
    changed = compiled()
    file = next(one for one in changed.file if one.name == "kofu/v1/register.proto")
    record = next(one for one in file.message_type if one.name == "ResidentRecord")
    of_dates = MessageOneofRule(fields=["moved_in_on", "notified_on"])
    of_texts = MessageOneofRule(fields=["common_name", "head_of_register"])
    record.options.Extensions[validate_pb2.message].oneof.extend([of_dates, of_texts])
    found = image(changed)
    schema = schema_file(found, found.message("kofu.v1.ResidentRecord"))
    assert {"required": ["movedInOn"]} in (schema.get("allOf") or [schema])[-1]["oneOf"]
    assert schema["x-kofu-rules"][-1]["message"] == "at most one of common_name, head_of_register"


@pytest.mark.parametrize(
    ("given", "good", "bad"),
    [
        (FieldRules(string={"len": 2}), ["葛\U000e0100"], ["葛", "abc"]),
        (FieldRules(string={"prefix": "a.", "suffix": "z"}), ["a.z"], ["abz", "a.y"]),
        (FieldRules(string={"contains": "+"}), ["1+1"], ["11"]),
        (FieldRules(string={"not_contains": "+", "not_in": ["x"]}), ["11"], ["1+1", "x"]),
        (FieldRules(string={"in": ["夫", "妻"]}), ["夫"], ["", "父"]),
        (FieldRules(string={"const": "a"}), ["a"], ["b"]),
        (FieldRules(string={"tuuid": True}), ["0" * 32], ["0" * 31]),
    ],
)
def test_rules_of_strings(given: FieldRules, good: list[str], bad: list[str]) -> None:
    translated = rules.string(given.string)
    assert translated.lost == []
    assert all(jsonschema_rs.is_valid(translated.schema, one) for one in good)
    assert not any(jsonschema_rs.is_valid(translated.schema, one) for one in bad)


@pytest.mark.parametrize("given", [{"email": True}, {"max_bytes": 3}, {"pattern": r"^\pL$"}, {"pattern": "(?i)a"}])
def test_a_rule_of_strings_without_keyword_is_lost_and_found(given: dict[str, Any]) -> None:
    (lost,) = rules.string(FieldRules(string=given).string).lost
    assert lost.rule == f"string.{next(iter(given))}"


@pytest.mark.parametrize("kind", [FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64])
def test_ranges_of_integers(kind: int) -> None:
    name, encoded = ("int32", int) if kind == FieldDescriptor.TYPE_INT32 else ("int64", str)
    given = getattr(FieldRules(**{name: {"gt": -3, "lt": 12, "not_in": [5]}}), name)
    translated = rules.integer(kind, given)
    assert translated.lost == []
    allowed = [one for one in range(-20, 200) if jsonschema_rs.is_valid(translated.schema, encoded(one))]
    assert allowed == [one for one in range(-2, 12) if one != 5]


def test_a_range_that_is_a_gap_is_listed() -> None:
    translated = rules.integer(FieldDescriptor.TYPE_INT32, FieldRules(int32={"gt": 5, "lt": 3}).int32)
    assert [one.rule for one in translated.lost] == ["int32.lt", "int32.gt"]
    assert jsonschema_rs.is_valid(translated.schema, 4)


def test_durations_within_whole_seconds() -> None:
    given = FieldRules(duration={"gte": Duration(), "lte": Duration(seconds=60)}).duration
    translated = rules.duration(given)
    assert translated.lost == []
    good, bad = ("0s", "0.5s", "60s", "60.000s", "59.999999999s"), ("-1s", "60.1s", "61s", "600s")
    assert all(jsonschema_rs.is_valid(translated.schema, one) for one in good)
    assert not any(jsonschema_rs.is_valid(translated.schema, one) for one in bad)
    fraction = rules.duration(FieldRules(duration={"gt": Duration(nanos=5)}).duration)
    assert [one.rule for one in fraction.lost] == ["duration.gt"]


def test_a_cel_rule_that_is_one_pattern_becomes_one() -> None:
    schema: dict[str, Any] = {"type": "string"}
    assert rules.add_expression(schema, rules.Lost("a", "", r"!rule || !this.matches(r'[\p{Cc}\x{2029}]')"))
    assert rules.add_expression(schema, rules.Lost("b", "", "this.matches(r'^.{3}$')"))
    assert not rules.add_expression(schema, rules.Lost("c", "", "!rule || this.matches(r'^a') && (x(this) || y)"))
    assert [jsonschema_rs.is_valid(schema, one) for one in ("abc", "a\nc", "a\u2029c", "ab", "bbc")] == [True] + [
        False
    ] * 4
    untouched: dict[str, Any] = {"type": "string"}
    assert not rules.add_expression(untouched, rules.Lost("d", "", "this.matches(r'^a') && x || y"))
    assert untouched == {"type": "string"}


def test_decimal_patterns_are_exact() -> None:
    drawn = random.Random(1)
    for _ in range(300):
        low, high = sorted(drawn.randint(-1500, 2500) for _ in range(2))
        pattern = re.compile(patterns.decimal(low, high))
        near = {low - 1, low, high, high + 1, 0, -1, *drawn.sample(range(-1600, 2600), 30)}
        assert all(bool(pattern.fullmatch(str(one))) == (low <= one <= high) for one in near)


def test_re2_is_read_as_ecma_262() -> None:
    assert patterns.ecma(r"^\d[\d-]\x{845b}$") == "^[0-9][0-9-]葛$"
    assert patterns.ecma(r"a\\pb") == r"a\\pb"
    assert patterns.ecma(r"\p{Han}") is None
    assert patterns.ecma(r"a\z") is None


@pytest.mark.parametrize("pattern", ["^r[0-9]{8}$", "^(a|b)?c+[^a-z]$", r"^[1-9a-f][0-9a-f]{0,39}$", r"^\.x*$"])
def test_a_text_is_made_that_a_pattern_matches(pattern: str) -> None:
    assert re.search(pattern, matching(pattern))


@pytest.mark.parametrize(
    ("comment", "read"),
    [
        (" 西暦年。 Gregorian year.\n", Text("西暦年。", "Gregorian year.", None)),
        (
            " 証明書。\n Half: 不詳。 Two\n lines.\n Source: 2.1 (decision)\n",
            Text("証明書。", "Half: 不詳。 Two lines.", "2.1 (decision)"),
        ),
        (" 一。二。 Malformed. Source: 3.2.6\n", Text("一。二。", "Malformed.", "3.2.6")),
    ],
)
def test_a_comment_is_read_in_both_languages(comment: str, read: Text) -> None:
    assert text_of(comment) == read


def test_values_by_hand_name_fields_that_exist() -> None:
    found = image(compiled())
    fields = {field.full_name: field for message in found.messages for field in message.fields}
    oneofs = {f"{message.full_name}.{oneof.name}" for message in found.messages for oneof in message.oneofs}
    assert set(example_values.BY_FIELD) | example_values.SHOWN | example_values.KIND_OF <= set(fields)
    assert set(example_values.BY_NAME) <= {field.name for field in fields.values()}
    assert set(example_values.MEMBER) <= oneofs


def json_paths(message: Any, path: str) -> dict[str, FieldDescriptor]:
    found = {}
    for field in message.fields:
        here = f"{path}.{field.json_name}{'[]' if field.is_repeated else ''}"
        found[here] = field
        if field.message_type is not None:
            found |= json_paths(field.message_type, here)
    return found


def test_every_printed_item_has_its_row() -> None:
    everywhere = json_paths(document_pb2.Document.DESCRIPTOR, "document")
    rows = interfaces.items()
    for row in rows:
        assert everywhere[row["json_path"]].full_name == row["field"]
        assert re.match(r"\d", row["source"])
        assert row["ja"]
        assert row["en"].isascii()
    printed = {path for path, field in everywhere.items() if path.count(".") > 1 and field.file.name != items.WORDS}
    members = {field.json_name for field in document_pb2.Document.DESCRIPTOR.oneofs_by_name["items"].fields}
    assert {row["json_path"] for row in rows} == {path for path in printed if path.split(".")[1] in members}
    page = (Path(interfaces.__file__).parent / "items.md").read_text(encoding="utf-8")
    assert all(f"`{row['json_path']}`" in page for row in rows)


def test_a_changed_a_missing_and_a_left_over_file_are_reported(tmp_path: Path) -> None:
    fresh, committed = tmp_path / "fresh", tmp_path / "committed"
    for root in (fresh, committed):
        (root / generate.CODE).mkdir(parents=True)
        (root / generate.CODE / "a_pb2.py").write_text("A = 1\n")
        files.write(image(compiled()), root)
    assert generate.differences(fresh, committed) == []

    (committed / files.SCHEMAS / "README.md").write_text("by hand")
    (committed / files.SCHEMAS / "kofu.v1.Gone.schema.json").write_text("{}")
    (committed / files.OPENAPI / "kofu.v1.IssuingService.openapi.json").unlink()
    (committed / files.CONTRACT / "items.md").write_text("# nothing\n")
    (committed / generate.CODE / "a_pb2.py").write_text("A = 2\n")
    assert [path.name for path in generate.differences(fresh, committed)] == [
        "a_pb2.py",
        "items.md",
        "kofu.v1.IssuingService.openapi.json",
        "kofu.v1.Gone.schema.json",
    ]

    generate.install(fresh, committed)
    assert generate.differences(fresh, committed) == []
    assert (committed / files.SCHEMAS / "README.md").exists()


def test_every_type_of_field_has_a_form(tmp_path: Path) -> None:
    changed = compiled()
    file = next(one for one in changed.file if one.name == "kofu/v1/inquiry.proto")
    message = file.message_type.add(name="Everything")
    kinds = [one for one in FieldDescriptorProto.Type.values() if one not in (10, 11, 14)]
    for number, kind in enumerate(kinds, 1):
        message.field.add(name=f"f{number}", number=number, type=kind, label=1)
    found = image(changed)
    schema = schema_file(found, found.message("kofu.v1.Everything"))
    assert len(schema["properties"]) == len(kinds)
    for kind, one in zip(kinds, schema["properties"].values(), strict=True):
        zero: Any = {8: False, 9: "", 12: ""}.get(kind, "0" if kind in (3, 4, 6, 16, 18) else 0)
        assert jsonschema_rs.is_valid(one, zero), FieldDescriptorProto.Type.Name(kind)
