"""Databases for the tests of what is recorded: each of these tests runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from reference.tests.places import (
    NOT_INSTALLED,
    Cluster,
    Places,
    PostgresPlaces,
    SqlitePlaces,
    quick_folder,
    running_cluster,
)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL server; a test that needs it is left out where PostgreSQL is not installed."""
    try:
        with running_cluster() as started:
            yield started
    except LookupError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def places(request: pytest.FixtureRequest) -> Iterator[Places]:
    """Places for records in the one database, then in the other."""
    if request.param == "sqlite":
        with quick_folder("kofu-sqlite-") as folder:
            yield SqlitePlaces(folder)
    else:
        yield PostgresPlaces(request.getfixturevalue("cluster"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in the closing lines what was left out, and how to have it."""
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if NOT_INSTALLED in str(report.longrepr)]
    if left_out:
        terminalreporter.write_line(f"left out: {len(left_out)} tests on PostgreSQL. {NOT_INSTALLED}")
