"""Many clients ask at once for one resource: exactly one succeeds, with two server processes on one database.

REFUNDRY_SOAK=1 runs it at full size: 32 clients, 200 resources.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from sqlalchemy import func, select

from persistence.resources import REFUND, RESOURCE, ConflictError
from persistence.sandbox import SANDBOX
from service import refunds
from tests.goldens import ROOT
from tests.money.world import PAID_AT, World

CLIENTS = 32
RESOURCES = 200 if os.environ.get("REFUNDRY_SOAK") else 12


@contextmanager
def server(database_url: str) -> Iterator[int]:
    """A `refundry serve` process; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "entrypoints.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--test-clock", PAID_AT.isoformat()],
        cwd=ROOT,
        env={**os.environ, "REFUNDRY_DATABASE_URL": database_url, "REFUNDRY_LOG_LEVEL": "error"},
    )
    try:
        _wait_until_ready(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended before it was ready"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server was not ready in time")


def ask_over_http(port: int, resource_id: str, client: int) -> tuple[int, tuple[str, ...]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Idempotency-Key": f"key-{client}", "Refundry-Actor": f"customer-{client}"}
    connection.request("POST", f"/v1/resources/{resource_id}/refunds", body=b"{}", headers=headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    return answer.status, tuple(reason["code"] for reason in body.get("reasons") or ())


def test_one_of_many_succeeds(database_url: str) -> None:
    world = World(database_url)
    names = [f"r{number}" for number in range(RESOURCES)]
    for name in names:
        world.pay(name)
    with server(database_url) as one, server(database_url) as other, ThreadPoolExecutor(CLIENTS) as pool:
        barrier = Barrier(CLIENTS)

        def ask(name: str, client: int) -> tuple[int, tuple[str, ...]]:
            barrier.wait(60)
            return ask_over_http((one, other)[client % 2], name, client)

        for name in names:
            answers = Counter(pool.map(lambda client, name=name: ask(name, client), range(CLIENTS)))
            assert answers == {(201, ()): 1, (409, ("refund_in_progress",)): CLIENTS - 1}
    world.later(days=1)
    with world.desk.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(REFUND)).scalar_one() == RESOURCES
        assert connection.execute(select(func.count()).select_from(SANDBOX)).scalar_one() == RESOURCES
        paid_out, cash = connection.execute(
            select(func.sum(RESOURCE.c.paid_out_minor), func.sum(RESOURCE.c.cash_minor))
        ).one()
        assert paid_out == cash
    world.close()


@pytest.mark.parametrize("locked", [True, False], ids=["with our lock", "control without it"])
def test_the_lock_is_what_lets_the_others_answer_cleanly(locked: bool, postgres: str) -> None:
    """Without the lock the losers break on the compare-and-set instead of being told what the matter is."""
    from tests.databases import fresh_postgres_url

    world = World(fresh_postgres_url(postgres), locked=locked)
    for number in range(20):
        world.pay(f"r{number}")
    barrier = Barrier(8)

    def ask(name: str) -> str:
        barrier.wait(60)
        try:
            with world.desk.store.writing() as connection:
                return refunds.ask(world.desk, connection, [name], "customer")[0].result.outcome.value
        except ConflictError:
            return "conflict"

    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            outcomes.update(pool.map(ask, [f"r{number}"] * 8))
    assert outcomes["applied"] == 20
    assert (outcomes["conflict"] == 0) == locked, outcomes
    world.close()
