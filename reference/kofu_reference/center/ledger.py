"""Request ids that were used, kept for good: an id serves once, also after a restart. [3.1.4]

Nothing of who applied or for what stands beside an id. [3.2.3]
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.writer import Writer

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

    def use_all(self, request_ids: Sequence[str]) -> list[bool]:
        """Uses ids up in one step to the disk. Whether each was new; one that stands twice among them is new once."""
        insert = "INSERT OR IGNORE INTO used_request (request_id) VALUES (?)"
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            new = [self._connection.execute(insert, (_normal(one),)).rowcount == 1 for one in request_ids]
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        return new

    def close(self) -> None:
        self._connection.close()


class LedgerDesk:
    """Takes ids as they come, and writes those that came during one step to the disk together in the next.

    So many as come, none waits for more than two steps: a flood of applications to one city holds up no other's.
    """

    def __init__(self, ledger: Ledger, thread: Writer) -> None:
        self._ledger = ledger
        self._thread = thread
        self._waiting: list[tuple[str, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def use(self, request_id: str) -> None:
        """Uses an id up, durably, also where the caller goes away. Raises REASON_REQUEST_ID_USED."""
        is_new: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((request_id, is_new))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        if not await is_new:
            raise Refusal(Reason.REASON_REQUEST_ID_USED)

    async def _write(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                new = await self._thread.run(self._ledger.use_all, [request_id for request_id, _ in together])
            except Exception as error:
                for _, is_new in together:
                    if not is_new.done():
                        is_new.set_exception(error)
            else:
                for (_, is_new), told in zip(together, new, strict=True):
                    if not is_new.done():
                        is_new.set_result(told)
        self._writing = None


def _normal(request_id: str) -> str:
    """A UUID in capitals is the same UUID."""
    return request_id.lower()
