"""Large stores to measure on: a small demonstration is replayed, and its rows are copied under other ids.

So the mix of lives stays as it was, and rows lie in the order in which they would have come about. The chains of hashes
are those of the first, and are not sound.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from entrypoints.cli.demonstration import fill
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.settings import Settings
from persistence.tallies import Sums
from service.clock import SetClock
from service.desk import Desk
from service.hooks.addresses import parse_reach
from service.hooks.opening import with_hooks
from service.opening import open_desk
from tests.databases import fresh_postgres_url, fresh_sqlite_url, postgres_server, quick_engine
from workflows.instants import EARLIEST
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

MOMENT: Final = datetime(2026, 5, 20, 15, tzinfo=UTC)
SEEDED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Copied:
    """Of a table that is copied: by which column its rows come about one after another, the columns that name a
    resource or something of it, and those that number it.
    """

    grown_by: str
    renamed: frozenset[str]
    numbered: frozenset[str] = frozenset()


#: In the order in which they refer to one another.
LIVES: Final[Mapping[str, Copied]] = {
    "resource": Copied("paid_at", frozenset({"id", "refund_id"})),
    "refund": Copied("requested_at", frozenset({"id", "resource_id"})),
    "history": Copied("recorded_at", frozenset({"resource_id", "event_id"})),
    "inbox": Copied("arrival", frozenset({"subject", "event_id"}), frozenset({"arrival"})),
    "event_key": Copied("event_id", frozenset({"event_id"})),
}
#: The same, with purchases of their own, and all that was done outside.
LIVES_APART: Final[Mapping[str, Copied]] = {
    **LIVES,
    "resource": Copied("paid_at", frozenset({"id", "refund_id", "order_id", "account_id"})),
    "outbox": Copied("id", frozenset({"resource_id"}), frozenset({"id"})),
    "attempt": Copied("id", frozenset({"refund_id", "resource_id", "key"}), frozenset({"id"})),
    "balance_credit": Copied("key", frozenset({"key", "account_id", "resource_id", "refund_id"})),
}


@contextmanager
def database(kind: str) -> Iterator[str]:
    """A migrated and otherwise empty database, gone after the block."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="refundry-") as folder:
            yield fresh_sqlite_url(Path(folder))
    else:
        with postgres_server() as server:
            yield fresh_postgres_url(server)


def seeded(url: str, events: int = SEEDED) -> tuple[Desk, SetClock]:
    """A desk over a demonstration that was lived through up to MOMENT, and its clock."""
    clock = SetClock(EARLIEST)
    opened = open_desk(quick_engine(url), CATALOGUE, [parse_rules(DEMO_RULES)], clock)
    desk = with_hooks(opened, parse_reach(Settings().hooks_allow))
    fill(desk, clock, demo_events(MOMENT, events), MOMENT, lambda _number: None)
    return desk, clock


def multiply(
    engine: Engine, resources: int, tables: Mapping[str, Copied] = LIVES, *, indexed_last: bool = False
) -> None:
    """Copy every row of these tables under other ids until there are so many resources, and the running sums with them.

    The sums must be folded. A copy of everything that is counted adds as much to each sum as there was. With
    `indexed_last` the indexes are made anew at the end: sooner done, but denser than those that have grown.
    """
    with engine.begin() as connection:
        there_are = connection.execute(text("SELECT count(*) FROM resource")).scalar_one()
        copies = max(resources // there_are - 1, 1)
        for name, copied in tables.items():
            indexes = _without_indexes(connection, name) if indexed_last else []
            _copy(connection, name, copied, copies)
            for statement in indexes:
                connection.exec_driver_sql(statement)
        grown = ", ".join(f"{name} = {name} * {copies + 1}" for name in Sums._fields)
        connection.execute(text(f"UPDATE tally SET {grown}"))
    _settle(engine)


def _without_indexes(connection: Connection, table: str) -> list[str]:
    """Drop a table's indexes but for those that uphold its keys. Returns the statements that make them anew."""
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = :table",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND NOT EXISTS "
        "(SELECT FROM pg_constraint WHERE conname = indexname)",
    }
    found = connection.execute(text(query[connection.dialect.name]), {"table": table}).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    # PostgreSQL tells of an index of partitions as of one that they have nothing to do with.
    return [statement.replace(" ON ONLY ", " ON ") for _, statement in found]


def _settle(engine: Engine) -> None:
    """What the database does by itself in time: know how much there is, and which pages everybody may see."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


def _copy(connection: Connection, table: str, copied: Copied, copies: int) -> None:
    there = [column["name"] for column in inspect(connection).get_columns(table)]
    columns = [name for name in there if name not in copied.numbered]
    taken = [f"\"{name}\" || '-' || copy.number" if name in copied.renamed else f'"{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(
        text(
            f"INSERT INTO {table} ({names}) "
            f"WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < :copies) "
            f"SELECT {', '.join(taken)} FROM {table}, copy ORDER BY {table}.{copied.grown_by}"
        ),
        {"copies": copies},
    )
