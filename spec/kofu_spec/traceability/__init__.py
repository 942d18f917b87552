"""Which check judges which requirement, and which seeded fault which check finds: as a real run emitted it.

`links.json` is written by `make traceability` from the reports of a run and never by hand. The site and `kofu explain`
read nothing else about checks and faults.
"""

from kofu_spec.traceability.links import (
    VERSION,
    CheckLink,
    FaultLink,
    Traceability,
    TraceabilityError,
    as_text,
    load,
    parse,
    published_vectors,
    waiting,
)

__all__ = [
    "VERSION",
    "CheckLink",
    "FaultLink",
    "Traceability",
    "TraceabilityError",
    "as_text",
    "load",
    "parse",
    "published_vectors",
    "waiting",
]
