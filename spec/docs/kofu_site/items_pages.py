"""The printed items: for each certificate what it shows, where that stands in JSON, its rules, its source."""

from collections.abc import Iterator
from itertools import groupby

from google.protobuf.descriptor import FieldDescriptor

from kofu_site import links, rule_words
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, code, document, heading, link, plain, spoken, table

DOCUMENT = "kofu.v1.Document"


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    parts: list[str] = []
    for certificate, rows in groupby(facts.items, key=lambda row: row["certificate"]):
        text = facts.image.text(f"{DOCUMENT}.{certificate}")
        path = f"document.{facts.image.message(DOCUMENT).fields_by_name[certificate].json_name}"
        parts += [
            heading(2, plain(lang(text.ja.removesuffix("。"), text.en.removesuffix(".")))),
            lang(f"JSONでの位置は {code(path)} から数える。", f"Paths begin below {code(path)}."),
            table(
                (
                    lang("項目", "Item"),
                    lang("JSONでの位置", "Path in JSON"),
                    lang("規則", "Rules"),
                    lang("出典", "Source"),
                ),
                [_row(facts, lang, row, path) for row in rows],
                "fields",
            ),
        ]
    yield Page(
        "items",
        document(
            heading(1, lang("記載項目", "Printed items")),
            lang(
                "証明書ごとに、記載する項目、JSONでの位置、規則及び出典を示す。必須でない項目は、記載しないことがある。",
                "For each certificate its items: where each stands in JSON, its rules, its source. What is not "
                "required may be left out.",
            ),
            *parts,
        ),
    )


def _row(facts: Facts, lang: Lang, row: dict[str, str], path: str) -> tuple[str, ...]:
    message, _, name = row["field"].rpartition(".")
    field: FieldDescriptor = facts.image.message(message).fields_by_name[name]
    other = spoken(lang.other, plain(lang.other(row["ja"], row["en"]))).replace("{.", "{.other-language .")
    return (
        f"{link(plain(lang(row['ja'], row['en'].removesuffix('.'))), links.declared(message))} {other}",
        code(row["json_path"].removeprefix(f"{path}.")),
        lang("。", "; ").join(rule_words.of_field(facts.image, lang, field, row["rules"].split("; ")[0] == "required")),
        links.to_requirements(facts, row["source"]),
    )
