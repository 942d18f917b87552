"""The configuration as a file to fill in: every field with its meaning, rule and default."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kofu_reference.runtime.config import PeerConfig, SystemConfig, section_of
from kofu_reference.runtime.rundirectory import PEERS


def config_text(system: str) -> str:
    """A TOML file for a system. What has a default stands there as a comment; all else has to be filled in."""
    return "\n".join(_lines(SystemConfig, system, "")) + "\n"


def _lines(section: type[BaseModel], system: str, path: str) -> Iterator[str]:
    if path:
        yield ""
        yield f"# {(section.__doc__ or '').splitlines()[0]}"
        yield f"[{path}]"
    plain = {name: field for name, field in section.model_fields.items() if section_of(field.annotation) is None}
    for name, field in plain.items():
        if system in (_mark(field, "systems") or (system,)):
            yield from _field(name, field, system)
    for name, field in section.model_fields.items():
        inner = section_of(field.annotation)
        if inner is PeerConfig:
            for peer in PEERS.get(system, ()):
                yield from _lines(inner, peer, f"{name}.{peer}")
        elif inner is not None:
            yield from _lines(inner, system, name)


def _field(name: str, field: FieldInfo, system: str) -> Iterator[str]:
    rules = "; ".join(filter(None, [" ".join((field.description or "").split()), _bounds(field)]))
    yield f"# {rules}"
    value = _value(name, field, system)
    line = tomli_w.dumps({name: value}, multiline_strings=False).strip().replace("\n", " ")
    yield line if field.is_required() or _mark(field, "needed") else f"#{line}"


def _value(name: str, field: FieldInfo, system: str) -> Any:
    if name == "system":
        return system
    default = None if field.is_required() else field.default
    chosen = field.examples[0] if default in (None, ()) and field.examples else default
    return _plain(chosen, system)


def _plain(value: Any, system: str) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each, system) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool | int | float | datetime):
        return value
    return str(value).replace("issuing", system) if isinstance(value, str | Path) else value


def _bounds(field: FieldInfo) -> str:
    bounds = [
        f"{words} {getattr(rule, name)}"
        for rule in field.metadata
        for name, words in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("pattern", "form"))
        if getattr(rule, name, None) is not None
    ]
    return ", ".join(bounds)


def _mark(field: FieldInfo, name: str) -> Any:
    extra = field.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None
