"""The shape of report.json; its JSON Schema in `schema/` is generated from here."""

import json
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kofu_conformance.engine.registry import Level
from kofu_conformance.engine.verdict import Verdict

SCHEMA_VERSION = 1
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tool(_Part):
    """What ran the checks: the same seed gives the same cases with the same versions."""

    kofu: str
    python: str
    hypothesis: str
    pytest: str


class ServerNamed(_Part):
    """What one server says that it runs, as the run found it."""

    server: str
    build: str
    configuration: str


class IutNamed(_Part):
    """The implementation under test, as its profile names it."""

    name: str
    build: str
    role: str
    servers: tuple[ServerNamed, ...] = Field(
        (), description="What each server named when the run began; those that tell nothing are left out."
    )


class ReferenceStarted(_Part):
    """The run started the reference itself."""

    role: Literal["all"]
    fault: str | None = Field(description="Id of the seeded fault, or null.")


class Run(_Part):
    """One run of the suite."""

    seed: int
    level: Level
    started: datetime
    finished: datetime
    interrupted: bool
    tool: Tool
    iut: IutNamed
    profile: str = Field(description="Path of the profile that was used.")
    reference: ReferenceStarted | None


class RequirementVerdict(_Part):
    """A statement of the source document and what the run knows of it."""

    id: str
    level: str
    title_ja: str
    title_en: str
    ja: str
    en: str
    source: str
    verdict: Verdict
    reasons: tuple[str, ...] = Field(description="Why it isn't a pass.")
    checks: tuple[str, ...] = Field(description="The checks that judged it in this run.")
    not_run: tuple[str, ...] = Field(description="Checks of it that this run left out.")
    cases: int
    triggers: int = Field(description="How often its situation arose and was judged.")


class Finding(_Part):
    """A deviation, in its smallest case."""

    code: str
    requirement: str = Field(description="The requirement under which its files are stored.")
    expected: str
    observed: str
    seen_at: str
    story: tuple[str, ...]
    case: str = Field(description="Names the case for replay: requirement/number.")
    case_number: int
    steps_before_shrinking: int
    shrinking_executions: int
    seed: int
    replay: str = Field(description="The command that runs the case again.")
    transcript: str = Field(description="Path below the report's folder, JSON lines.")
    stored_case: str = Field(description="Path below the report's folder.")


class Fault(_Part):
    """An error of the suite itself."""

    type: str
    message: str
    place: str
    traceback: str
    story: tuple[str, ...]


class CheckVerdict(_Part):
    """A check and its verdict."""

    id: str
    requirements: tuple[str, ...]
    situation: str
    quotation: str
    story: str = Field("", description="The whole: situation, quotation, what a conforming system does.")
    verdict: Verdict
    reasons: tuple[str, ...]
    cases: int
    planned: int
    triggers: dict[str, int]
    seconds: float
    findings: tuple[Finding, ...]
    fault: Fault | None


class LedgerEntry(_Part):
    """Something that could not be observed."""

    check: str
    case_number: int
    why: str


class LeftOutEntry(_Part):
    """Something that the run left out."""

    what: str
    kind: Literal["check", "requirement"]
    why: str


class Report(_Part):
    """The whole report."""

    schema_version: Literal[1] = 1
    conformant: bool
    exit_status: int = Field(ge=0, le=3)
    run: Run
    requirements: tuple[RequirementVerdict, ...]
    checks: tuple[CheckVerdict, ...]
    unobserved: tuple[LedgerEntry, ...]
    left_out: tuple[LeftOutEntry, ...]


class StoredCase(_Part):
    """A failing case, stored to be replayed: seeds die when a library is updated, the case does not."""

    schema_version: Literal[1] = 1
    check: str
    seed: int
    case: Any = Field(description="The case as JSON.")
    tool: Tool


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of report.json, made from the model."""
    schema = Report.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": f"https://kofu.invalid/schema/report-{SCHEMA_VERSION}.json", **schema}


def stored_schema() -> dict[str, Any]:
    """The JSON Schema as shipped in the package."""
    shipped: dict[str, Any] = json.loads((files(__package__) / "schema" / "report.schema.json").read_text("utf-8"))
    return shipped


def write_schema() -> Path:
    """Writes the shipped schema anew from the model; run after a change of the model."""
    path = Path(__file__).parent / "schema" / "report.schema.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
