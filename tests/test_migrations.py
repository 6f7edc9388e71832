"""A database of an earlier version is brought up to this one, with everything that is in it."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from persistence import history, moves, resources, schema, stock, tallies
from service import recounting
from service.clock import SetClock
from service.opening import open_desk
from service.verification.data import check_data
from tests.databases import empty_postgres_url, empty_sqlite_url, fresh_sqlite_url, quick_engine
from tests.money.world import PAID_AT, World
from tests.verification.tampering import lived
from workflows.history import fold
from workflows.products import CATALOGUE

EARLIER = "0002"
CASH = resources.RESOURCE.c.cash_minor


@pytest.fixture
def empty(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Engine]:
    """A database without anything in it."""
    url = empty_sqlite_url(tmp_path) if kind == "sqlite" else empty_postgres_url(request.getfixturevalue("postgres"))
    engine = quick_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def earlier(empty: Engine, tmp_path: Path) -> Engine:
    """A database at an earlier version in which much has happened: rows of this one, less what came later."""
    url = fresh_sqlite_url(tmp_path)
    lived(World(url)).close()
    with empty.begin() as connection:
        migrate(connection, EARLIER)
    with quick_engine(url).connect() as source, empty.begin() as target:
        copy(source, target)
    return empty


def migrate(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def copy(source: Connection, target: Connection) -> None:
    """Every row of the tables and columns that both have, read and written with the types of this version."""
    there = MetaData()
    there.reflect(target)
    for old in there.sorted_tables:
        now = SQLModel.metadata.tables.get(old.name)
        if now is None:  # the migrations' own
            continue
        columns = [column for column in now.c if column.name in old.c]
        rows = [dict(row) for row in source.execute(select(*columns)).mappings()]
        if rows:
            target.execute(insert(now), rows)


def entered(engine: Engine) -> dict[str, object]:
    table = resources.RESOURCE
    with engine.connect() as connection:
        return {row.id: row.entered_at for row in connection.execute(select(table.c.id, table.c.entered_at))}


def test_since_when_a_resource_is_in_its_state_is_worked_out(earlier: Engine) -> None:
    schema.upgrade(earlier, CATALOGUE)
    found = entered(earlier)
    with earlier.connect() as connection:
        folded = {id_: fold(history.of_resource(connection, id_)) for id_ in found}
    assert len(found) == 10
    assert found == {id_: one.entered_at for id_, one in folded.items() if one is not None}
    assert len(set(found.values())) == 3


def test_what_was_brought_up_to_date_verifies(earlier: Engine) -> None:
    desk = open_desk(earlier, CATALOGUE, [], SetClock(PAID_AT))
    report = check_data(desk)
    assert report.findings.sound and report.resources == 10
    with desk.store.reading() as connection:
        stands = stock.at(connection, PAID_AT)
        assert sum(one.count for one in stands) == 10
        assert sum(one.cash_minor for one in stands) == connection.execute(select(func.sum(CASH))).scalar()
        assert not recounting.is_uncounted(connection)


def test_changes_of_the_past_are_counted(earlier: Engine) -> None:
    schema.upgrade(earlier, CATALOGUE)
    with earlier.connect() as connection:
        lives = history.of_resources(connection, list(entered(earlier)))
        known = connection.execute(select(resources.RESOURCE.c.id, resources.RESOURCE.c.product))
        product = {row.id: row.product for row in known}
        rows = [row for lived in lives.values() for row in lived if row.outcome == "applied"]
        expected = Counter((product[row.resource_id], row.event, row.from_state, row.to_state) for row in rows)
        assert moves.count(connection) == expected
        days = {place.hour for place, _ in tallies.read(connection, tallies.Kind.MOVES)}
        assert days == {tallies.day_of(row.recorded_at) for row in rows}


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(earlier: Engine) -> None:
    schema.upgrade(earlier, CATALOGUE)
    before = counted(earlier), entered(earlier)
    schema.upgrade(earlier, CATALOGUE)
    assert (counted(earlier), entered(earlier)) == before
    with earlier.connect() as connection:
        assert schema.is_current(connection)


def test_two_at_once_upgrade_it_once(earlier: Engine) -> None:
    """Also where both have seen that it is not up to date before either has begun."""
    before = counted(earlier)
    with ThreadPoolExecutor(2) as threads:
        for ended in [threads.submit(schema.upgrade, earlier, CATALOGUE) for _ in range(2)]:
            ended.result()
    assert {name: number for name, number in counted(earlier).items() if name in before} == before
    assert None not in entered(earlier).values()
    with earlier.connect() as connection:
        assert schema.is_current(connection)
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_an_empty_database_is_made_by_two_at_once(empty: Engine) -> None:
    with ThreadPoolExecutor(2) as threads:
        for ended in [threads.submit(schema.upgrade, empty, CATALOGUE) for _ in range(2)]:
            ended.result()
    with empty.connect() as connection:
        assert schema.is_current(connection)


def test_sqlite_puts_no_list_in_order_anew_for_every_row(tmp_path: Path) -> None:
    engine = quick_engine(fresh_sqlite_url(tmp_path))
    with engine.connect() as connection:
        said = text("SELECT group_concat(sql, ' ') FROM sqlite_schema WHERE type IN ('table', 'index')")
        schema_text = connection.execute(said).scalar_one()
        lists = re.findall(r"\w+ IN \([^)]*\)", schema_text)
        assert [one for one in lists if one.count(",") > 1] == [], "only of two SQLite makes as much as of OR"
        assert "(to_state = 'pending' OR to_state = 'verifying' OR " in schema_text
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(text("PRAGMA writable_schema")).scalar_one() == 0
    engine.dispose()


def test_what_is_not_one_of_those_known_is_refused_after_the_upgrade(earlier: Engine) -> None:
    schema.upgrade(earlier, CATALOGUE)
    wrong = {"resource": ("state", "before_deadline", "from_deadline"), "inbox": ("outcome",), "outbox": ("kind",)}
    for table, columns in wrong.items():
        for column in columns:
            with pytest.raises(IntegrityError, match="_known"), earlier.begin() as connection:
                connection.execute(text(f"UPDATE {table} SET {column} = 'lost'"))


def counted(engine: Engine) -> dict[str, int]:
    there = MetaData()
    with engine.connect() as connection:
        there.reflect(connection)
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in there.sorted_tables
        }
