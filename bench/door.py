"""`POST /v1/events` under load, one server process each, beside the same done by hand; both wait for the disk.

Every event moves a resource of its own from paid to used, and is sent once; at the end each must have moved once.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from bench.ingest import databases
from bench.lines import Line
from bench.peers.by_hand import TABLES
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from entrypoints.wiring import wire
from scheduler.live import fold_all
from scheduler.sweeps import UNBOUNDED, sweep
from service.desk import Desk
from service.hooks.fan_out import fan_out
from service.ingest import Message, ingest
from tests.robustness.services import ROOT, free_port, until

RUNS = 5
EVENTS = 3_000
BATCH = 100
SINGLE_TYPE, BATCH_TYPE = "application/cloudevents+json", "application/cloudevents-batch+json"
PRODUCT, SOURCE, USED = "message_notification", "/bench", "notification.configured"
NOW = datetime.now(UTC) - timedelta(hours=1)
Measured = dict[str, float]


def lines() -> list[Line]:
    configure_logging("warning")
    return [*_on_postgresql(), *_on_sqlite()]


def _on_postgresql() -> Iterator[Line]:
    with databases("postgresql") as fresh, ExitStack() as stack:
        url = fresh()
        libpq = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        told = Told(url, RUNS * (2 * EVENTS + EVENTS + EVENTS * 2), also=lambda ids: _by_hand(libpq, ids))
        ours = stack.enter_context(serving("entrypoints.cli.main", "serve", "--port", "{port}", database=url))
        five = stack.enter_context(serving("bench.peers.by_hand", libpq, "{port}", "statements"))
        one = stack.enter_context(serving("bench.peers.by_hand", libpq, "{port}", "single"))
        loader = stack.enter_context(Loader.running())
        many: dict[str, list[Measured]] = {"ours": [], "five": [], "few": [], "cte": [], "batches": []}
        for _ in range(RUNS):
            ids = told.next(EVENTS)
            many["ours"].append(loader.load(ours, 64, singles(ids)))
            many["five"].append(loader.load(five, 64, singles(ids)))
            ids = told.next(EVENTS)
            many["few"].append(loader.load(ours, 8, singles(ids)))
            many["cte"].append(loader.load(one, 8, singles(ids)))
            many["batches"].append(loader.load(ours, 8, batches(told.next(EVENTS * 2)), BATCH_TYPE, BATCH))
        told.check()
        _check_by_hand(libpq, RUNS * EVENTS * 2)
    five_statements = "FastAPI + asyncpg, five statements"
    yield _line("one event a request, 64 connections, events/s", many, "ours", "five", five_statements, ">= 4")
    yield _line("one event a request, 64 connections, p99", many, "ours", "five", five_statements, "<= 0.5", "p99")
    yield _line(
        "one event a request, 8 connections", many, "few", "cte", "FastAPI + asyncpg, one CTE statement", ">= 0.9"
    )
    yield _line("100 events a request", many, "batches", "ours", "our single events, 64 connections", ">= 4")


def _on_sqlite() -> Iterator[Line]:
    with databases("sqlite") as fresh, ExitStack() as stack:
        shared, alone = fresh(), fresh()
        told = {url: Told(url, RUNS * EVENTS) for url in (shared, alone)}
        ports = {
            shared: stack.enter_context(serving("entrypoints.cli.main", "serve", "--port", "{port}", database=shared)),
            alone: stack.enter_context(serving("bench.alone", alone, "{port}")),
        }
        loader = stack.enter_context(Loader.running())
        many: dict[str, list[Measured]] = {shared: [], alone: []}
        for _ in range(RUNS):
            for url, port in ports.items():
                many[url].append(loader.load(port, 64, singles(told[url].next(EVENTS))))
        for one in told.values():
            one.check()
    beside = "one commit per event, same server"
    yield _line("SQLite FULL, 64 connections", many, shared, alone, beside, ">= 2.5")


def _line(
    name: str, many: dict[str, list[Measured]], ours: str, theirs: str, beside: str, must: str, what: str = "rate"
) -> Line:
    pairs = zip(many[ours], many[theirs], strict=True)
    return Line(name, statistics.median(mine[what] / its[what] for mine, its in pairs), beside, RUNS, must)


@dataclass
class Told:
    """Resources that have been paid for, to be used one after the other; of their payments nothing is left to do."""

    url: str
    count: int
    also: Callable[[list[str]], None] = lambda _ids: None
    _used: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        desk = self._desk()
        ids = [f"r-{number}" for number in range(self.count)]
        pay(desk, ids)
        self.also(ids)
        sweep(desk, desk.clock.now(), most_portions=UNBOUNDED, sweeps={"fan_out": fan_out})
        fold_all(desk)
        desk.store.close()

    def next(self, count: int) -> list[str]:
        ids = [f"r-{number}" for number in range(self._used, self._used + count)]
        self._used += count
        assert self._used <= self.count
        return ids

    def check(self) -> None:
        """Raise AssertionError unless exactly those that were handed out have moved, each once."""
        desk = self._desk()
        with desk.store.reading() as connection:
            found = connection.exec_driver_sql("SELECT state, seq, count(*) FROM resource GROUP BY state, seq").all()
            rows = connection.exec_driver_sql("SELECT count(*) FROM history").scalar()
        desk.store.close()
        assert rows == self.count + self._used, f"{rows} rows of history"
        moved = {(state, seq): number for state, seq, number in found}
        assert moved.get(("issued", 2)) == self._used, moved

    def _desk(self) -> Desk:
        return wire(Settings(database_url=self.url))


def pay(desk: Desk, ids: list[str]) -> None:
    """Have these resources paid for, so that they can be used."""
    for start in range(0, len(ids), 1_000):
        ingest(desk, [Message(paid(one)) for one in ids[start : start + 1_000]])


def paid(subject: str) -> dict[str, Any]:
    data = {
        "order_id": f"order-{subject}",
        "account_id": f"account-{subject[-2:]}",
        "product": PRODUCT,
        "currency": "USD",
        "cash_paid": "1.60",
        "coupon_paid": "0.00",
        "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
    }
    return event("order.paid", subject, data)


def event(type_: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    told = {"specversion": "1.0", "id": f"{type_}-{subject}", "source": SOURCE, "type": type_, "subject": subject}
    return told | {"time": NOW.isoformat(), "data": data}


def singles(ids: list[str]) -> list[str]:
    return [json.dumps(event(USED, one, {})) for one in ids]


def batches(ids: list[str]) -> list[str]:
    return [
        json.dumps([event(USED, one, {}) for one in ids[start : start + BATCH]]) for start in range(0, len(ids), BATCH)
    ]


@contextmanager
def serving(module: str, *arguments: str, database: str = "") -> Iterator[int]:
    """A server process; yields its port once it answers there."""
    with served(module, *arguments, database=database) as (_, port):
        yield port


@contextmanager
def served(module: str, *arguments: str, database: str = "") -> Iterator[tuple[int, int]]:
    """The same with the number of the process before the port."""
    port = free_port()
    command = [sys.executable, "-m", module, *(one.format(port=port) for one in arguments)]
    own = {"REFUNDRY_DATABASE_URL": database, "REFUNDRY_LOG_LEVEL": "warning"}
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | own)
    try:
        until(lambda: _answers(process, port))
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(30)


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    assert process.poll() is None, f"the server ended with status {process.returncode}"
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Loader:
    """The process that sends the load."""

    process: "subprocess.Popen[str]"
    quiet: bool = False

    @classmethod
    @contextmanager
    def running(cls, *, quiet: bool = False) -> Iterator["Loader"]:
        command = [sys.executable, "-m", "bench.load"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield cls(process, quiet)
        finally:
            process.terminate()
            process.wait(30)

    def load(
        self, port: int | list[int], connections: int, bodies: list[str], type_: str = SINGLE_TYPE, each: int = 1
    ) -> Measured:
        """How long the server took for all of the bodies, or the servers if there are several ports."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        ports = port if isinstance(port, list) else [port]
        asked = {"ports": ports, "connections": connections, "bodies": bodies, "type": type_}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        measured: Measured = json.loads(self.process.stdout.readline())
        measured["rate"] = len(bodies) * each / measured["seconds"]
        servers = "" if len(ports) == 1 else f", {len(ports)} servers"
        told = f"{measured['rate']:8,.0f} events/s, p99 {measured['p99'] * 1e3:.1f} ms"
        if not self.quiet:
            print(f"  {connections:3} connections, {each:3} a request{servers}: {told}")
        return measured


def _by_hand(libpq: str, ids: list[str]) -> None:
    with psycopg.connect(libpq, autocommit=True) as connection:
        connection.execute(TABLES.encode())
        connection.execute("INSERT INTO by_hand_resource SELECT unnest(%s::text[]), 'pending', 1", [ids])


def _check_by_hand(libpq: str, moved: int) -> None:
    with psycopg.connect(libpq) as connection:
        for query in (
            "SELECT count(*) FROM by_hand_resource WHERE state = 'issued' AND seq = 2",
            "SELECT count(*) FROM by_hand_history",
            "SELECT count(*) FROM by_hand_inbox",
            "SELECT sum(number) FROM by_hand_tally",
        ):
            found = connection.execute(query.encode()).fetchone()
            assert found == (moved,), f"{query}: {found}"
