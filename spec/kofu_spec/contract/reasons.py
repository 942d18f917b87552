"""What each reason of a refusal means and what its caller may do then, as data. [3.2.6]"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

ALL: Final = "all"
"""In `rpcs`: every RPC may answer it."""


class Then(StrEnum):
    """What the caller may do after the refusal."""

    RETRY = "retry"
    """The same call again, once what the reason names is mended."""
    NEW_APPLICATION = "new_application"
    """Another application in the same session, with a request id of its own."""
    NEW_SESSION = "new_session"
    """From the card on, now or when the reason has passed."""
    CORRECT_REQUEST = "correct_request"
    """Another request: this one can't be granted as it stands."""
    CITY_OFFICE = "city_office"
    """A visit to the city office; no other request helps."""
    NONE = "none"
    """Nothing that the caller can do."""


class FeeTaken(StrEnum):
    """Whether a fee may have been kept when the reason is met."""

    NEVER = "never"
    """Nothing was charged; what was paid in was returned."""
    IF_PRINTED = "if_printed"
    """The call comes after the printing too: what was printed stays charged, before it nothing was."""


@dataclass(frozen=True)
class ReasonEntry:
    """One reason. `rpcs` are names such as `CenterService.Apply`, or `all` alone; `statements` ids of the catalogue."""

    reason: str
    statements: tuple[str, ...]
    ja: str
    en: str
    then: Then
    fee_taken: FeeTaken
    rpcs: tuple[str, ...]

    def may_be_answered_by(self, rpc: str) -> bool:
        """Whether an RPC, `Service.Method`, may answer it."""
        return self.rpcs == (ALL,) or rpc in self.rpcs


class ReasonsError(ValueError):
    """The table's file is wrong; the text is one line that names reason, field and remedy."""


@cache
def load() -> Mapping[str, ReasonEntry]:
    """The table of this package by the name of the reason; ReasonsError where its file is wrong."""
    return parse((resources.files(__package__) / "reasons.yaml").read_text("utf-8"))


def parse(text: str) -> Mapping[str, ReasonEntry]:
    """Reads the table from YAML; ReasonsError names the first fault."""
    try:
        raw = yaml.safe_load(text)
        entries = _ENTRIES.validate_python(raw)
    except yaml.YAMLError as error:
        raise ReasonsError(f"reasons.yaml: is no YAML ({' '.join(str(error).split())}); mend the file") from error
    except ValidationError as error:
        raise ReasonsError(f"reasons.yaml: {_first_fault(error, raw)}; mend the entry") from error
    table: dict[str, ReasonEntry] = {}
    for entry in entries:
        if entry.reason in table:
            raise ReasonsError(f"reasons.yaml: {entry.reason}: reason: stands twice; keep one of them")
        if ALL in entry.rpcs and len(entry.rpcs) > 1:
            raise ReasonsError(f"reasons.yaml: {entry.reason}: rpcs: 'all' stands alone; leave the others out")
        table[entry.reason] = ReasonEntry(
            reason=entry.reason,
            statements=tuple(entry.statements),
            ja=entry.ja,
            en=entry.en,
            then=entry.then,
            fee_taken=entry.fee_taken,
            rpcs=tuple(entry.rpcs),
        )
    return table


_Text = Annotated[str, Field(min_length=1)]
_Rpc = Annotated[str, Field(pattern=r"^(all|[A-Z][A-Za-z]+Service\.[A-Z][A-Za-z]+)$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, Field(pattern="^REASON_[A-Z_]+$")]
    statements: Annotated[list[_Text], Field(min_length=1)]
    ja: _Text
    en: _Text
    then: Then
    fee_taken: FeeTaken
    rpcs: Annotated[list[_Rpc], Field(min_length=1)]


_ENTRIES = TypeAdapter(list[_Entry])


def _first_fault(error: ValidationError, raw: object) -> str:
    fault = error.errors()[0]
    if not fault["loc"] or not isinstance(raw, list):
        return f"must be a list of reasons ({fault['msg']})"
    index, *field = fault["loc"]
    entry = raw[int(index)]
    name = entry.get("reason") if isinstance(entry, dict) else None
    return ": ".join([str(name or f"entry {int(index) + 1}"), *filter(None, [".".join(map(str, field))]), fault["msg"]])
