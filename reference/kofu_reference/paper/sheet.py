"""What is laid out for each kind of certificate: titles, ruled fields, attestation. [1.3, 2.1, 2.2, 2.3]"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kofu.v1.common_pb2 import CertificateKind, CivilDate
from kofu.v1.document_pb2 import (
    Document,
    KosekiItems,
    KosekiPersonItems,
    ResidenceItems,
    ResidencePersonItems,
    SealItems,
    TaxItems,
)
from kofu.v1.register_pb2 import KosekiEvent
from kofu_reference.paper import forms

MAYOR = "架空市長"
MAYOR_NAME = "仮野 市郎"
NOT_CHOSEN = "省略"
REMOVED = "除籍"

HALF_ROW = 24
"""Code points that a box of half the width takes on two lines; a longer value gets a row of its own."""

KEPT_TOGETHER = 300
"""Code points of the values of a person or an event that is not parted by the end of a page: it fits on one always."""

KEPT_WITH_ATTESTATION = 220
"""Code points of a last person or event that fits on a page beside the attestation, which then never stands alone."""

MARRIAGES = ("婚姻", "離婚")
"""Events of which the other party is the spouse."""

Items = ResidenceItems | SealItems | TaxItems | KosekiItems
"""The typed items of a certificate, one alternative of Document.items."""


@dataclass(frozen=True)
class Field:
    """A label and its value; an empty value leaves an empty box. Large ones are names.

    ``label_below`` is the second line of a label that one line can't hold.
    """

    label: str
    value: str
    large: bool = False
    label_below: str = ""


Row = tuple[Field, ...]
"""One or two fields side by side."""


@dataclass(frozen=True)
class Sheet:
    """A certificate as its template needs it: texts only, already in their printed forms."""

    template: str
    title: str
    attestation: str
    body: dict[str, Any]

    def data(self, document_id: str, issued_on: CivilDate) -> dict[str, Any]:
        """The data of one document, as JSON values."""
        return {
            "title": self.title,
            "attestation": self.attestation,
            "document_id": document_id,
            "issued": [issued_on.year, issued_on.month, issued_on.day],
            "issued_on": forms.era_date(issued_on),
            "mayor": MAYOR,
            "mayor_name": MAYOR_NAME,
            **self.body,
        }


@dataclass(frozen=True)
class _Kind:
    items: str
    title: str
    attestation: str
    sheet: Callable[["_Kind", Any, bool], Sheet]


def sheet_of(kind: CertificateKind, items: Items, *, foreign: bool = False) -> Sheet:
    """The sheet of a certificate. ValueError where the items are not those of the kind.

    ``foreign`` says that the holder of a seal or tax certificate is a foreign resident, which their items don't tell;
    residence items tell it of each person.
    """
    described = _KINDS.get(kind)
    if described is None:
        raise ValueError(f"kind: {kind} is no certificate that is issued; give one of the six")
    expected = type(getattr(Document(), described.items))
    if not isinstance(items, expected):
        raise ValueError(f"items: {type(items).__name__} are not those of {described.items}; give {expected.__name__}")
    return described.sheet(described, items, foreign)


def items_field(kind: CertificateKind) -> str:
    """The name of the alternative of Document.items that the kind has."""
    return _KINDS[kind].items


def texts(data: Any) -> Iterator[str]:
    """Every text in a sheet's data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts(value)


def _rows(*rows: Row) -> list[list[dict[str, Any]]]:
    return [[asdict(field) for field in row] for row in rows if row]


def _civil(message: Any, name: str) -> str:
    return forms.era_date(getattr(message, name)) if message.HasField(name) else ""


def _where_set(label: str, value: str) -> Row:
    return (Field(label, value),) if value else ()


def _residence(kind: _Kind, items: ResidenceItems, _foreign: bool) -> Sheet:
    # The copy of the record shows the boxes that were not chosen as left out; the statement of items has none of them.
    left_out = NOT_CHOSEN if kind.items == "residence_certificate" else ""
    body = {
        "household": _rows((Field("住所", items.address),), _where_set("世帯主の氏名", items.householder or left_out)),
        "persons": [_rows_together(_rows(*_residence_person(person, left_out))) for person in items.persons],
    }
    return Sheet("residence.typ", kind.title, kind.attestation, body)


def _rows_together(rows: list[list[dict[str, Any]]]) -> dict[str, Any]:
    return {"rows": rows, **_keeping(field["value"] for row in rows for field in row)}


def _lines_together(kind: str, lines: Iterator[tuple[str, str]]) -> dict[str, Any]:
    kept = [[label, value] for label, value in lines if value]
    return {"kind": kind, "lines": kept, **_keeping([kind, *(value for _, value in kept)])}


def _keeping(values: Iterable[str]) -> dict[str, bool]:
    """Whether a person or an event may go on over the end of a page, and whether it can stand with the attestation."""
    length = sum(map(len, values))
    return {"flowing": length > KEPT_TOGETHER, "closing": length <= KEPT_WITH_ATTESTATION}


def _residence_person(person: ResidencePersonItems, left_out: str) -> Iterator[Row]:
    foreign = bool(person.nationality)
    yield (Field("氏名", person.name, large=True),)
    yield _where_set("通称", person.common_name)
    yield _where_set("氏名のカタカナ表記", person.katakana_name)
    yield (
        Field("生年月日", forms.recorded_date(person.birth_date, gregorian=foreign)),
        Field("性別", forms.sex(person.sex)),
    )
    yield from _pairs(
        Field("続柄", person.relationship or left_out),
        Field("個人番号", person.individual_number or left_out),
        keep_empty=bool(left_out),
    )
    if not foreign:
        yield _where_set("本籍", person.registered_domicile or left_out)
        yield _where_set("筆頭者の氏名", person.head_of_register or left_out)
    yield _where_set("従前の住所", person.previous_address)
    yield from _pairs(
        Field("住民となった日", _civil(person, "resident_since")),
        Field("転入年月日", _civil(person, "moved_in_on")),
        Field("住所を定めた年月日", _civil(person, "address_established_on")),
        Field("届出年月日", _civil(person, "notified_on")),
    )
    if foreign:
        yield from _foreign_resident(person)


def _foreign_resident(person: ResidencePersonItems) -> Iterator[Row]:
    yield (Field("国籍・地域", person.nationality),)
    if category := forms.foreign_category(person.foreign_category):
        yield (Field("法第30条の45に", category, label_below="規定する区分"),)
    yield from _pairs(
        Field("外国人住民となった日", _civil(person, "foreign_resident_since")),
        Field("在留カード等の番号", person.residence_card_number),
        Field("在留資格", person.residence_status),
        Field("在留期間等", person.period_of_stay),
        Field("在留期間等の満了の日", _civil(person, "period_of_stay_ends_on")),
    )


def _pairs(*fields: Field, keep_empty: bool = False) -> Iterator[Row]:
    kept = [field for field in fields if field.value or keep_empty]
    while kept:
        together = 2 if all(len(field.value) <= HALF_ROW for field in kept[:2]) else 1
        yield tuple(kept[:together])
        del kept[:together]


def _seal(kind: _Kind, items: SealItems, foreign: bool) -> Sheet:
    # Of the registration the impression alone is printed: its number and day are none of the 24 items. [2.1]
    impression = items.impression
    rows = _rows(
        (Field("氏名", items.name, large=True),),
        _where_set("通称", items.common_name),
        _where_set("氏名のカタカナ表記", items.katakana_name),
        (
            Field("生年月日", forms.recorded_date(items.birth_date, gregorian=foreign)),
            Field("性別", forms.sex(items.sex)),
        ),
        (Field("住所", items.address),),
    )
    body = {
        "rows": rows,
        "impression": {
            "png": list(impression.png),
            "width_hundredth_mm": impression.width_hundredth_mm,
            "height_hundredth_mm": impression.height_hundredth_mm,
        },
    }
    return Sheet("seal.typ", kind.title, kind.attestation, body)


def _tax(kind: _Kind, items: TaxItems, foreign: bool) -> Sheet:
    body: dict[str, Any] = {
        "rows": _rows(
            (Field("課税年度", forms.tax_year(items.tax_year)),),
            (Field("氏名", items.name, large=True),),
            (Field(forms.era_date(_new_year(items.tax_year)), items.address, label_below="現在の住所"),),
            (Field("生年月日", forms.recorded_date(items.birth_date, gregorian=foreign)),),
        ),
        "incomes": _listing(
            [[one.kind, forms.yen(one.receipts_yen), forms.yen(one.income_yen)] for one in items.incomes],
            forms.yen(sum(one.receipts_yen for one in items.incomes)),
            forms.yen(sum(one.income_yen for one in items.incomes)),
        ),
        "deductions": _listing(
            [[one.kind, forms.yen(one.amount_yen)] for one in items.deductions],
            forms.yen(sum(one.amount_yen for one in items.deductions)),
        ),
        "dependents": _listing(
            [[one.kind, forms.head_count(one.count)] for one in items.dependents],
            forms.head_count(sum(one.count for one in items.dependents)),
        ),
        "taxable_base": forms.yen(items.taxable_base_yen),
        "assessment": _assessment(items),
    }
    return Sheet("tax.typ", kind.title, kind.attestation, body)


def _listing(rows: list[list[str]], *sums: str) -> dict[str, Any]:
    """A table and the sums of its columns. What has no entry is not printed, and neither is its sum."""
    return {"rows": rows, "sums": sums if rows else ()}


def _new_year(year: int) -> CivilDate:
    return CivilDate(year=year, month=1, day=1)


def _assessment(items: TaxItems) -> list[list[str]]:
    # Not taxable is a statement of its own and never an amount of 0 yen. [2.3]
    if items.WhichOneof("assessment") == "not_taxable":
        return [["市・県民税", forms.NOT_TAXABLE]]
    return [
        ["市民税額", forms.yen(items.assessed.city_tax_yen)],
        ["県民税額", forms.yen(items.assessed.prefectural_tax_yen)],
        ["合計額", forms.yen(items.assessed.total_yen)],
    ]


def _koseki(kind: _Kind, items: KosekiItems, _foreign: bool) -> Sheet:
    body = {
        "rows": _rows((Field("本籍", items.registered_domicile),), (Field("筆頭者の氏名", items.head_of_register),)),
        "created_on": forms.recorded_date(items.created_on),
        "persons": [
            {
                "mark": REMOVED if person.removed else "",
                **_lines_together("", _koseki_person(person)),
                "events": [_lines_together(event.kind, _koseki_event(event)) for event in person.events],
            }
            for person in items.persons
        ],
    }
    return Sheet("koseki.typ", kind.title, kind.attestation, body)


def _koseki_person(person: KosekiPersonItems) -> Iterator[tuple[str, str]]:
    yield "氏名", person.name
    yield "生年月日", forms.recorded_date(person.birth_date)
    yield "配偶者区分", person.spouse_category
    yield "父", person.father_name
    yield "母", person.mother_name
    yield "続柄", person.relationship_to_parents
    yield "養父", person.adoptive_father_name
    yield "養母", person.adoptive_mother_name
    yield "出生地", person.birthplace


def _koseki_event(event: KosekiEvent) -> Iterator[tuple[str, str]]:
    yield f"{event.kind}日", forms.recorded_date(event.occurred_on)
    yield "配偶者氏名" if event.kind in MARRIAGES else "相手方の氏名", event.other_party
    yield "届出日", forms.recorded_date(event.filed_on)
    yield "届出人", event.filer
    yield "受理地", event.accepted_at
    yield "従前戸籍", event.previous_register
    yield "従前戸籍の筆頭者", event.previous_register_head


_KINDS = {
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE: _Kind(
        "residence_certificate", "住民票の写し", "この写しは、住民票の原本と相違ないことを証明する。", _residence
    ),
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS: _Kind(
        "residence_record_items",
        "住民票記載事項証明書",
        "上記の事項は、住民票に記載されている事項と相違ないことを証明する。",
        _residence,
    ),
    CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION: _Kind(
        "seal_registration", "印鑑登録証明書", "この写しは、登録されている印影と相違ないことを証明する。", _seal
    ),
    CertificateKind.CERTIFICATE_KIND_TAX_ASSESSMENT: _Kind(
        "tax_assessment", "市・県民税課税証明書", "上記のとおり相違ないことを証明する。", _tax
    ),
    CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS: _Kind(
        "koseki_all_matters",
        "戸籍全部事項証明書",
        "これは、戸籍に記録されている事項の全部を証明した書面である。",
        _koseki,
    ),
    CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS: _Kind(
        "koseki_individual_matters",
        "戸籍個人事項証明書",
        "これは、戸籍中の一部の者について記録されている事項の全部を証明した書面である。",
        _koseki,
    ),
}
