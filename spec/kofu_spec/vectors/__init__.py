"""Test vectors: what the rules answer, as JSON that a vendor in any language runs in its own unit tests.

One file a rule, each with a JSON Schema (2020-12) in `schemas`. They are generated from `kofu_spec.rules` by
`python -m kofu_spec.vectors`, and committed.
"""

from kofu_spec.vectors.reading import UnknownVectors, Vector, VectorFile, folder, load, names, of_requirement

__all__ = ["UnknownVectors", "Vector", "VectorFile", "folder", "load", "names", "of_requirement"]
