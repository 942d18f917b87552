"""The source document, what in it states nothing, and the errors of its scan."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from kofu_spec.requirements.entries import CatalogueError, Strict, Text, read_entries

SOURCE, NONNORMATIVE, ERRATA = "source.md", "nonnormative.yaml", "errata.yaml"

MARKUP = re.compile(r"(?m)^(#+ |- )")
"""What of a line is Markdown and not the document's."""


@dataclass(frozen=True)
class Erratum:
    """An error of the scan or an oddity of the document; the document itself is kept as it is."""

    id: str
    scanned: str
    """As it stands in the document."""
    meant: str
    note_ja: str
    note_en: str
    requirements: tuple[str, ...]
    """The requirements that are read with it in mind; none where it stands in a heading."""


def source_text() -> str:
    """The source document as it was scanned, without the comment at its head."""
    return _text(SOURCE).partition("-->")[2]


@cache
def nonnormative() -> tuple[str, ...]:
    """The passages of the document that state nothing, headings and lead-ins, in its order."""
    return tuple(entry.text for entry in read_entries(NONNORMATIVE, _text(NONNORMATIVE), _Passage, key="text"))


@cache
def errata() -> tuple[Erratum, ...]:
    """The errata; CatalogueError where their file is wrong."""
    return parse_errata(_text(ERRATA), source_text())


def parse_errata(text: str, source: str) -> tuple[Erratum, ...]:
    """Reads the text of `errata.yaml`; CatalogueError where one is not of this source."""
    entries = read_entries(ERRATA, text, _ErratumEntry)
    for entry in entries:
        if without_blanks(entry.scanned) not in without_blanks(source):
            raise CatalogueError(f"{ERRATA}: {entry.id}: scanned: does not stand in {SOURCE}; quote it word for word")
    return tuple(Erratum(**dict(entry) | {"requirements": tuple(entry.requirements)}) for entry in entries)


def unquoted(source: str, quotations: Iterable[str], nonnormative: Collection[str]) -> list[str]:
    """What is left of the document once quotations and non-normative passages are taken out, blanks aside.

    A quotation is a line of a requirement's `source`. The longest go first, so that a short one within a long one takes
    nothing away that the long one still has to cover.
    """
    passages = {without_blanks(one) for text in (*quotations, *nonnormative) for one in text.splitlines()}
    left = without_blanks(MARKUP.sub("", source))
    for passage in sorted(passages, key=len, reverse=True):
        left = left.replace(passage, "\n")
    return [rest for rest in left.split("\n") if rest]


def without_blanks(text: str) -> str:
    """The text without blanks and line breaks, which in the scan mean nothing."""
    return re.sub(r"\s", "", text)


class _Passage(Strict):
    text: Text
    kind: Literal["heading", "lead-in"]


class _ErratumEntry(Strict):
    id: Annotated[str, Field(pattern=r"^E\.[1-9][0-9]*$")]
    scanned: Text
    meant: Text
    note_ja: Text
    note_en: Text
    requirements: Annotated[list[Text], Field(default_factory=list)]


def _text(name: str) -> str:
    return (resources.files(__package__) / name).read_text("utf-8")
