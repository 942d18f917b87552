"""The source document as it was scanned, with what in it was misread."""

import re
from collections.abc import Iterator

from kofu_site import links
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, block, bullets, document, heading, plain, spoken, target
from kofu_spec.requirements import source_text
from kofu_spec.requirements.source import Erratum

SOURCE_DOCUMENT = "source-document"


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield Page(
        "source",
        document(
            target(SOURCE_DOCUMENT),
            heading(1, lang("諮問資料", "The source document")),
            lang(
                "川口市が個人情報保護審議会に諮問した資料の本文。書き写したままであり、読取りの誤りも直していない。"
                "要件はこの文を一字一句そのまま引いている。",
                "What the City of Kawaguchi put before its advisory council, in Japanese, as scanned. Errors of the "
                "scan are kept, since requirements quote it to the letter.",
            ),
            heading(2, lang("読み替え", "Errata")),
            bullets(
                f"{misread(lang, one)} {' '.join(map(links.to_requirement, one.requirements))}"
                for one in facts.known.errata
            ),
            *_text(source_text()),
        ),
    )


def misread(lang: Lang, erratum: Erratum) -> str:
    """What stands in the document, what is meant, and why."""
    scanned, meant = spoken(Lang.JA, plain(erratum.scanned)), spoken(Lang.JA, plain(erratum.meant))
    note = plain(lang(erratum.note_ja, erratum.note_en))
    return lang(f"「{scanned}」は「{meant}」と読む。{note}", f"Read {scanned} as {meant}. {note}")


def _text(text: str) -> Iterator[str]:
    """Its headings as headings; everything between them in one block that is Japanese."""
    paragraphs: list[str] = []
    for paragraph in filter(None, (one.strip() for one in text.split("\n\n"))):
        match = re.match(r"(#+) (.*)", paragraph)
        if match is None:
            lines = [line.removeprefix("- ") for line in paragraph.splitlines()]
            paragraphs.append("\n\n".join(plain(line.replace("\t", "　")) for line in lines))
            continue
        if paragraphs:
            yield block("language-ja", *paragraphs)
        paragraphs = []
        yield heading(len(match[1]), spoken(Lang.JA, plain(match[2])))
    if paragraphs:
        yield block("language-ja", *paragraphs)
