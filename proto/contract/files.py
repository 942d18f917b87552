"""Every file that is made from the image, by its path in the repository."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contract import items, openapi, reasons_table
from contract.examples import example
from contract.image import Image
from contract.schema import file_name, not_expressible, schema_file

SCHEMAS = Path("spec/kofu_spec/schemas")
OPENAPI = Path("spec/kofu_spec/openapi")
CONTRACT = Path("spec/kofu_spec/contract")
GENERATED = {SCHEMAS: "*.json", OPENAPI: "*.json", CONTRACT: "*.[jm]*"}
"""Folders, and what in them is generated."""

INVISIBLE = re.compile("[\ufe00-\ufe0f\u2028\u2029\U000e0100-\U000e01ef]")


def files(image: Image) -> Iterator[tuple[Path, str]]:
    """Path and content of each file."""
    unsaid: list[dict[str, str | None]] = []
    for message in image.messages:
        schema = schema_file(image, message) | {"examples": [example(image, message)]}
        yield SCHEMAS / file_name(message.full_name), text(schema)
        unsaid += [one.row() for one in not_expressible(image, message)]
    yield SCHEMAS / "not-expressible.json", text(unsaid)
    for service in image.services:
        yield OPENAPI / f"{service.full_name}.openapi.json", text(openapi.document(image, service))
    rows = items.rows(image)
    yield CONTRACT / "items.json", text(rows)
    yield CONTRACT / "items.md", items.markdown(image, rows)
    yield CONTRACT / "reasons.md", reasons_table.markdown()


def write(image: Image, root: Path) -> None:
    """Writes all files below a root, and removes what is no longer generated."""
    for folder, names in GENERATED.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        for stale in (root / folder).glob(names):
            stale.unlink()
    for path, content in files(image):
        (root / path).write_text(content)


def text(value: Any) -> str:
    """JSON as it is committed: readable Japanese, and what can't be seen escaped."""
    plain = json.dumps(value, ensure_ascii=False, indent=1)
    return INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], plain) + "\n"
