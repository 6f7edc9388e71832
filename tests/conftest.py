"""What holds for every test: none is skipped. A missing peer is a failure that names it, never a silent gap."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.logs import configure_logging
from tests.databases import KINDS, fresh_postgres_url, fresh_sqlite_url, postgres_server

configure_logging("error")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("some tests were skipped, which counts as a failure", red=True)
        session.exitstatus = 1


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The libpq URL of a PostgreSQL that lives as long as the test session."""
    with postgres_server() as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database; the test runs on each kind of store."""
    if request.param == "sqlite":
        return fresh_sqlite_url(tmp_path)
    return fresh_postgres_url(request.getfixturevalue("postgres"))


@pytest.fixture
def any_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database, SQLite or PostgreSQL in turn by the test's name: for large tables of cases."""
    kind = KINDS[sum(request.node.name.encode()) % len(KINDS)]
    if kind == "sqlite":
        return fresh_sqlite_url(tmp_path)
    return fresh_postgres_url(request.getfixturevalue("postgres"))
