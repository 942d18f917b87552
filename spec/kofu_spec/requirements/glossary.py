"""The glossary: for each Japanese term the English name that code and documents use, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from kofu_spec.requirements.entries import CatalogueError, Strict, Text, read_entries

GLOSSARY = "glossary.yaml"

Group = Literal["service", "system", "document", "card", "data", "act", "paper", "network", "conformance"]


@dataclass(frozen=True)
class Term:
    """One thing and its names."""

    id: str
    group: Group
    ja: str
    also_ja: tuple[str, ...]
    """Other Japanese names of the same thing, as in the source document."""
    en: str
    also_en: tuple[str, ...]
    """Short forms and forms in a sentence."""
    meaning_ja: str
    meaning_en: str


@cache
def load() -> Mapping[str, Term]:
    """The terms by id, group by group; CatalogueError where their file is wrong."""
    return parse((resources.files(__package__) / GLOSSARY).read_text("utf-8"))


def parse(text: str) -> Mapping[str, Term]:
    """Reads the text of `glossary.yaml`; CatalogueError where a Japanese word names two things."""
    terms: dict[str, Term] = {}
    named: dict[str, str] = {}
    for entry in read_entries(GLOSSARY, text, _Entry):
        fields = dict(entry) | {"also_ja": tuple(entry.also_ja), "also_en": tuple(entry.also_en)}
        terms[entry.id] = Term(**fields)
        for word in (entry.ja, *entry.also_ja):
            if word in named:
                raise CatalogueError(
                    f"{GLOSSARY}: {entry.id}: ja: {word} names {named[word]} already; choose one of the two"
                )
            named[word] = entry.id
    return terms


class _Entry(Strict):
    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    group: Group
    ja: Text
    also_ja: Annotated[list[Text], Field(default_factory=list)]
    en: Text
    also_en: Annotated[list[Text], Field(default_factory=list)]
    meaning_ja: Text
    meaning_en: Text
