"""What registers may expect of a database, whichever it is; and how a configuration names one. [2.6]"""

import tomllib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import psycopg
import pytest
import tomli_w
from reference.tests.places import Cluster, Places, PostgresPlaces

from kofu_reference.runtime.config import ConfigurationInvalid, load_config
from kofu_reference.storage import Database, SqliteDatabase, open_database
from kofu_reference.storage.postgres import PostgresDatabase

TABLES: Final = "CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY, size INTEGER, picture BLOB) STRICT;"
SECRET: Final = "hunter2hunter2"


@pytest.fixture
def place(places: Places) -> str:
    return places.fresh()


@pytest.fixture
def database(places: Places, place: str) -> Iterator[Database]:
    with closing(places.open(place)) as database:
        database.create(TABLES)
        yield database


def put(database: Database, name: str) -> None:
    database.execute("INSERT INTO thing VALUES (?, ?, ?)", name, 2**40, b"\x00\xff")


def names(database: Database) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM thing ORDER BY name")]


def test_values_come_back_as_they_went_in(database: Database) -> None:
    put(database, "\u8fbb\U000e0102\ufa19")
    assert database.execute("SELECT name, size, picture FROM thing") == [("\u8fbb\U000e0102\ufa19", 2**40, b"\x00\xff")]
    database.create(TABLES)
    assert len(names(database)) == 1, "what is there already stays"


def test_transaction_is_whole_or_nothing_and_unseen_until_it_is_whole(
    database: Database, places: Places, place: str
) -> None:
    def broken() -> None:
        with database.transaction():
            put(database, "一")
            raise LookupError

    with pytest.raises(LookupError):
        broken()
    assert names(database) == []
    with closing(places.open(place)) as other:
        with database.transaction():
            put(database, "一")
            assert (names(database), names(other)) == (["一"], [])
        assert names(other) == ["一"]


def test_transaction_in_which_something_failed_is_not_taken_for_committed(cluster: Cluster) -> None:
    """PostgreSQL answers a COMMIT then too, with a rollback; here for whoever goes on as if nothing had been."""
    places = PostgresPlaces(cluster)
    with closing(places.open(places.fresh())) as database:
        database.create(TABLES)
        put(database, "一")

        def goes_on() -> None:
            with database.transaction():
                put(database, "二")
                with suppress(psycopg.IntegrityError):
                    put(database, "一")

        with pytest.raises(psycopg.Error):
            goes_on()
        assert names(database) == ["一"]


def test_view_stays_at_its_moment(database: Database, places: Places, place: str) -> None:
    put(database, "一")
    with closing(places.open(place)) as other, other.view():
        assert names(other) == ["一"]
        put(database, "二")
        assert names(other) == ["一"]
    assert names(database) == ["一", "二"]


def test_clock_is_the_same_for_all_who_use_the_database_and_goes_on(
    database: Database, places: Places, place: str
) -> None:
    with closing(places.open(place)) as other:
        (run, before), (same_run, after), (_, later) = database.elapsed(), other.elapsed(), database.elapsed()
    assert run == same_run
    assert before <= after <= later


def written(folder: Path, **settings: object) -> Path:
    """A configuration of a core system."""
    common = {name: str(folder / name) for name in ("certificate", "key", "authority", "data_folder")}
    path = folder / "core.toml"
    path.write_text(tomli_w.dumps({"system": "core", "identity": "core-1"} | common | settings), encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8"))
    return path


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"database_url": f"mysql://kofu:{SECRET}@db/city"}, "database_url: is not the URL of a PostgreSQL database"),
        ({"database_url": f"postgresql://kofu:{SECRET}@db"}, "database_url: is not the URL of a PostgreSQL database"),
        (
            {"database_url": f"postgresql://kofu:{SECRET}@db/city", "system": "relay"},
            "configuration: database_url is for core and issuing; take it out of relay",
        ),
        (
            {
                "system": "issuing",
                "database_url": f"postgresql://kofu:{SECRET}@db/city",
                "areas": [{"municipality_code": "992020", "database_url": f"postgresql://kofu:{SECRET}@db/city"}],
            },
            "areas: two cities name one database_url; give each a database or a schema of its own",
        ),
        ({"feed_silence_seconds": 0}, "feed_silence_seconds: "),
    ],
    ids=["another database", "no name", "of the relay", "of two cities", "no patience"],
)
def test_wrong_configuration_is_told_in_one_line_without_the_password(
    tmp_path: Path, settings: dict[str, object], line: str
) -> None:
    with pytest.raises(ConfigurationInvalid) as wrong:
        load_config(written(tmp_path, **settings))
    assert line in str(wrong.value)
    assert "\n" not in str(wrong.value)
    assert SECRET not in str(wrong.value)


def test_without_a_url_records_stand_in_a_file(tmp_path: Path) -> None:
    config = load_config(written(tmp_path))
    with closing(open_database(config.database_url, tmp_path / "core.sqlite3", records_of="core 992011")) as database:
        assert isinstance(database, SqliteDatabase)
    assert (tmp_path / "core.sqlite3").exists()


def test_database_is_of_one_system_and_city_and_told_to_any_other_in_one_line(
    places: Places, place: str, tmp_path: Path
) -> None:
    def opened(records_of: str) -> None:
        url = places.settings(place).get("database_url")
        open_database(url, tmp_path / "records.sqlite3", records_of=records_of).close()

    opened("issuing 992011")
    opened("issuing 992011")
    for other in ("issuing 992020", "core 992011"):
        with pytest.raises(ConfigurationInvalid) as wrong:
            opened(other)
        remedy = f"give {other} a database or a schema of its own"
        assert str(wrong.value) == f"database_url: the records of issuing 992011 stand there; {remedy}"


def test_server_that_does_not_answer_is_told_in_one_line_without_the_password() -> None:
    with pytest.raises(ConfigurationInvalid) as wrong:
        PostgresDatabase(f"postgresql://kofu:{SECRET}@127.0.0.1:1/city")
    assert str(wrong.value).startswith("database_url: no connection")
    assert "\n" not in str(wrong.value)
    assert SECRET not in str(wrong.value)
