"""Structured logging: one JSON object a line, without personal data. [3.2.6]

A system logs with `logging.getLogger("kofu.…")`, a fixed text and `extra={"fields": {…}}`; the fields may hold
request ids, terminal ids, reasons and counts, never a name, an address or a certificate.
"""

import json
import logging
import sys
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON. Exception texts stay out: they may quote what was processed."""

    def __init__(self, system: str) -> None:
        super().__init__()
        self._system = system

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "system": self._system,
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def configure(system: str) -> None:
    """Sends the records of the whole process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(system))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("kofu").setLevel(logging.INFO)
