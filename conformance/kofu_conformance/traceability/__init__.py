"""Traceability from what real runs emitted.

`make traceability` writes the links, `make traceability-check` judges them: `emitted` reads them out of the folder of a
`kofu selftest --named --out DIR`, `judge` says what is wrong with them.
"""

from kofu_conformance.traceability.emission import RunFolderError, emitted
from kofu_conformance.traceability.judge import problems

__all__ = ["RunFolderError", "emitted", "problems"]
