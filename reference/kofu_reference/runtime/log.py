"""Structured logging: one JSON object a line, without personal data. [3.2.6]

A system logs with `logging.getLogger("kofu.…")`, a fixed text and `extra={"fields": {…}}`. Of the fields, those named
in PLAIN are written as they are, where they have the form of something technical; whatever else is given is written as
its pseudonym, so that a forgotten rule hides too much and never too little. What other libraries log is told by its
origin alone: their texts may quote what was processed.
"""

import json
import logging
import re
import sys
import threading
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from kofu_reference.runtime.pseudonyms import pseudonym

PLAIN: Final = frozenset(
    {
        *("system", "identity", "port", "json_port", "operations_port", "fault", "status", "grace_seconds", "missing"),
        *("place", "exception", "frames", "origin", "errno", "why", "file"),
        *("role", "field", "rule", "remedy", "serial", "until", "authorities", "removed_authorities"),
        *("method", "reason", "milliseconds", "wait"),
        *("expected", "received", "expected_feed", "held_from"),
        *("change_number", "newest", "receiver_has", "acknowledged", "parts"),
        *("outcome", "copies_printed", "charged_yen", "faults", "act", "finding"),
    }
)
"""Names of fields that hold no id and nothing of a person."""

_TECHNICAL: Final = re.compile(r"[A-Za-z0-9_.:;,+<>/@ \[\]-]{0,200}")
_OWN: Final = "kofu."
_HIDDEN: Final = "hidden"


@dataclass
class Served:
    """The call that is being served: the pseudonym of its request, as soon as that is known."""

    correlation: str


served: ContextVar[Served | None] = ContextVar("served", default=None)
"""Every line that is logged meanwhile carries the request's pseudonym, from whatever task of the call it comes."""


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def __init__(self, system: str) -> None:
        super().__init__()
        self._system = system

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "system": self._system,
            "logger": record.name,
        }
        if record.name.startswith(_OWN):
            line["event"] = record.msg  # as it stands in the code: arguments go into fields
            line |= {name: _shown(name, value) for name, value in getattr(record, "fields", {}).items()}
        else:
            line["event"] = "foreign"
            line["origin"] = f"{record.module}:{record.lineno}"
        if (call := served.get()) is not None and call.correlation:
            line["correlation"] = call.correlation
        if record.exc_info and record.exc_info[1] is not None:
            line |= told_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def told_of(error: BaseException) -> dict[str, Any]:
    """Type and place of an exception. Its text may hold personal data and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"exception": type(error).__name__, "frames": where}


def _shown(name: str, value: object) -> object:
    if isinstance(value, list | tuple):
        return [_shown(name, each) for each in value]
    if name not in PLAIN:
        return pseudonym(str(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    return value if isinstance(value, str) and _TECHNICAL.fullmatch(value) else _HIDDEN


def configure(system: str, level: str = "info") -> None:
    """Sends the records of the whole process to standard error, and what nobody catches with them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(system))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.getLogger("kofu").setLevel(level.upper())
    sys.excepthook = lambda _kind, error, _trace: _note_uncaught("process", error)
    sys.unraisablehook = lambda met: _note_uncaught("unraisable", met.exc_value)
    threading.excepthook = lambda met: _note_uncaught("thread", met.exc_value)


def _note_uncaught(place: str, error: BaseException | None) -> None:
    fields = {"place": place, **(told_of(error) if error is not None else {})}
    logging.getLogger("kofu.process").critical("uncaught", extra={"fields": fields})
