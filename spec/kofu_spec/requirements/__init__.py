"""The catalogue of requirements: every statement of the source document, and those of the profile (P.1 to P.9).

One YAML file a section, beside `source.md`, the source document as package data.
"""

from kofu_spec.requirements.catalogue import (
    Catalogue,
    Decision,
    Level,
    Pending,
    Requirement,
    UnknownRequirement,
    VerdictClass,
    load,
    parse,
    source_text,
)
from kofu_spec.requirements.entries import CatalogueError

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Decision",
    "Level",
    "Pending",
    "Requirement",
    "UnknownRequirement",
    "VerdictClass",
    "load",
    "parse",
    "source_text",
]
