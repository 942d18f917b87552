"""Request ids that were used, kept for good: an id serves once, also after a restart. [3.1.4]"""

import sqlite3
from pathlib import Path

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal


class UsedRequestIds:
    """Nothing but the ids: not who asked, nor for what. Call it from one thread; a write is durable when it returns."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS used_request (request_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"
        )

    def use(self, request_id: str) -> None:
        """Uses an id up. Raises REASON_REQUEST_ID_USED where it was used before; of two at once one wins."""
        try:
            self._connection.execute("INSERT INTO used_request VALUES (?)", (request_id.lower(),))
        except sqlite3.IntegrityError:
            raise Refusal(Reason.REASON_REQUEST_ID_USED) from None

    def close(self) -> None:
        self._connection.close()
