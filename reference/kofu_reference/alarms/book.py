"""The alarms of a system, kept until an officer has reconciled them, and the request ids blocked for good. [P.7]

An alarm holds the request id, when it was raised and what did not fit; nothing of who applied or of what was printed.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from kofu.v1.alarm_pb2 import Alarm, ContentFinding, Reconciliation
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS alarm (
  request_id TEXT PRIMARY KEY, municipality_code TEXT NOT NULL, raised_at TEXT NOT NULL, faults TEXT NOT NULL,
  finding INTEGER, pages_compared INTEGER, officer_id TEXT) STRICT, WITHOUT ROWID
"""
_MOST_LISTED: Final = 1000


class AlarmBook:
    """Several processes of one site may hold the same book. Call it from one thread; what it wrote is durable."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def raise_alarm(self, municipality_code: str, request_id: str, at: datetime, faults: Sequence[str]) -> None:
        """Blocks a request for good and its municipality until the alarm is reconciled. A second alarm adds nothing."""
        self._connection.execute(
            "INSERT OR IGNORE INTO alarm (request_id, municipality_code, raised_at, faults) VALUES (?, ?, ?, ?)",
            (request_id.lower(), municipality_code, at.astimezone(UTC).isoformat(), " ".join(faults)),
        )

    def check_request(self, request_id: str) -> None:
        """Raises REASON_ALARM_RAISED for a request that was flagged, reconciled or not."""
        query = "SELECT 1 FROM alarm WHERE request_id = ?"
        if self._connection.execute(query, (request_id.lower(),)).fetchone() is not None:
            raise alarm_refusal(request_id)

    def check_municipality(self, municipality_code: str) -> None:
        """Raises REASON_ALARM_RAISED while an alarm of the municipality is open."""
        query = "SELECT request_id FROM alarm WHERE municipality_code = ? AND finding IS NULL LIMIT 1"
        found = self._connection.execute(query, (municipality_code,)).fetchone()
        if found is not None:
            raise alarm_refusal(found[0])

    def alarms_of(self, municipality_code: str) -> list[Alarm]:
        """The alarms of a municipality, the open ones first, then the latest first."""
        rows = self._connection.execute(
            "SELECT request_id, raised_at, faults, finding, pages_compared, officer_id FROM alarm"
            " WHERE municipality_code = ? ORDER BY finding IS NOT NULL, raised_at DESC LIMIT ?",
            (municipality_code, _MOST_LISTED),
        )
        return [_alarm(*row) for row in rows]

    def reconcile(self, municipality_code: str, request_id: str, found: Reconciliation) -> None:
        """Closes an open alarm by what the content showed. Raises REASON_RECORD_NOT_FOUND where none is open."""
        changed = self._connection.execute(
            "UPDATE alarm SET finding = ?, pages_compared = ?, officer_id = ?"
            " WHERE request_id = ? AND municipality_code = ? AND finding IS NULL",
            (found.finding, found.pages_compared, found.officer_id, request_id.lower(), municipality_code),
        ).rowcount
        if not changed:
            raise Refusal(Reason.REASON_RECORD_NOT_FOUND)


def alarm_refusal(request_id: str) -> Refusal:
    """The refusal for an alarm; its metadata names the request that raised it."""
    return Refusal(Reason.REASON_ALARM_RAISED, alarm=request_id.lower())


def raised_by(refusal: Refusal, request_id: str) -> bool:
    """Whether a peer refused because it flagged this very request, not because another alarm is open there."""
    return refusal.reason == Reason.REASON_ALARM_RAISED and refusal.metadata.get("alarm") == request_id.lower()


def _alarm(
    request_id: str,
    raised_at: str,
    faults: str,
    finding: int | None,
    pages_compared: int | None,
    officer_id: str | None,
) -> Alarm:
    alarm = Alarm(request_id=request_id, faults=faults.split())
    alarm.raised_at.FromDatetime(datetime.fromisoformat(raised_at))
    if finding is not None:
        alarm.reconciliation.finding = cast("ContentFinding", finding)
        alarm.reconciliation.pages_compared = pages_compared or 0
        alarm.reconciliation.officer_id = officer_id or ""
    return alarm
