"""The configuration as a file to fill in: every field with its meaning, rule and default."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, get_origin

import tomli_w
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kofu_reference.runtime.config import PeerConfig, SystemConfig, section_of
from kofu_reference.runtime.rundirectory import PEERS


def config_text(system: str) -> str:
    """A TOML file for a system. What has a default stands there as a comment; all else has to be filled in."""
    return "\n".join(_lines(SystemConfig, system, _Place())) + "\n"


@dataclass(frozen=True)
class _Place:
    """Where a section stands. One that may be left out is a comment as a whole."""

    path: str = ""
    is_repeated: bool = False
    may_be_left_out: bool = False

    @property
    def heading(self) -> str:
        heading = f"[[{self.path}]]" if self.is_repeated else f"[{self.path}]"
        return f"#{heading}" if self.may_be_left_out else heading

    def below(self, name: str, field: FieldInfo) -> "_Place":
        """The place of a section within this one."""
        path = f"{self.path}.{name}" if self.path else name
        is_repeated = get_origin(field.annotation) is tuple
        return _Place(path, is_repeated, self.may_be_left_out or is_repeated or field.default is None)


def _lines(section: type[BaseModel], system: str, place: _Place) -> Iterator[str]:
    if place.path:
        yield ""
        yield f"# {(section.__doc__ or '').splitlines()[0]}"
        yield place.heading
    read = {
        name: field for name, field in section.model_fields.items() if system in (_mark(field, "systems") or (system,))
    }
    for name, field in read.items():
        if section_of(field.annotation) is None:
            yield from _field(name, field, system, place.may_be_left_out)
    for name, field in read.items():
        inner = section_of(field.annotation)
        if get_origin(field.annotation) is dict:
            for peer in PEERS.get(system, ()):
                yield from _lines(PeerConfig, peer, _Place(f"{name}.{peer}"))
        elif inner is not None:
            yield from _lines(inner, system, place.below(name, field))


def _field(name: str, field: FieldInfo, system: str, may_be_left_out: bool) -> Iterator[str]:
    rules = "; ".join(filter(None, [" ".join((field.description or "").split()), _bounds(field)]))
    yield f"# {rules}"
    value = _value(name, field, system)
    line = " ".join(tomli_w.dumps({name: value}).split()).replace("[ ", "[").replace(", ]", "]")
    has_to_be_filled_in = field.is_required() or _mark(field, "needed")
    yield line if has_to_be_filled_in and not may_be_left_out else f"#{line}"


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
    if isinstance(value, bool | int | float | date):
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
