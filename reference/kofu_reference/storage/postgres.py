"""PostgreSQL, for a city whose registers stand there."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.config import ConfigurationInvalid
from kofu_reference.runtime.refusal import Refusal

_WORDS: Final = ((" BLOB", " BYTEA"), (" INTEGER", " BIGINT"), (" REAL", " DOUBLE PRECISION"))
_OPTIONS: Final = (" STRICT, WITHOUT ROWID", " STRICT")
_ONE_WRITER: Final = 0x6B6F6675
"""Names the lock that a transaction takes, so that only one goes on in a database."""
_CONNECT_SECONDS: Final = 5
_log = logging.getLogger("kofu.storage")


class PostgresDatabase:
    """One connection, opened again after it was lost. What was committed is on the server's disk."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._begun = False
        try:
            self._connection = self._connected()
            (fsync,) = self._connection.execute("SHOW fsync").fetchone() or ("",)
        except psycopg.OperationalError as error:
            raise ConfigurationInvalid(
                f"database_url: no connection ({_first_line(error)}); start that server, or name another"
            ) from None
        if fsync != "on":
            raise ConfigurationInvalid("database_url: the server runs with fsync off and may lose changes; turn it on")

    def _connected(self) -> "psycopg.Connection[tuple[Any, ...]]":
        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_SECONDS)
        connection.execute("SET synchronous_commit = on")
        connection.execute("SET client_encoding = 'UTF8'")
        return connection

    def create(self, tables: str) -> None:
        for sqlite_word, word in (*_WORDS, *((option, "") for option in _OPTIONS)):
            tables = tables.replace(sqlite_word, word)
        with self.transaction():
            for statement in filter(str.strip, tables.split(";")):
                self._run(statement)

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self._run(statement, values)
        return cursor.fetchall() if cursor.description is not None else []

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        with _reachable(), self._connection.cursor() as cursor:
            cursor.executemany(_statement(statement), rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield from self._within("BEGIN", lock=True)

    @contextmanager
    def view(self) -> Iterator[None]:
        yield from self._within("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def _within(self, begin: str, lock: bool = False) -> Iterator[None]:
        self._run(begin)
        self._begun = True
        try:
            if lock:
                self._run("SELECT pg_advisory_xact_lock(?)", (_ONE_WRITER,))
            yield
            # A transaction that the server lost is not there to be committed: this raises then.
            self._commit()
        except BaseException:
            if not self._connection.closed:
                with _reachable():
                    self._connection.execute("ROLLBACK")
            raise
        finally:
            self._begun = False

    def _commit(self) -> None:
        """PostgreSQL answers ROLLBACK to the COMMIT of a transaction in which something failed."""
        with _reachable():
            if self._connection.execute("COMMIT").statusmessage != "COMMIT":
                raise psycopg.InterfaceError("the transaction was rolled back")

    def _run(self, statement: str, values: Sequence[object] = ()) -> "psycopg.Cursor[tuple[Any, ...]]":
        with _reachable():
            # Never within a transaction: what was done before the break is gone, and the rest would stand alone.
            if self._connection.closed and not self._begun:
                self._connection = self._connected()
                _log.info("database reached again")
            return self._connection.execute(_statement(statement), values)

    def another(self) -> "PostgresDatabase":
        return PostgresDatabase(self._url)

    def elapsed(self) -> tuple[str, float]:
        """The server's clock since it was started, of which all who use the database read the same."""
        ((run, seconds),) = self.execute(
            "SELECT pg_postmaster_start_time()::text,"
            " extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8"
        )
        return str(run), float(seconds)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def _reachable() -> Iterator[None]:
    """A lost connection is a refusal. Nothing of the statement is told: it may hold a person's record."""
    try:
        yield
    except psycopg.OperationalError as error:
        _log.warning("database not reached", extra={"fields": {"exception": type(error).__name__}})
        raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE) from None


def _statement(text: str) -> sql.SQL:
    """Of our own words alone: values are never part of it."""
    return sql.SQL(text.replace("?", "%s"))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
