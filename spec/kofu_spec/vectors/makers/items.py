"""items.json: what each document shows, by kind and options. [1.3, 2.1, 2.2, 2.3]"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from google.protobuf.json_format import MessageToDict

from kofu.v1.common_pb2 import Application, KosekiIndividualOptions, TaxOptions
from kofu.v1.document_pb2 import Document
from kofu_spec.rules.items import json_path, shown
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

SWITCHES = (
    ("show_domicile", "domicile", "本籍・筆頭者", "domicile and head of register"),
    ("show_relationship", "relationship", "世帯主・続柄", "householder and relationship"),
    ("show_individual_number", "number", "個人番号", "the Individual Number"),
)
REQUIREMENTS = {
    "residence_certificate": "2.1",
    "residence_record_items": "2.1",
    "seal_registration": "2.1",
    "tax_assessment": "2.3",
    "koseki_all_matters": "2.2",
    "koseki_individual_matters": "2.2",
}

Case = tuple[str, Application, str, str]
"""Slug, application, and what it asks for in Japanese and English."""


def make() -> Made:
    """Every kind with every combination of what can be asked for."""
    return Made(
        name="items",
        version="1",
        about_ja=(
            "証明書が、記録にある限り記載する項目の一覧。これ以外の項目は、記録にあっても記載しない。"
            "applicationはApplicationのJSON、shownはDocumentのうちその種別の項目（itemsの下）のJSONの位置。"
        ),
        about_en=(
            "The items that a document shows where the record has them; it shows no others, whatever the record has. "
            "application is an Application in JSON; shown are paths in JSON below the items of that kind in Document."
        ),
        given=record({"application": {"type": "object", "minProperties": 1, "maxProperties": 1}}),
        expect=record(
            {
                "message": {"type": "string", "pattern": "^[A-Za-z]+Items$"},
                "shown": {
                    "type": "array",
                    "items": {"type": "string", "pattern": r"^[a-zA-Z]+(\[\])?(\.[a-zA-Z]+(\[\])?)*$"},
                    "minItems": 1,
                    "uniqueItems": True,
                },
            }
        ),
        vectors=tuple(_vector(*case) for case in cases()),
    )


def cases() -> Iterator[Case]:
    """Residence documents with each combination of switches, and the other kinds with what they have."""
    for kind in ("residence_certificate", "residence_record_items"):
        for on in product((False, True), repeat=len(SWITCHES)):
            chosen = [switch for switch, is_on in zip(SWITCHES, on, strict=True) if is_on]
            options: dict[str, Any] = dict.fromkeys((name for name, *_ in chosen), True)
            slug = "-".join(["with", *(short for _, short, *_ in chosen)]) if chosen else "nothing-chosen"
            ja = "、".join(said for *_, said, _ in chosen) + "を選択した" if chosen else "何も選択していない"
            en = f"with {', '.join(said for *_, said in chosen)}" if chosen else "nothing is chosen"
            yield f"{kind}.{slug}", Application(**{kind: options}), ja, en
        whole: dict[str, Any] = {"whole_household": True}
        yield (
            f"{kind}.whole-household",
            Application(**{kind: whole}),
            "世帯全員。項目は変わらない",
            "the whole household; the items stay the same",
        )
        some: dict[str, Any] = {"member_numbers": [1, 2]}
        yield (
            f"{kind}.members",
            Application(**{kind: some}),
            "世帯員を指定した。項目は変わらない",
            "members are named; the items stay the same",
        )
    yield "seal_registration", Application(seal_registration={}), "選択肢はない", "there is nothing to choose"
    yield "tax_assessment", Application(tax_assessment={}), "年度を指定しない", "no year is named"
    yield (
        "tax_assessment.year",
        Application(tax_assessment=TaxOptions(tax_year=2026)),
        "年度を指定した。項目は変わらない",
        "a year is named; the items stay the same",
    )
    yield "koseki_all_matters", Application(koseki_all_matters={}), "全部事項", "all matters"
    yield (
        "koseki_individual_matters",
        Application(koseki_individual_matters={}),
        "個人事項。項目は全部事項と同じで、記載される者が異なる",
        "individual matters: the same items as all matters, of fewer persons",
    )
    one = KosekiIndividualOptions(member_numbers=[2])
    yield (
        "koseki_individual_matters.member",
        Application(koseki_individual_matters=one),
        "個人事項で一人を指定した。項目は変わらない",
        "one member is named; the items stay the same",
    )


def _vector(slug: str, application: Application, ja: str, en: str) -> Vector:
    kind = application.WhichOneof("certificate") or ""
    message = Document.DESCRIPTOR.fields_by_name[kind].message_type
    assert message is not None
    return Vector(
        id=slug.replace("_", "-"),
        given={"application": MessageToDict(application)},
        expect={"message": message.name, "shown": [json_path(path) for path in shown(application)]},
        because_ja=f"{ja}。",
        because_en=f"{en[0].upper()}{en[1:]}.",
        requirement=REQUIREMENTS[kind],
    )
