"""The vectors as they are committed, read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any


@dataclass(frozen=True)
class Vector:
    """One question to an implementation, with the answer that conforms and why.

    given: what goes in, JSON. expect: what has to come out, JSON. requirement: an id of the catalogue.
    """

    id: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    because_ja: str
    because_en: str
    requirement: str


@dataclass(frozen=True)
class VectorFile:
    """The vectors of one rule.

    version: raised whenever an expectation is changed or a vector removed; one more vector leaves it as it is.
    schema: the path of its JSON Schema in the same folder.
    """

    name: str
    version: str
    about_ja: str
    about_en: str
    requirements: tuple[str, ...]
    schema: str
    vectors: tuple[Vector, ...]


class UnknownVectors(KeyError):
    """There is no file of that name; its text is one line that names those that there are."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"vectors {self.name!r}: there is no such file; take one of {', '.join(names())}"


def folder() -> Traversable:
    """Where the files are."""
    return resources.files(__package__)


@cache
def names() -> tuple[str, ...]:
    """The names of the files, without ending, in alphabetical order."""
    files = (entry.name for entry in folder().iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in files if name.endswith(".json")))


@cache
def load(name: str) -> VectorFile:
    """The vectors of one file; UnknownVectors where there is none of that name."""
    if name not in names():
        raise UnknownVectors(name)
    content = json.loads((folder() / f"{name}.json").read_text("utf-8"))
    vectors = tuple(Vector(**vector) for vector in content.pop("vectors"))
    return VectorFile(name=name, requirements=tuple(content.pop("requirements")), vectors=vectors, **content)


def of_requirement(requirement_id: str) -> list[tuple[str, list[str]]]:
    """The files that judge a requirement, each with the ids of its vectors that do."""
    found = (
        (name, [vector.id for vector in load(name).vectors if vector.requirement == requirement_id]) for name in names()
    )
    return [(name, ids) for name, ids in found if ids]
