"""The interfaces in other words than the protos': JSON Schemas, OpenAPI documents, the table of printed items.

All of it is generated from the protos (`make proto`) and lies beside this module: `kofu_spec/schemas`,
`kofu_spec/openapi`, `kofu_spec/contract/items.json`.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

from jsonschema import Draft202012Validator
from referencing import Registry

_SCHEMA = ".schema.json"
_OPENAPI = ".openapi.json"


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every message, by its full name such as `kofu.v1.ApplyRequest`."""
    return _all("schemas", _SCHEMA)


@cache
def openapi_documents() -> dict[str, dict[str, Any]]:
    """The OpenAPI document of every service, by its full name such as `kofu.v1.CenterService`."""
    return _all("openapi", _OPENAPI)


def not_expressible() -> list[dict[str, str | None]]:
    """What protovalidate refuses and no schema can say: message, field, rule, text, expression."""
    return cast("list[dict[str, str | None]]", _read("schemas", "not-expressible.json"))


def items() -> list[dict[str, str]]:
    """The printed items: certificate, ja, en, json_path, field, type, rules, source."""
    return cast("list[dict[str, str]]", _read("contract", "items.json"))


@cache
def registry() -> Registry[bool | Mapping[str, Any]]:
    """All schemas by their `$id`, so that their `$ref`s are found."""
    empty: Registry[bool | Mapping[str, Any]] = Registry()
    return empty.with_contents((schema["$id"], schema) for schema in schemas().values())


def validator(full_name: str) -> Draft202012Validator:
    """A validator of one message in proto3 JSON."""
    return Draft202012Validator(
        schemas()[full_name], registry=registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def _all(folder: str, ending: str) -> dict[str, dict[str, Any]]:
    names = sorted(entry.name for entry in files("kofu_spec").joinpath(folder).iterdir())
    return {name.removesuffix(ending): _read(folder, name) for name in names if name.endswith(ending)}


def _read(folder: str, name: str) -> Any:
    return json.loads(files("kofu_spec").joinpath(folder, name).read_text(encoding="utf-8"))
