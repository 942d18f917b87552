"""Requirements as data, and the loader that reads them from YAML."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kofu_spec.requirements.entries import CatalogueError, Strict, Text, read_entries

SECTIONS = ("1", "2", "3.1", "3.2", "3.3", "profile")

System = Literal[
    "all",
    "card",
    "center",
    "city",
    "core",
    "counter",
    "inquiry",
    "issuing",
    "jpki",
    "kiosk",
    "koseki",
    "network",
    "operator",
    "provider",
    "relay",
]


class Level(StrEnum):
    """How binding a statement is."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class VerdictClass(StrEnum):
    """How a statement is judged; one statement may be of several classes."""

    TEST = "test"
    """Black-box test over the interfaces."""
    WITNESS = "witness"
    """Witnessed on the implementation's own host."""
    ATTEST = "attest"
    """Attested by the operator with evidence."""
    INFORMATIVE = "informative"
    """Nothing to check; kept so that coverage of the document can be proven."""


class Pending(StrEnum):
    """The capability that the first check of a statement waits for."""

    PAPER = "paper"
    WITNESS = "witness"
    SUITE = "suite"
    ATTESTATION = "attestation"


@dataclass(frozen=True)
class Decision:
    """What the specification decides where the source is silent, with the reason, both in Japanese and English."""

    ja: str
    en: str
    reason_ja: str
    reason_en: str


@dataclass(frozen=True)
class Requirement:
    """One statement.

    `source` quotes the document verbatim, a line a passage; it is empty for the profile's own (P.1 to P.10).
    """

    id: str
    level: Level
    title_ja: str
    title_en: str
    ja: str
    en: str
    source: str
    paragraph: str
    circled: str
    systems: tuple[str, ...]
    classes: frozenset[VerdictClass]
    verdict_ja: str
    verdict_en: str
    """What a pass says and what it does not say; empty where there is nothing to check."""
    least_triggers: Mapping[str, int]
    """How often its situation has to arise in a run of each level before a pass counts; never less than once."""
    evidence_ja: str
    evidence_en: str
    """What the operator is asked to show; empty where nothing is attested."""
    decisions: tuple[Decision, ...]
    pending: Pending | None

    @property
    def testable(self) -> bool:
        """Whether a check can judge it, over the interfaces or on the host."""
        return bool(self.classes & {VerdictClass.TEST, VerdictClass.WITNESS})


class UnknownRequirement(KeyError):
    """An id that is not in the catalogue; its text is one line that suggests near ids."""

    def __init__(self, requirement_id: str, known: Iterable[str]) -> None:
        super().__init__(requirement_id)
        self.requirement_id = requirement_id
        self.near = _near(requirement_id, list(known))

    def __str__(self) -> str:
        remedy = f"did you mean {', '.join(self.near)}?" if self.near else "'kofu explain' lists all"
        return f"requirement {self.requirement_id!r}: not in the catalogue; {remedy}"


class Catalogue(Mapping[str, Requirement]):
    """All requirements by id, in the order of the document, the profile's own last."""

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._by_id = {requirement.id: requirement for requirement in requirements}

    def __getitem__(self, requirement_id: str) -> Requirement:
        try:
            return self._by_id[requirement_id]
        except KeyError:
            raise UnknownRequirement(requirement_id, self._by_id) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)


@cache
def load() -> Catalogue:
    """The catalogue of this package; CatalogueError where its files are wrong."""
    folder = resources.files(__package__)
    return parse({f"{section}.yaml": (folder / f"{section}.yaml").read_text("utf-8") for section in SECTIONS})


def parse(files: Mapping[str, str]) -> Catalogue:
    """Reads YAML texts by file name; CatalogueError names file, id and field of the first fault."""
    entries = list(chain.from_iterable(read_entries(name, text, _Entry) for name, text in files.items()))
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise CatalogueError(
                f"{entry.id}: id: stands in two files of the catalogue; give one of them another number"
            )
        seen.add(entry.id)
    return Catalogue(map(_requirement, entries))


class _DecisionEntry(Strict):
    ja: Text
    en: Text
    reason_ja: Text
    reason_en: Text


class _LeastTriggers(Strict):
    quick: Annotated[int, Field(ge=1)] = 1
    standard: Annotated[int, Field(ge=1)] = 1
    thorough: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _never_fewer_at_a_higher_level(self) -> "_LeastTriggers":
        if not self.quick <= self.standard <= self.thorough:
            raise ValueError("a higher level must not ask for less than a lower one; raise it")
        return self


class _Entry(Strict):
    id: Annotated[str, Field(pattern=r"^([1-9](\.[0-9]+)+[a-z]?|P\.[1-9][0-9]*)$")]
    level: Level
    title_ja: Text
    title_en: Text
    ja: Text
    en: Text
    source: str = ""
    paragraph: Text
    circled: Annotated[str, Field(pattern="^[①-⑳]?$")] = ""
    systems: Annotated[list[System], Field(min_length=1)]
    classes: Annotated[list[VerdictClass], Field(min_length=1)]
    verdict_ja: str = ""
    verdict_en: str = ""
    least_triggers: Annotated[_LeastTriggers, Field(default_factory=_LeastTriggers)]
    evidence_ja: str = ""
    evidence_en: str = ""
    decisions: Annotated[list[_DecisionEntry], Field(default_factory=list)]
    pending: Pending | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "_Entry":
        of_profile = self.id.startswith("P.")
        if not of_profile and not self.source:
            raise ValueError("source: must quote the document; add the sentence verbatim")
        if of_profile and self.source:
            raise ValueError("source: the profile's own requirements quote nothing; leave it out")
        if VerdictClass.INFORMATIVE in self.classes and (len(self.classes) > 1 or self.pending):
            raise ValueError("classes: informative goes with no other class and waits for nothing; drop one")
        if self.classes == [VerdictClass.ATTEST] and self.pending is None:
            raise ValueError("pending: must be attestation where only the operator can tell; add it")
        return self

    @model_validator(mode="after")
    def _says_what_a_verdict_means(self) -> "_Entry":
        judged = VerdictClass.INFORMATIVE not in self.classes
        attested = VerdictClass.ATTEST in self.classes
        for field, wanted, rule in (
            ("verdict_ja", judged, "says what a pass means, except where there is nothing to check"),
            ("verdict_en", judged, "says what a pass means, except where there is nothing to check"),
            ("evidence_ja", attested, "says what the operator is asked to show, where the class is attest"),
            ("evidence_en", attested, "says what the operator is asked to show, where the class is attest"),
        ):
            if bool(getattr(self, field)) != wanted:
                raise ValueError(f"{field}: {rule}; {'add it' if wanted else 'leave it out'}")
        return self


def _requirement(entry: _Entry) -> Requirement:
    return Requirement(
        id=entry.id,
        level=entry.level,
        title_ja=entry.title_ja,
        title_en=entry.title_en,
        ja=entry.ja,
        en=entry.en,
        source=entry.source,
        paragraph=entry.paragraph,
        circled=entry.circled,
        systems=tuple(entry.systems),
        classes=frozenset(entry.classes),
        verdict_ja=entry.verdict_ja,
        verdict_en=entry.verdict_en,
        least_triggers=entry.least_triggers.model_dump(),
        evidence_ja=entry.evidence_ja,
        evidence_en=entry.evidence_en,
        decisions=tuple(Decision(**decision.model_dump()) for decision in entry.decisions),
        pending=entry.pending,
    )


def _near(requirement_id: str, known: list[str]) -> list[str]:
    """Up to four ids of the same statement or section, else those that are spelled alike."""
    typed = requirement_id.strip()
    statement = re.sub(r"[a-z]$", "", typed)
    family = [known_id for known_id in known if re.fullmatch(re.escape(statement) + r"[a-z]", known_id)]
    return family[:4] or difflib.get_close_matches(typed.upper() if typed.startswith("p") else typed, known, n=4)
