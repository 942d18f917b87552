"""The vectors: what a vendor's unit tests can ask, and what has to come out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kofu_site import links
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, bullets, code, document, heading, plain, table, target, toctree
from kofu_spec.vectors import VectorFile

FOLDER = "vectors"
SHOWN = 40
"""So many vectors of a file are shown; the file holds all."""


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield index(facts, lang)
    for file in facts.vectors.values():
        yield page(lang, file)


def index(facts: Facts, lang: Lang) -> Page:
    rows = [
        (
            links.to_vectors(file.name),
            plain(lang(file.about_ja, file.about_en)),
            f"{len(file.vectors):,}",
            ", ".join(map(links.to_requirement, file.requirements)),
        )
        for file in facts.vectors.values()
    ]
    return Page(
        f"{FOLDER}/index",
        document(
            heading(1, lang("試験値", "Vectors")),
            lang(
                "ベンダーが自社の単体試験で使うことのできる、入力と正しい答えの組。言語を問わないJSONの形で "
                f"{code('spec/kofu_spec/vectors')} にある。",
                "Questions with their right answers, for a vendor's own unit tests in whatever language: JSON in "
                f"{code('spec/kofu_spec/vectors')}.",
            ),
            table(
                (
                    lang("ファイル", "File"),
                    lang("内容", "What it asks"),
                    lang("件数", "Vectors"),
                    lang("要件", "Requirements"),
                ),
                rows,
            ),
            toctree([f"/{FOLDER}/{name}" for name in facts.vectors]),
        ),
    )


def page(lang: Lang, file: VectorFile) -> Page:
    shown = file.vectors[:SHOWN]
    rows = [
        (
            code(one.id),
            _json(one.given),
            _json(one.expect),
            plain(lang(one.because_ja, one.because_en)),
            links.to_requirement(one.requirement),
        )
        for one in shown
    ]
    more = len(file.vectors) - len(shown)
    return Page(
        f"{FOLDER}/{file.name}",
        document(
            target(links.vectors(file.name)),
            heading(1, plain(f"{lang('試験値', 'Vectors')} {file.name}")),
            plain(lang(file.about_ja, file.about_en)),
            bullets(
                [
                    f"**{lang('ファイル', 'File')}** {code(f'spec/kofu_spec/vectors/{file.name}.json')}",
                    f"**{lang('スキーマ', 'Schema')}** {code(f'spec/kofu_spec/vectors/{file.schema}')}",
                    f"**{lang('版', 'Version')}** {plain(file.version)}",
                ]
            ),
            *(
                [
                    lang(
                        f"{len(file.vectors)}件のうち、初めの{len(shown)}件を示す。",
                        f"The first {len(shown)} of {len(file.vectors)}.",
                    )
                ]
                if more
                else []
            ),
            table(
                (
                    lang("名前", "Id"),
                    lang("入力", "Given"),
                    lang("答え", "Expected"),
                    lang("理由", "Because"),
                    lang("要件", "Requirement"),
                ),
                rows,
                "fields",
            ),
        ),
    )


def _json(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return code(text if len(text) <= LONGEST else text[:LONGEST] + " …")


LONGEST = 160
"""Longer JSON is cut off on the page."""
