"""What the registers ask of a database, whichever it is. [2.1, 2.3, 2.6]

Statements are written once, in words that both understand, with `?` for each value; tables in SQLite's words, of which
PostgreSQL has its own for bytes and whole numbers.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Protocol

from kofu_reference.storage.sqlite import SqliteDatabase

Row = tuple[Any, ...]

_OWNER: Final = """
CREATE TABLE IF NOT EXISTS owner (one INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
"""


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


def open_database(url: str | None, file: Path, *, records_of: str) -> Database:
    """PostgreSQL by its URL, SQLite in the file where there is none.

    `records_of` names system and city, whose alone the database is from then on. Raises ConfigurationInvalid, also
    where it is another's: two URLs may lead to one database, and no city's records may reach another's. [3.1.2]
    """
    database = SqliteDatabase(file) if url is None else _postgres(url)
    try:
        _claim(database, records_of)
    except BaseException:
        database.close()
        raise
    return database


def _postgres(url: str) -> Database:
    try:
        from kofu_reference.storage.postgres import PostgresDatabase
    except ImportError as error:
        raise _invalid("needs psycopg; install kofu[postgres]") from error
    return PostgresDatabase(url)


def _claim(database: Database, records_of: str) -> None:
    database.create(_OWNER)
    database.execute("INSERT INTO owner VALUES (1, ?) ON CONFLICT (one) DO NOTHING", records_of)
    ((owner,),) = database.execute("SELECT name FROM owner")
    if owner != records_of:
        raise _invalid(f"the records of {owner} stand there; give {records_of} a database or a schema of its own")


def _invalid(text: str) -> Exception:
    # Imported late: the configuration's module imports the rest of the runtime, which reaches back to here.
    from kofu_reference.runtime.config import ConfigurationInvalid

    return ConfigurationInvalid(f"database_url: {text}")
