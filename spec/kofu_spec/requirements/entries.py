"""Reads the YAML files of this package: each a list of entries, its faults told in one line."""

from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Entry = TypeVar("Entry", bound=BaseModel)

Text = Annotated[str, Field(min_length=1)]
"""A text that is not empty; blanks at its ends don't count."""


class CatalogueError(ValueError):
    """The catalogue's own files are wrong; the text names file, id, field, rule and remedy in one line."""


class Strict(BaseModel):
    """An entry, or a part of one: no field but those named."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "take it out or mend its name",
    "string_too_short": "write it",
    "list_type": "write a list",
    "string_type": "write a text",
}
"""What helps where the rule alone does not say it."""


def read_entries(name: str, text: str, shape: type[Entry], key: str = "id") -> list[Entry]:
    """The entries of one file, told apart by `key`; CatalogueError names the first fault."""
    try:
        raw = yaml.load(text, Loader=_LOADER)  # noqa: S506 - both loaders are the safe ones
        entries = TypeAdapter(list[shape]).validate_python(raw)  # type: ignore[valid-type]
    except yaml.YAMLError as error:
        raise CatalogueError(f"{name}: is no YAML ({' '.join(str(error).split())}); mend the file") from error
    except ValidationError as error:
        raise CatalogueError(f"{name}: {_first_fault(error, raw, key)}") from error
    seen: set[Any] = set()
    for entry in entries:
        value = getattr(entry, key)
        if value in seen:
            raise CatalogueError(f"{name}: {value}: {key}: stands twice; give one of them another")
        seen.add(value)
    return entries


def _first_fault(error: ValidationError, raw: object, key: str) -> str:
    fault = error.errors()[0]
    message = str(fault["msg"]).removeprefix("Value error, ")
    if ";" not in message:
        message = f"{message}; {_REMEDIES.get(fault['type'], 'mend it')}"
    if not fault["loc"] or not isinstance(raw, list):
        return f"must be a list of entries; write '- {key}: …' for each"
    index, *field = fault["loc"]
    entry, number = raw[int(index)], f"entry {int(index) + 1}"
    named = entry.get(key, number) if isinstance(entry, dict) else number
    return ": ".join([str(named), *filter(None, [".".join(map(str, field))]), message])
