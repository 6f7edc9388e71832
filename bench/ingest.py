"""`service.ingest` beside a floor: the same rows in the same batches, written by hand through the bare driver.

The stream is that of the demonstration: payments, use, requests, some told twice, some too early, some unusable. It is
taken in once to learn which rows it makes; then, run after run, each batch is taken in by the service on one database
and written by the floor on another, in turns. Both wait for the disk. At the end the two must hold the same rows.
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench.floor import Floor, PostgresFloor, SqliteFloor, content
from bench.lines import Line
from bench.recorded import Work, recorded
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from entrypoints.wiring import wire
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message, ingest
from tests.databases import KINDS, empty_postgres_url, empty_sqlite_url, postgres_server
from workflows.rules import parse_rules

MOMENT = datetime(2026, 5, 20, 15, tzinfo=UTC)
RESOURCES = 2_000
SIZES = (100, 1_000)
RUNS = 5
MUST = ">= 0.6"


def lines() -> list[Line]:
    configure_logging("warning")
    messages = stream()
    return [line for kind in KINDS for line in _measured(kind, messages)]


def stream(resources: int = RESOURCES) -> list[Message]:
    """The demonstration's events, each told at the latest instant that any event so far has named."""
    made, told_at = [], datetime.min.replace(tzinfo=UTC)
    for event in demo_events(MOMENT, resources):
        named = datetime.fromisoformat(event["time"])
        told_at = max(told_at, named) if named <= MOMENT else told_at
        made.append(Message(event, told_at))
    return made


def _measured(kind: str, messages: list[Message]) -> Iterator[Line]:
    with databases(kind) as fresh:
        for size in SIZES:
            batches = [messages[start : start + size] for start in range(0, len(messages), size)]
            works = _learnt(fresh(), batches)
            ratios = [_ratio(fresh(), fresh(), batches, works) for _ in range(RUNS)]
            yield Line(f"ingest, {size} a batch, {kind}", statistics.median(ratios), "floor of the driver", RUNS, MUST)


@contextmanager
def databases(kind: str) -> Iterator[Callable[[], str]]:
    """A maker of URLs of empty databases of a kind that waits for the disk."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield lambda: empty_sqlite_url(Path(folder))
        else:
            with postgres_server() as server:
                wait_for_the_disk(server)
                yield lambda: empty_postgres_url(server)


def wait_for_the_disk(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM RESET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


def opened(url: str) -> Desk:
    return wire(Settings(database_url=url), SetClock(MOMENT), [parse_rules(DEMO_RULES)])


def floor_of(url: str) -> Floor:
    return SqliteFloor(url) if url.startswith("sqlite") else PostgresFloor(url)


def _learnt(url: str, batches: list[list[Message]]) -> list[Work]:
    desk, floor = opened(url), floor_of(url)
    works = recorded(desk, floor, batches)
    floor.close()
    desk.store.close()
    return works


def _ratio(ours: str, theirs: str, batches: list[list[Message]], works: list[Work]) -> float:
    """The floor's time as a part of the service's, over all batches."""
    desk = opened(ours)
    opened(theirs).store.close()
    floor = floor_of(theirs)
    spent: dict[str, float] = {"service": 0.0, "floor": 0.0}
    gc.collect()
    gc.freeze()
    for batch, prepared in zip(batches, map(floor.prepare, works), strict=True):
        spent["service"] += _timed(partial(ingest, desk, batch))
        spent["floor"] += _timed(partial(floor.write, prepared))
    gc.unfreeze()
    _check_alike(ours, floor)
    floor.close()
    desk.store.close()
    events = sum(map(len, batches))
    told = ", ".join(f"{name} {events / seconds:,.0f}/s" for name, seconds in spent.items())
    print(f"  {ours.split(':')[0].split('+')[0]:12}{len(batches[0]):6} a batch: {told}")
    return spent["floor"] / spent["service"]


def _timed(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _check_alike(ours: str, floor: Floor) -> None:
    """Raise AssertionError where a table of the two databases differs in as much as one value."""
    service = floor_of(ours)
    for table in floor.tables:
        mine, its = content(service, table), content(floor, table)
        assert mine, f"nothing was written to {table}"
        assert mine == its, f"{table}: {len(mine)} rows of the service, {len(its)} of the floor, and they differ"
    service.close()
