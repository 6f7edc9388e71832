"""History, inbox and outbox by month on PostgreSQL: each row is in its month, and months are there ahead of time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from persistence import months, schema
from persistence.database import open_engine
from persistence.months import AHEAD, MONTHLY, Month
from persistence.store import Store
from scheduler.live import MONTHS_EVERY_SECONDS, Tick
from service import copying as service_copying
from service.clock import SetClock
from service.ingest import Message, ingest
from service.opening import open_desk
from service.verification.data import check_data
from tests.databases import empty_postgres_url, empty_sqlite_url, fresh_sqlite_url, quick_engine
from tests.money.world import PAID_AT, RULES, World
from tests.test_migrations import copy, migrate
from tests.verification.tampering import lived
from workflows.products import CATALOGUE
from workflows.rules import parse_rules
from workflows.words import Outcome

MARCH, MAY = Month(2026, 3), Month(2026, 5)


def places(connection: Connection, table: str) -> dict[str, int]:
    query = f"SELECT CAST(tableoid AS regclass)::text, count(*) FROM {table} GROUP BY 1"
    return {str(place): int(number) for place, number in connection.exec_driver_sql(query)}


def number(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@pytest.fixture
def earlier(postgres: str, tmp_path: Path) -> Engine:
    """A database of the version before, in which much has happened."""
    source = fresh_sqlite_url(tmp_path)
    lived(World(source)).close()
    engine = quick_engine(empty_postgres_url(postgres))
    with engine.begin() as connection:
        migrate(connection, "0016")
    with quick_engine(source).connect() as told, engine.begin() as connection:
        copy(told, connection)
        for table, key in (("inbox", "arrival"), ("outbox", "id")):
            last = f"SELECT max({key}) FROM {table}"
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), ({last}))")
        connection.exec_driver_sql("GRANT SELECT ON ops_waiting, inbox TO pg_monitor")
    return engine


def test_a_filled_database_of_the_version_before_keeps_every_row(earlier: Engine) -> None:
    with earlier.connect() as connection:
        before = {table: list(connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2")) for table in MONTHLY}
        waiting = list(connection.exec_driver_sql("SELECT * FROM ops_waiting ORDER BY 1, 2"))
    schema.upgrade(earlier, CATALOGUE)
    with earlier.connect() as connection:
        for table, rows in before.items():
            assert rows and list(connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2")) == rows
            assert places(connection, table) == {f"{table}_2026_03": len(rows)}
        assert list(connection.exec_driver_sql("SELECT * FROM ops_waiting ORDER BY 1, 2")) == waiting and waiting
        assert number(connection, "event_key") == number(connection, "inbox")
        granted = "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'pg_monitor'"
        assert connection.exec_driver_sql(f"{granted} AND table_name IN ('inbox', 'ops_waiting')").scalar_one() == 2
    world_goes_on(earlier)


def world_goes_on(engine: Engine) -> None:
    desk = open_desk(engine, CATALOGUE, [parse_rules(RULES)], SetClock(PAID_AT))
    assert check_data(desk).findings.sound
    with desk.store.reading() as connection:
        last = number(connection, "inbox")
    told = {"specversion": "1.0", "id": "new", "source": "/tests", "type": "certificate.issued", "subject": "new"}
    assert [one.outcome for one in ingest(desk, [Message(told)])] == [Outcome.PARKED]
    with desk.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT max(arrival) FROM inbox").scalar_one() == last + 1
    desk.store.close()


def test_history_refuses_change_in_every_partition(passed: World, passed_url: str) -> None:
    with passed.desk.store.writing() as connection:
        months.make(connection, "history", MARCH)
        assert len(places(connection, "history")) == 2
    engine = open_engine(passed_url)
    for table in ("history", "history_default", "history_2026_03"):
        for statement in (f"UPDATE {table} SET actor = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
                connection.exec_driver_sql(statement)
    engine.dispose()


def test_this_month_and_the_next_are_there_and_one_that_is_missing_is_made(url: str) -> None:
    world = World(url)
    beats = iter([0.0, *[MONTHS_EVERY_SECONDS] * 9])
    with world.desk.store.writing() as connection:
        this = Month.of(connection.execute(select(text("now()"))).scalar_one())
        ahead = [this.later(months_ahead) for months_ahead in range(AHEAD + 1)]
        assert [months.partitions(connection, table) for table in MONTHLY] == [ahead] * len(MONTHLY)
        connection.exec_driver_sql(f"DROP TABLE outbox_{ahead[-1].suffix}")
        assert months.missing(connection) == [("outbox", ahead[-1])]
    Tick(world.desk, lambda: next(beats))()
    with world.desk.store.reading() as connection:
        assert not months.missing(connection)
    world.close()


def test_an_unforeseen_month_is_caught_and_its_rows_move_when_it_is_made(passed: World) -> None:
    with passed.desk.store.writing() as connection:
        before = {table: number(connection, table) for table in MONTHLY}
        for table in MONTHLY:
            assert set(places(connection, table)) == {f"{table}_default"}
            assert MARCH in months.months_in_default(connection, table)
            months.make(connection, table, MARCH)
        for table in MONTHLY:
            found = places(connection, table)
            assert found.keys() == {f"{table}_default", f"{table}_2026_03"}
            assert sum(found.values()) == before[table]
            assert MARCH not in months.months_in_default(connection, table)
    assert check_data(passed.desk).findings.sound


def test_two_replicas_that_make_the_months_at_once_make_them_once(url: str) -> None:
    engine = quick_engine(url)
    with engine.begin() as connection:
        lacking = [months.partitions(connection, table)[-1] for table in MONTHLY]
        for table, month in zip(MONTHLY, lacking, strict=True):
            connection.exec_driver_sql(f"DROP TABLE {table}_{month.suffix}")

    def keep_ahead(_replica: int) -> int:
        with engine.begin() as connection:
            return months.keep_ahead(connection)

    with engine.begin() as reader:
        assert number(reader, "history") == 0
        assert keep_ahead(0) == 0, "it gives way to who reads"
    with ThreadPoolExecutor(2) as replicas:
        assert sorted(replicas.map(keep_ahead, range(2))) == [0, len(MONTHLY)]
    engine.dispose()


def test_an_id_is_told_once_across_months_and_freed_where_its_event_is_rejected(database_url: str) -> None:
    world = World(database_url)
    first = world.message("certificate.issued", "r")
    early = world.message("ca.enabled", "other", level="root")
    assert [one.outcome for one in ingest(world.desk, [first, early])] == [Outcome.PARKED, Outcome.PARKED]
    world.pay("other")
    world.later(days=40)
    again = [Message(one.attributes) for one in (first, early)]
    assert [one.outcome for one in ingest(world.desk, again)] == [Outcome.DUPLICATE, Outcome.REJECTED]
    corrected = Message({**early.attributes, "type": "certificate.issued", "data": {}})
    assert ingest(world.desk, [corrected])[0].outcome == Outcome.PARKED
    world.close()


def test_a_copy_has_its_rows_in_their_months(passed_url: str, postgres: str, tmp_path: Path) -> None:
    for target in (empty_postgres_url(postgres), empty_sqlite_url(tmp_path)):
        made = service_copying.Copying(Store(open_engine(passed_url)), open_engine(target), CATALOGUE)
        assert made.make(lambda _count: None)["event_key"]
        with open_engine(target).connect() as connection:
            assert set(months.with_rows(connection, "history")) == {MARCH, MAY}
            if months.has_months(connection):
                assert "history_default" not in places(connection, "history")


def test_the_bounds_of_a_month_are_in_utc() -> None:
    december = Month.parsed("2026-12")
    assert (december.start, december.end) == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert (december.later(-12), december.later(1), str(december.later(2))) == (
        Month(2025, 12),
        Month(2027, 1),
        "2027-02",
    )
    assert Month.of(datetime.fromisoformat("2026-12-31T23:30:00-02:00")) == december.later(1)
