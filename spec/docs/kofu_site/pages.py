"""All pages of one language."""

from collections.abc import Iterator
from pathlib import Path

from kofu_site import (
    checks_pages,
    glossary_pages,
    incidents_pages,
    interfaces_pages,
    items_pages,
    model_pages,
    reasons_pages,
    requirements_pages,
    rules_pages,
    source_pages,
    tracing_pages,
    vectors_pages,
    writings_pages,
)
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page

PROSE = Path(__file__).resolve().parents[1] / "prose"
GENERATORS = (
    requirements_pages.pages,
    interfaces_pages.pages,
    items_pages.pages,
    reasons_pages.pages,
    rules_pages.pages,
    model_pages.pages,
    vectors_pages.pages,
    checks_pages.pages,
    incidents_pages.pages,
    tracing_pages.pages,
    source_pages.pages,
    glossary_pages.pages,
    writings_pages.pages,
)


def all_pages(facts: Facts, lang: Lang) -> dict[str, str]:
    """Markdown by path. A path that two generators write is refused: one of them would be lost."""
    found: dict[str, str] = {}
    for page in (*prose(lang), *(page for generator in GENERATORS for page in generator(facts, lang))):
        if page.path in found:
            raise ValueError(f"{page.path}: two pages have this path; give one of them another")
        found[page.path] = page.text
    return found


def prose(lang: Lang) -> Iterator[Page]:
    """What is written by hand."""
    folder = PROSE / lang
    for file in sorted(folder.rglob("*.md")):
        yield Page(str(file.relative_to(folder).with_suffix("")), file.read_text(encoding="utf-8"))
