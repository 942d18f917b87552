"""SQLite: the embedded database, one file. Several processes of one host may share it."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_WAIT_SECONDS: Final = 5.0
"""For another process of the same site that is writing."""


class SqliteDatabase:
    """A file in write-ahead mode; what was committed is on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")

    def create(self, tables: str) -> None:
        self._connection.executescript(tables)

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values).fetchall()

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield from self._within("BEGIN IMMEDIATE")

    @contextmanager
    def view(self) -> Iterator[None]:
        yield from self._within("BEGIN")

    def _within(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def another(self) -> "SqliteDatabase":
        return SqliteDatabase(self._path)

    def elapsed(self) -> tuple[str, float]:
        """This host's clock since it was started."""
        boot = _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else "this host"
        return boot, time.monotonic()

    def close(self) -> None:
        self._connection.close()
