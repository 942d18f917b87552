"""The catalogue of requirements: every statement of the source document, and those of the profile (P.1 to P.10).

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
)
from kofu_spec.requirements.entries import CatalogueError
from kofu_spec.requirements.source import Erratum, errata, nonnormative, source_text

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Decision",
    "Erratum",
    "Level",
    "Pending",
    "Requirement",
    "UnknownRequirement",
    "VerdictClass",
    "errata",
    "load",
    "nonnormative",
    "parse",
    "source_text",
]
