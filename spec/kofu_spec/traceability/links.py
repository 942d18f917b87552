"""The links as data, the loader that reads them, and the text in which they are committed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

VERSION = 1
LINKS, WAITING, VECTORS = "links.json", "waiting.json", "vectors"


@dataclass(frozen=True)
class CheckLink:
    """A check of the suite, as a run of the whole suite against the reference without a fault reported it."""

    id: str
    suite: str
    """First part of the id, such as chain."""
    title: str
    """The situation in one sentence."""
    quotation: str
    """The sentence of the source document that it judges."""
    story: str
    """The whole story: situation, quotation, what a conforming system does."""
    requirements: tuple[str, ...]
    """The requirements that it names."""
    exercised: tuple[str, ...]
    """Those of them whose situation arose in the run and was judged."""


@dataclass(frozen=True)
class FaultLink:
    """A seeded fault of the reference, and the check that found it in a run."""

    id: str
    system: str
    statement: str
    sentence: str
    killed_by: str
    """The check that has to find it."""
    killed: bool
    """Whether it did."""


@dataclass(frozen=True)
class Traceability:
    """All links, checks and faults by id, in the order of their ids."""

    checks: Mapping[str, CheckLink]
    faults: Mapping[str, FaultLink]
    vectors: Mapping[str, tuple[str, ...]]
    """The requirements of each file of vectors, as published in this package: no run emits them."""

    def checks_of(self, requirement_id: str) -> tuple[CheckLink, ...]:
        """The checks that name a requirement."""
        return tuple(check for check in self.checks.values() if requirement_id in check.requirements)

    def faults_of(self, requirement_or_check_id: str) -> tuple[FaultLink, ...]:
        """The faults that break a requirement, or that a check finds."""
        return tuple(
            fault
            for fault in self.faults.values()
            if requirement_or_check_id in (fault.statement, fault.killed_by) and fault.killed
        )

    def vectors_of(self, requirement_id: str) -> tuple[str, ...]:
        """The files of vectors that exercise a requirement."""
        return tuple(name for name, requirements in self.vectors.items() if requirement_id in requirements)


class TraceabilityError(ValueError):
    """A committed file of the links is wrong; the text names file, id, field and remedy in one line."""


@cache
def load() -> Traceability:
    """The links of this package, its files of vectors among them; TraceabilityError where a file is wrong."""
    return replace(parse(_text(LINKS)), vectors=published_vectors())


@cache
def waiting() -> frozenset[str]:
    """The requirements that may still wait for their first check. The list may only shrink."""
    try:
        return frozenset(_Waiting.model_validate_json(_text(WAITING)).may_wait)
    except ValidationError as error:
        raise TraceabilityError(_first_fault(WAITING, error, "list ids under may_wait")) from error


def published_vectors() -> dict[str, tuple[str, ...]]:
    """The requirements that each file of `kofu_spec/vectors` names; nothing where a package has none."""
    folder = resources.files("kofu_spec") / VECTORS
    files = sorted(one.name for one in folder.iterdir() if one.name.endswith(".json")) if folder.is_dir() else []
    vectors = {}
    for name in files:
        try:
            vectors[name.removesuffix(".json")] = _VectorFile.model_validate_json(
                (folder / name).read_text("utf-8")
            ).requirements
        except ValidationError as error:
            raise TraceabilityError(_first_fault(f"{VECTORS}/{name}", error, "make the vectors anew")) from error
    return vectors


def parse(text: str) -> Traceability:
    """Reads the text of `links.json`, which holds no vectors; TraceabilityError names the first fault."""
    try:
        read = _Links.model_validate_json(text)
    except ValidationError as error:
        raise TraceabilityError(_first_fault(LINKS, error, "run make traceability")) from error
    return Traceability(
        checks={key: CheckLink(id=key, **_fields(one)) for key, one in sorted(read.checks.items())},
        faults={key: FaultLink(id=key, **_fields(one)) for key, one in sorted(read.faults.items())},
        vectors={},
    )


def as_text(links: Traceability) -> str:
    """The text in which links are committed: the same links give the same bytes."""
    entries = _Links(
        version=VERSION,
        checks={key: _CheckEntry(**_without_id(one)) for key, one in links.checks.items()},
        faults={key: _FaultEntry(**_without_id(one)) for key, one in links.faults.items()},
    )
    return json.dumps(entries.model_dump(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _CheckEntry(_Strict):
    suite: Text
    title: Text
    quotation: str
    story: Text
    requirements: tuple[str, ...]
    exercised: tuple[str, ...]


class _FaultEntry(_Strict):
    system: Text
    statement: Text
    sentence: Text
    killed_by: str
    killed: bool


class _Links(_Strict):
    version: Literal[1]
    checks: dict[str, _CheckEntry]
    faults: dict[str, _FaultEntry]


class _VectorFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    requirements: tuple[str, ...]


class _Waiting(_Strict):
    version: Literal[1]
    may_wait: tuple[str, ...]


def _text(name: str) -> str:
    return (resources.files(__package__) / name).read_text("utf-8")


def _fields(entry: BaseModel) -> dict[str, Any]:
    return dict(entry)


def _without_id(link: CheckLink | FaultLink) -> dict[str, Any]:
    return {key: value for key, value in vars(link).items() if key != "id"}


def _first_fault(name: str, error: ValidationError, remedy: str) -> str:
    fault = error.errors()[0]
    where = ": ".join(map(str, fault["loc"]))
    return ": ".join(filter(None, [name, where, f"{fault['msg']}; {remedy}"]))
