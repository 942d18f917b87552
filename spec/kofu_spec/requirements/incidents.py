"""The publicly reported incidents that the profile's own requirements answer, as data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field, model_validator

from kofu_spec.requirements.catalogue import Pending
from kofu_spec.requirements.catalogue import load as load_catalogue
from kofu_spec.requirements.entries import CatalogueError, Strict, Text, read_entries

INCIDENTS = "incidents.yaml"


@dataclass(frozen=True)
class Incident:
    """Something that was publicly reported: where, when, what came out, and the cause as far as it was published."""

    id: str
    place_ja: str
    place_en: str
    when_ja: str
    when_en: str
    came_out_ja: str
    came_out_en: str
    cause_ja: str
    cause_en: str
    properties: tuple[str, ...]
    """Ids of the requirements that it breaks, the profile's own first."""
    faults: tuple[str, ...]
    """Seeded faults of the reference that do the same harm; their checks are those that catch it."""
    pending: Pending | None
    """What a seeded fault that does its harm waits for; None where there is one."""


@cache
def load() -> Mapping[str, Incident]:
    """The incidents by id; CatalogueError where their file is wrong."""
    text = (resources.files(__package__) / INCIDENTS).read_text("utf-8")
    return parse(text, load_catalogue())


def parse(text: str, requirement_ids: Collection[str]) -> Mapping[str, Incident]:
    """Reads the text of `incidents.yaml`; CatalogueError names id and field of the first fault."""
    incidents = [_incident(entry) for entry in read_entries(INCIDENTS, text, _Entry)]
    for one in incidents:
        for requirement_id in one.properties:
            if requirement_id not in requirement_ids:
                raise CatalogueError(
                    f"{INCIDENTS}: {one.id}: properties: the catalogue has no {requirement_id}; name one that it has"
                )
    return {one.id: one for one in incidents}


def of_requirement(requirement_id: str) -> tuple[Incident, ...]:
    """The incidents that broke a requirement."""
    return tuple(one for one in load().values() if requirement_id in one.properties)


class _Entry(Strict):
    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    place_ja: Text
    place_en: Text
    when_ja: Text
    when_en: Text
    came_out_ja: Text
    came_out_en: Text
    cause_ja: Text
    cause_en: Text
    properties: Annotated[list[Text], Field(min_length=1)]
    faults: Annotated[list[Text], Field(default_factory=list)]
    pending: Pending | None = None

    @model_validator(mode="after")
    def _covered_or_waiting(self) -> "_Entry":
        if bool(self.faults) == bool(self.pending):
            raise ValueError("faults: must name a seeded fault, or pending what one waits for; give one of the two")
        return self


def _incident(entry: _Entry) -> Incident:
    fields = dict(entry) | {"properties": tuple(entry.properties), "faults": tuple(entry.faults)}
    return Incident(**fields)
