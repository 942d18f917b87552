"""What the repository's own writings say: decisions about the house, changes, and the model's writings, in English."""

import re
from collections.abc import Iterator
from pathlib import Path

from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, block, bullets, document, heading, plain, toctree
from kofu_site.model_pages import FOLDER, OF_THE_MODEL

IN_ENGLISH = "---\nwritten_in: en\n---"
"""Before a page whose text is English in both trees."""


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield from decisions(facts, lang)
    yield writing(lang, facts.root / "CHANGELOG.md", "changes", lang("変更履歴", "Changes"))
    for name, (file, *titles) in OF_THE_MODEL.items():
        yield writing(lang, facts.root / "spec" / file, f"{FOLDER}/{name}", lang(*titles))


def decisions(facts: Facts, lang: Lang) -> Iterator[Page]:
    files = sorted((facts.root / "docs" / "decisions").glob("[0-9]*.md"))
    paths = [f"decisions/{file.stem}" for file in files]
    titles = [file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for file in files]
    yield Page(
        "decisions/index",
        document(
            IN_ENGLISH,
            heading(1, _in(lang, lang("設計上の決定", "Decisions"))),
            block(f"language-{lang}", _about_decisions(lang)),
            bullets(f"[{plain(title)}](/{path}.md)" for title, path in zip(titles, paths, strict=True)),
            toctree([f"/{path}" for path in paths]),
        ),
    )
    for file, path, title in zip(files, paths, titles, strict=True):
        yield writing(lang, file, path, title)


def _about_decisions(lang: Lang) -> str:
    return lang(
        "この仕様と参照実装の作りについて決めたこと。要件ごとの判断は、それぞれの要件のページにある。本文は英語である。",
        "What was decided about the house. Decisions where the source document is silent stand with their requirement.",
    )


def writing(lang: Lang, file: Path, path: str, title: str) -> Page:
    """A file of the repository under a title of the page's own; its links into the repository become plain text."""
    body = file.read_text(encoding="utf-8").partition("\n")[2]
    body = re.sub(r"\[([^\]]+)\]\((?!https?:|#)[^)]*\)", r"\1", body)
    note = block("language-ja other-language", "本文は英語である。") if lang is Lang.JA else ""
    return Page(path, document(IN_ENGLISH, heading(1, _in(lang, title)), note, body.strip()))


def _in(lang: Lang, title: str) -> str:
    """A heading in the page's language on a page that is otherwise English."""
    return plain(title) if lang is Lang.EN else f"[{plain(title)}]{{.language-ja}}"
