"""What the registers ask of a database, whichever it is. [2.1, 2.3, 2.6]

Statements are written once, in words that both understand, with `?` for each value; tables in SQLite's words, of which
PostgreSQL has its own for bytes and whole numbers.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from kofu_reference.storage.sqlite import SqliteDatabase

Row = tuple[Any, ...]


class Database(Protocol):
    """One connection to a database. Call it from one thread; what was committed is durable.

    A database that can't be reached raises REASON_UPSTREAM_UNAVAILABLE, and is reached again by a later call.
    """

    def create(self, tables: str) -> None:
        """Makes the tables that are not there yet."""

    def execute(self, statement: str, *values: object) -> list[Row]:
        """Carries a statement out; its rows."""

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Carries a statement out for each row of values."""

    def transaction(self) -> AbstractContextManager[None]:
        """What is done within is done whole or not at all; only one at a time goes on in a database."""

    def view(self) -> AbstractContextManager[None]:
        """What is read within is of one moment."""

    def another(self) -> "Database":
        """Another connection to the same database."""

    def elapsed(self) -> tuple[str, float]:
        """The clock that all who use this database share: which run of it, and its seconds. Nobody can set it."""

    def close(self) -> None: ...


def open_database(url: str | None, file: Path) -> Database:
    """PostgreSQL by its URL, SQLite in the file where there is none. Raises ConfigurationInvalid."""
    if url is None:
        return SqliteDatabase(file)
    try:
        from kofu_reference.storage.postgres import PostgresDatabase
    except ImportError as error:
        from kofu_reference.runtime.config import ConfigurationInvalid

        raise ConfigurationInvalid("database_url: needs psycopg; install kofu[postgres]") from error
    return PostgresDatabase(url)
