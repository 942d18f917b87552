"""What a maker of vectors hands over, and how it becomes a file and its schema."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import jsonschema

from kofu_spec import requirements
from kofu_spec.vectors.reading import Vector

Json = Mapping[str, Any]

SCHEMAS = "schemas"
_HARD = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u0300-\u036f\u2028\u2029\u3099\u309a\uf900-\ufaff\ufe00-\ufe0f\U00010000-\U0010ffff]"
)


class VectorsWrong(ValueError):
    """A maker's vectors are not what they say; the text names file, vector and fault."""


@dataclass(frozen=True)
class Made:
    """The vectors of one file, as made. given, expect: JSON Schemas of these two parts of each vector."""

    name: str
    version: str
    about_ja: str
    about_en: str
    given: Json
    expect: Json
    vectors: tuple[Vector, ...]

    @property
    def schema_path(self) -> str:
        """Path of the schema, from the folder of the file."""
        return f"{SCHEMAS}/{self.name}.schema.json"

    def content(self) -> dict[str, Any]:
        """The file as JSON."""
        named = {vector.requirement for vector in self.vectors}
        return {
            "version": self.version,
            "about_ja": self.about_ja,
            "about_en": self.about_en,
            "requirements": [one for one in requirements.load() if one in named],
            "schema": self.schema_path,
            "vectors": [asdict(vector) for vector in self.vectors],
        }

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the file, whole: it refers to no other."""
        text = {"type": "string", "minLength": 1}
        vector = {
            "id": {"type": "string", "pattern": "^[a-z0-9]+([._-][a-z0-9]+)*$"},
            "given": self.given,
            "expect": self.expect,
            "because_ja": text,
            "because_en": text,
            "requirement": {"type": "string", "enum": self.content()["requirements"]},
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"https://kofu.invalid/vectors/{self.name}.schema.json",
            "title": self.name,
            "description": f"{self.about_ja}\n{self.about_en}",
            **record(
                {
                    "version": {"const": self.version},
                    "about_ja": text,
                    "about_en": text,
                    "requirements": {"type": "array", "items": text, "minItems": 1, "uniqueItems": True},
                    "schema": {"const": self.schema_path},
                    "vectors": {"type": "array", "minItems": 1, "items": record(vector)},
                }
            ),
        }

    def check(self) -> None:
        """Raises VectorsWrong for an id that stands twice, an unknown requirement, or what the schema forbids."""
        for name, count in Counter(vector.id for vector in self.vectors).items():
            if count > 1:
                raise VectorsWrong(f"{self.name}: {name}: stands {count} times; give each vector an id of its own")
        for vector in self.vectors:
            if vector.requirement not in requirements.load():
                raise VectorsWrong(
                    f"{self.name}: {vector.id}: requirement {vector.requirement} is not in the catalogue"
                )
        for fault in jsonschema.Draft202012Validator(self.schema()).iter_errors(self.content()):
            raise VectorsWrong(f"{self.name}: {fault.json_path}: {fault.message}; mend the maker or its schema")


def record(properties: Json, optional: Iterable[str] = ()) -> dict[str, Any]:
    """The schema of an object that has these members and no others; all are required but the optional ones."""
    required = [name for name in properties if name not in set(optional)]
    return {"type": "object", "required": required, "additionalProperties": False, "properties": dict(properties)}


def files(made: Iterable[Made]) -> Iterator[tuple[str, str]]:
    """Path and content of each file, checked before it is written."""
    for one in made:
        one.check()
        yield f"{one.name}.json", _vectors_text(one.content())
        yield one.schema_path, _escaped(json.dumps(one.schema(), ensure_ascii=False, indent=1)) + "\n"


def _vectors_text(content: dict[str, Any]) -> str:
    """JSON for reading: one line for what goes in, one for what comes out."""
    vectors = ",\n".join(_object_text(vector, "  ") for vector in content["vectors"])
    head = _object_text({**content, "vectors": []}, "").removesuffix("[]\n}")
    return _escaped(f"{head}[\n{vectors}\n ]\n}}\n")


def _object_text(value: dict[str, Any], indent: str) -> str:
    members = ",\n".join(f'{indent} "{name}": {json.dumps(one, ensure_ascii=False)}' for name, one in value.items())
    return f"{indent}{{\n{members}\n{indent}}}"


def _escaped(text: str) -> str:
    """Characters that can't be seen, or that an editor might change, by their escapes."""
    return _HARD.sub(lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], text)
