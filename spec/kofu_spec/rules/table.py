"""A rule shown as a table: plain bilingual rows, for the site and for whoever else prints them."""

from dataclasses import dataclass
from types import MappingProxyType

from kofu.v1.reason_pb2 import Reason


@dataclass(frozen=True)
class Text:
    """One text in Japanese and in English."""

    ja: str
    en: str


@dataclass(frozen=True)
class Table:
    """Rows of one width, each cell in both languages, and the requirements that they rest on."""

    name: str
    title: Text
    requirements: tuple[str, ...]
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"rows: row {number} of {self.name} has {len(row)} cells; give it {len(self.columns)}, one a column"
                )


def same(value: object) -> Text:
    """A cell that reads alike in both languages: a number, a date, a name of the interface."""
    return Text(str(value), str(value))


def answered(reason: "Reason | None", otherwise: Text) -> Text:
    """A refusal as a cell, by its name on the wire; `otherwise` where there is none."""
    return otherwise if reason is None else same(Reason.Name(reason))


NO = same("―")
"""Nothing: not shown, not answered, no end."""

KINDS = MappingProxyType(
    {
        "residence_certificate": Text("住民票の写し", "residence certificate"),
        "residence_record_items": Text("住民票記載事項証明書", "certificate of residence-record items"),
        "seal_registration": Text("印鑑登録証明書", "seal registration certificate"),
        "tax_assessment": Text("市・県民税課税証明書", "tax assessment certificate"),
        "koseki_all_matters": Text("戸籍全部事項証明書", "koseki certificate, all matters"),
        "koseki_individual_matters": Text("戸籍個人事項証明書", "koseki certificate, individual matters"),
    }
)
"""The six documents by their field in `kofu.v1.Application`. [1.3]"""
