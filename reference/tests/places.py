"""Where a test's records stand: SQLite files, or databases of a PostgreSQL cluster that the test run starts itself."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from kofu_reference.storage import Database, Row, SqliteDatabase
from kofu_reference.storage.postgres import PostgresDatabase

NOT_INSTALLED: Final = "PostgreSQL is not installed: apt-get install postgresql"
_UNPRIVILEGED: Final = ("postgres", "nobody")
_START_SECONDS: Final = 60
_IN_MEMORY: Final = "/dev/shm"
_numbers = count(1)


class Places(Protocol):
    """Makes places for records; a place is named by a text."""

    def fresh(self) -> str:
        """A new place with nothing in it."""

    def copy(self, place: str) -> str:
        """A new place with all that stands in another, to which nobody is connected."""

    def open(self, place: str) -> Database:
        """A connection to a place."""

    def settings(self, place: str) -> dict[str, Any]:
        """What a system's configuration says of it, beside the data folder."""

    def break_inserts(self, place: str, table: str, condition: str = "") -> None:
        """From now on a table takes no rows, or none of which the condition holds."""

    def mend(self, place: str, table: str) -> None:
        """It takes rows again."""


def tables(database: Database) -> dict[str, list[Row]]:
    """All that stands in the tables of the registers; a table that is not there is left out."""
    found = {}
    for table in ("resident", "holder", "tax", "departure", "calendar", "outbox", "feed"):
        with suppress(Exception):
            found[table] = sorted(database.execute(f"SELECT * FROM {table}"), key=repr)
    return found


class SqlitePlaces:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fresh(self) -> str:
        folder = self._folder / f"place{next(_numbers)}"
        folder.mkdir()
        return str(folder / "records.sqlite3")

    def copy(self, place: str) -> str:
        made = self.fresh()
        with closing(self.open(place)) as whole:
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(place, made)
        return made

    def open(self, place: str) -> SqliteDatabase:
        return SqliteDatabase(Path(place))

    def settings(self, place: str) -> dict[str, Any]:
        return {}

    def break_inserts(self, place: str, table: str, condition: str = "") -> None:
        when = f"WHEN {condition}" if condition else ""
        self._do(
            place,
            f"CREATE TRIGGER broken BEFORE INSERT ON {table} {when} BEGIN SELECT RAISE(ABORT, 'no place left'); END",
        )

    def mend(self, place: str, table: str) -> None:
        self._do(place, "DROP TRIGGER broken")

    def _do(self, place: str, statement: str) -> None:
        with closing(self.open(place)) as database:
            database.execute(statement)


class PostgresPlaces:
    """Schemas in the database of a private cluster, which is reached by its socket alone."""

    def __init__(self, cluster: "Cluster") -> None:
        self._cluster = cluster

    def fresh(self) -> str:
        schema = f"place{next(_numbers)}"
        self._do(self._cluster.url, f"CREATE SCHEMA {schema}")
        return f"{self._cluster.url}&options=-csearch_path%3D{schema}"

    def copy(self, place: str) -> str:
        made = self.fresh()
        old, new = _schema(place), _schema(made)
        with psycopg.connect(self._cluster.url) as connection:
            for (table,) in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s", (old,)
            ).fetchall():
                connection.execute(f"CREATE TABLE {new}.{table} (LIKE {old}.{table} INCLUDING ALL)".encode())
                connection.execute(f"INSERT INTO {new}.{table} SELECT * FROM {old}.{table}".encode())
        return made

    def open(self, place: str) -> PostgresDatabase:
        return PostgresDatabase(place)

    def settings(self, place: str) -> dict[str, Any]:
        return {"database_url": place}

    def break_inserts(self, place: str, table: str, condition: str = "") -> None:
        when = f"WHEN ({condition})" if condition else ""
        self._do(
            place,
            "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'no place left'; END $$",
        )
        self._do(place, f"CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW {when} EXECUTE FUNCTION break()")

    def mend(self, place: str, table: str) -> None:
        self._do(place, f"DROP TRIGGER broken ON {table}")
        self._do(place, "DROP FUNCTION break()")

    def _do(self, place: str, statement: str) -> None:
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(statement.encode())


def _schema(place: str) -> str:
    return place.rpartition("%3D")[2]


class Cluster:
    """A PostgreSQL server of this test run, on a socket in a folder of its own. It never runs as root."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._rights = _unprivileged(folder)
        self._server: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", f"{folder}/data", "-U", "kofu", "-A", "trust", "-E", "UTF8", "--locale=C")

    @property
    def url(self) -> str:
        return f"postgresql://kofu@/postgres?host={self._folder}"

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        options = ["-D", f"{self._folder}/data", "-k", str(self._folder), "-c", "listen_addresses="]
        log = (self._folder / "server.log").open("ab")
        self._server = subprocess.Popen(
            [self._programs / "postgres", *options], stdout=log, stderr=log, cwd=self._folder, **self._rights
        )
        log.close()
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._server.poll() is not None:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """Ends the server as a power cut would end what it does; its own processes end with it."""
        assert self._server is not None
        # SIGQUIT: it ends at once, without a checkpoint, and recovers at the next start.
        self._server.send_signal(3)
        self._server.wait(_START_SECONDS)
        self._server = None

    def stop(self) -> None:
        if self._server is not None:
            self.kill()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            **self._rights,
        )


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster for as long as it is wanted. Raises LookupError where PostgreSQL is not installed."""
    found = programs()
    if found is None:
        raise LookupError(NOT_INSTALLED)
    # A socket's path may be no longer than 107 bytes: not in pytest's folder.
    with quick_folder("kofu-pg-") as folder:
        cluster = Cluster(folder, found)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def quick_folder(prefix: str) -> Iterator[Path]:
    """A folder in memory where that can be: for thousands of small files, each of them written through at once."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> Mapping[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as somebody who may do nothing, to whom the folder belongs."""
    if os.getuid() != 0:
        return {}
    names = {one.pw_name for one in pwd.getpwall()}
    user = next((name for name in _UNPRIVILEGED if name in names), getpass.getuser())
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
