"""`make soak-whatif`: 14 days instead of 7 for 100,000 resources on each kind of database, within a minute each.

A small demonstration is replayed and its rows are copied under other ids, so that the mix of lives stays as it was.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from sqlalchemy import Connection, Engine, inspect, text

from entrypoints.cli.demonstration import fill
from entrypoints.cli.feeding import progress
from entrypoints.cli.simulated import tell_cohort
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from entrypoints.wiring import wire
from persistence.cohorts import Cohort
from persistence.database import open_engine
from service.clock import SetClock
from service.cohorts import Inquiry, comparisons, size
from service.desk import Desk
from tests.databases import KINDS, fresh_postgres_url, fresh_sqlite_url, postgres_server
from workflows.amending import amended
from workflows.comparing import Tally
from workflows.instants import EARLIEST
from workflows.rules import parse_rules

MOMENT = datetime(2026, 5, 20, 15, tzinfo=UTC)
SEEDED = 1_000
MOST_SECONDS = 60.0
#: Each table to copy, with the columns that name a resource or something of it, and those that number themselves.
COPIED = {
    "resource": ({"id", "refund_id"}, set()),
    "refund": ({"id", "resource_id"}, set()),
    "history": ({"resource_id", "event_id"}, set()),
    "inbox": ({"subject", "event_id"}, {"arrival"}),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--resources", type=int, default=100_000)
    resources = asked.parse_args().resources
    configure_logging("error")
    slow = [kind for kind in KINDS if _soaked(kind, resources) > MOST_SECONDS]
    sys.exit(f"longer than {MOST_SECONDS:.0f} s on {' and '.join(slow)}" if slow else 0)


def _soaked(kind: str, resources: int) -> float:
    """The seconds that the comparison takes on one kind of database."""
    with _database(kind) as url:
        desk = wire(Settings(database_url=url), SetClock(EARLIEST), [parse_rules(DEMO_RULES)])
        assert isinstance(desk.clock, SetClock)
        fill(desk, desk.clock, demo_events(MOMENT, SEEDED), MOMENT, lambda _number: None)
        engine = open_engine(url)
        multiply(engine, resources)
        taken = _compared(desk, kind)
        engine.dispose()
        desk.store.close()
    return taken


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield fresh_sqlite_url(Path(folder))
    else:
        with postgres_server() as server:
            yield fresh_postgres_url(server)


def multiply(engine: Engine, resources: int) -> None:
    """Copy every row under other ids until there are so many resources; the chains of hashes are those of the first."""
    with engine.begin() as connection:
        there_are = connection.execute(text("SELECT count(*) FROM resource")).scalar_one()
        copies = max(resources // there_are, 1)
        for table, (renamed, numbered) in COPIED.items():
            _copy(connection, table, renamed, numbered, copies)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _copy(connection: Connection, table: str, renamed: set[str], numbered: set[str], copies: int) -> None:
    columns = [column["name"] for column in inspect(connection).get_columns(table) if column["name"] not in numbered]
    taken = [f"\"{name}\" || '-' || copy.number" if name in renamed else f'"{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(
        text(
            f"INSERT INTO {table} ({names}) "
            f"WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < :copies) "
            f"SELECT {', '.join(taken)} FROM {table}, copy"
        ),
        {"copies": copies},
    )


def _compared(desk: Desk, kind: str) -> float:
    rules = amended(desk.policy.rulebook.in_force(MOMENT), {"window.days": 14})
    inquiry, tally = Inquiry(rules, Cohort()), Tally(1)
    started, used = time.perf_counter(), time.process_time()
    with progress(kind, size(desk, inquiry)) as advance:
        for some in comparisons(desk, inquiry):
            tally.add_all(some)
            advance(len(some))
    taken = time.perf_counter() - started
    tell_cohort(Console(highlight=False), tally)
    print(
        f"{kind}: {tally.resources} resources in {taken:.1f} s "
        f"({time.process_time() - used:.1f} s of processor here), {tally.resources / taken:.0f} a second"
    )
    return taken


if __name__ == "__main__":
    main()
