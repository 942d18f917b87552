"""Seeded faults: each file one fault, one sentence, and the check of the suite that has to find it.

A fault module has the docstring as its sentence, SYSTEM, STATEMENT (the requirement that it breaks), KILLED_BY (the
id of the check) and `install(system)`, called after construction and before listening.
"""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """What the list of faults says of one."""

    id: str
    sentence: str
    system: str
    statement: str
    killed_by: str


def list_faults() -> tuple[Fault, ...]:
    """Every seeded fault, by id. Their modules are read, not imported: they bring whole systems along."""
    paths = sorted(Path(__file__).parent.glob("*.py"))
    return tuple(_read(path) for path in paths if not path.stem.startswith("_"))


def _read(path: Path) -> Fault:
    module = ast.parse(path.read_text(encoding="utf-8"))
    stated = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in ("SYSTEM", "STATEMENT", "KILLED_BY")
    }
    sentence = " ".join((ast.get_docstring(module) or "").split())
    return Fault(path.stem, sentence, stated["SYSTEM"], stated["STATEMENT"], stated["KILLED_BY"])
