"""Every element of the protos is explained in Japanese and English and names its source; every item of the source has
its field."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from kofu_spec import requirements
from kofu_spec.contract import reasons

ROOT: Final = Path(__file__).parents[2]
JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
ENGLISH: Final = re.compile(r"[A-Za-z]{2,}")
SOURCE: Final = re.compile(r"(?:^|\s)Source: (.+)$")
UNITS: Final = {
    "_yen": ("円", "yen"),
    "_hundredth_mm": ("0.01mm", "hundredths of a millimetre"),
    "_minute": ("分", "minutes"),
}
FIELD, ENUM_VALUE, ONEOF, MESSAGE, ENUM, SERVICE, RPC, EXTENSION = (
    "field",
    "enum value",
    "oneof",
    "message",
    "enum",
    "service",
    "RPC",
    "extension",
)


@dataclass(frozen=True)
class Element:
    """One element of a proto and the comment that leads it."""

    kind: str
    name: str
    comment: str

    @property
    def text(self) -> str:
        """The comment without the ids of its source."""
        return SOURCE.sub("", self.comment)

    @property
    def statements(self) -> list[str]:
        """Ids of its source; a source that is a decision says so behind the id."""
        found = SOURCE.search(self.comment)
        return [one.removesuffix(" (decision)").strip() for one in found[1].split(",")] if found else []


def elements_of(file: FileDescriptorProto) -> Iterator[Element]:
    comments = {tuple(place.path): place.leading_comments.strip() for place in file.source_code_info.location}

    def element(kind: str, name: str, path: tuple[int, ...]) -> Element:
        return Element(kind, name, comments.get(path, ""))

    def of_enum(enum: Any, path: tuple[int, ...], scope: str) -> Iterator[Element]:
        yield element(ENUM, f"{scope}.{enum.name}", path)
        for number, value in enumerate(enum.value):
            yield element(ENUM_VALUE, f"{scope}.{enum.name}.{value.name}", (*path, 2, number))

    def of_message(message: Any, path: tuple[int, ...], scope: str) -> Iterator[Element]:
        if message.options.map_entry:
            return
        own = f"{scope}.{message.name}"
        yield element(MESSAGE, own, path)
        for number, field in enumerate(message.field):
            yield element(FIELD, f"{own}.{field.name}", (*path, 2, number))
        for number, oneof in enumerate(message.oneof_decl):
            yield element(ONEOF, f"{own}.{oneof.name}", (*path, 8, number))
        for number, nested in enumerate(message.nested_type):
            yield from of_message(nested, (*path, 3, number), own)
        for number, enum in enumerate(message.enum_type):
            yield from of_enum(enum, (*path, 4, number), own)

    for number, message in enumerate(file.message_type):
        yield from of_message(message, (4, number), file.package)
    for number, enum in enumerate(file.enum_type):
        yield from of_enum(enum, (5, number), file.package)
    for number, service in enumerate(file.service):
        yield element(SERVICE, f"{file.package}.{service.name}", (6, number))
        for place, method in enumerate(service.method):
            yield element(RPC, f"{file.package}.{service.name}.{method.name}", (6, number, 2, place))
    for number, extension in enumerate(file.extension):
        yield element(EXTENSION, f"{file.package}.{extension.name}", (7, number))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[FileDescriptorProto]:
    image = tmp_path_factory.mktemp("image") / "kofu.binpb"
    subprocess.run([sys.executable, ROOT / "proto" / "generate.py", "--image", image], check=True, cwd=ROOT)
    everything = FileDescriptorSet.FromString(image.read_bytes())
    return [file for file in everything.file if file.name.startswith("kofu/")]


@pytest.fixture(scope="module")
def elements(files: Sequence[FileDescriptorProto]) -> Mapping[str, Element]:
    found = [element for file in files for element in elements_of(file)]
    assert len({element.name for element in found}) == len(found)
    return {element.name: element for element in found}


def test_every_proto_and_every_kind_of_element_is_read(
    files: Sequence[FileDescriptorProto], elements: Mapping[str, Element]
) -> None:
    on_disk = sorted(str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto" / "kofu").rglob("*.proto"))
    assert sorted(file.name for file in files) == on_disk
    kinds = {FIELD, ENUM_VALUE, ONEOF, MESSAGE, ENUM, SERVICE, RPC, EXTENSION}
    assert {element.kind for element in elements.values()} == kinds


def test_every_element_is_explained_in_japanese_and_english(elements: Mapping[str, Element]) -> None:
    def explained(element: Element) -> bool:
        if JAPANESE.search(element.text) is None:
            return False
        # What is English stands behind the last Japanese sentence; a quoted Japanese word may stand in it.
        return ENGLISH.search(element.text.partition("。")[2]) is not None

    assert [element.name for element in elements.values() if not explained(element)] == []


def test_every_message_enum_service_and_rpc_names_its_source(elements: Mapping[str, Element]) -> None:
    named = [one for one in elements.values() if one.kind in (MESSAGE, ENUM, SERVICE, RPC, EXTENSION)]
    assert [element.name for element in named if not element.statements] == []


def test_every_source_is_a_statement_of_the_catalogue(elements: Mapping[str, Element]) -> None:
    known = requirements.load()
    unknown = {one.name: one.statements for one in elements.values() if not set(one.statements) <= set(known)}
    assert unknown == {}


def test_every_amount_and_size_tells_its_unit(elements: Mapping[str, Element]) -> None:
    told = 0
    for element in elements.values():
        for suffix, (ja, en) in UNITS.items():
            if element.kind == FIELD and element.name.endswith(suffix):
                told += 1
                message = elements[element.name.rpartition(".")[0]]
                assert ja in element.text, element.name
                # An amount may leave the English unit to its message.
                assert en in element.text.lower() + message.text.lower(), element.name
    assert told > 15


def test_reasons_are_explained_alike_in_proto_and_table(elements: Mapping[str, Element]) -> None:
    for name, entry in reasons.load().items():
        source = ", ".join(entry.statements)
        assert elements[f"kofu.v1.Reason.{name}"].comment == f"{entry.ja} {entry.en} Source: {source}"


# The items of the source: all of them, and no other personal item.


def items(first: str) -> list[str]:
    """The items that the source lists, in its own words; `first` is how the list begins."""
    (line,) = [line for line in requirements.source_text().splitlines() if line.startswith(first)]
    return line.rstrip(")").split("、")


def beginnings(elements: Mapping[str, Element], *messages: str) -> dict[str, str]:
    """Comments of the fields of messages, by message and field."""
    return {
        element.name.removeprefix("kofu.v1."): element.comment
        for element in elements.values()
        if element.kind in (FIELD, ONEOF) and element.name.split(".")[2] in messages
    }


def test_the_24_items_of_the_resident_register_are_the_fields_1_to_24(
    files: Sequence[FileDescriptorProto], elements: Mapping[str, Element]
) -> None:
    (record,) = [m for file in files for m in file.message_type if m.name == "ResidentRecord"]
    terms = items("氏名、世帯主、")
    assert len(terms) == 24
    assert [field.number for field in record.field] == [*range(1, 25), 30]
    for term, field in zip(terms, record.field, strict=False):
        assert elements[f"kofu.v1.ResidentRecord.{field.name}"].comment.startswith(f"{term}。"), field.name
    assert record.field[-1].name == "control"


@pytest.mark.parametrize(
    ("first", "count", "messages", "others"),
    [
        (
            "氏名、本籍地、",
            16,
            ("KosekiRecord", "KosekiMember", "KosekiEvent"),
            {
                "KosekiRecord.members": "戸籍に記録されている者",
                "KosekiEvent.kind": "事項（",
                "KosekiEvent.occurred_on": "事項の日",
                "KosekiEvent.other_party": "相手方",
            },
        ),
        (
            "氏名、住所、生年月日、課税年度、",
            10,
            ("TaxRecord", "TaxIncome", "TaxDeduction", "TaxDependents", "TaxAmount"),
            {
                "TaxRecord.assessed": "課税額",
                "TaxRecord.not_taxable": "非課税",
                "TaxDeduction.kind": "種類",
                "TaxDeduction.amount_yen": "控除額",
                "TaxDependents.kind": "種類",
                "TaxDependents.count": "人数",
                "TaxAmount.city_tax_yen": "市民税",
                "TaxAmount.prefectural_tax_yen": "県民税",
                "TaxAmount.total_yen": "合計",
            },
        ),
    ],
    ids=["koseki", "tax"],
)
def test_items_of_koseki_and_tax_have_their_fields_and_there_are_no_others(
    elements: Mapping[str, Element], first: str, count: int, messages: tuple[str, ...], others: dict[str, str]
) -> None:
    """`others` are parts of an item, which the source does not name one by one; control data say that they are."""
    terms = items(first)
    assert len(terms) == count
    fields = beginnings(elements, *messages)
    assert [term for term in terms if not any(term in comment.partition("。")[0] for comment in fields.values())] == []
    for name, comment in fields.items():
        if name in others:
            assert comment.startswith(others[name]), name
        else:
            assert comment.startswith(("制御情報：", *terms)), name
