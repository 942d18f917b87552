"""Request ids that were used, kept for good: an id serves once, also after a restart. [3.1.4]

Nothing of who applied or for what stands beside an id. [3.2.3]
"""

import sqlite3
from pathlib import Path

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

_SCHEMA = """
CREATE TABLE IF NOT EXISTS used_request (
  request_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID
"""


class Ledger:
    """The used request ids. Writes are durable when a method returns; call it from one executor thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(_SCHEMA)

    def use(self, request_id: str) -> None:
        """Uses an id up. Raises REASON_REQUEST_ID_USED where it was used before."""
        try:
            self._connection.execute("INSERT INTO used_request (request_id) VALUES (?)", (_normal(request_id),))
        except sqlite3.IntegrityError:
            raise Refusal(Reason.REASON_REQUEST_ID_USED) from None

    def close(self) -> None:
        self._connection.close()


def _normal(request_id: str) -> str:
    """A UUID in capitals is the same UUID."""
    return request_id.lower()
