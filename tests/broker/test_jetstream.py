"""`refundry consume` on a real NATS server: acknowledged once stored, whatever is killed meanwhile."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service import unreadable
from service.clock import SystemClock
from service.desk import Desk
from service.opening import open_desk
from tests.broker import servers
from tests.broker.servers import Server
from tests.databases import fresh_sqlite_url, quick_engine
from tests.robustness.services import ROOT, environment, until
from tests.robustness.tellings import paid, told
from workflows.products import CATALOGUE

STREAM, SUBJECT, DURABLE = "REFUNDRY", "refundry.events", "refundry"
Sent = tuple[bytes, dict[str, str]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "jetstream")
    asyncio.run(servers.add_stream(server, STREAM, SUBJECT))
    yield server
    server.stop()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return Path(fresh_sqlite_url(tmp_path).removeprefix("sqlite:///"))


@pytest.fixture
def desk(database: Path) -> Iterator[Desk]:
    desk = open_desk(quick_engine(f"sqlite:///{database}"), CATALOGUE, [], SystemClock())
    yield desk
    desk.store.close()


class Consumer:
    """`refundry consume` as a process, which may be killed and started again."""

    def __init__(self, server: Server, database: Path) -> None:
        self._server, self._database = server, database
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "entrypoints.cli.main", "consume", self._server.address, "--from", SUBJECT]
        command += ["--stream", STREAM, "--at-once", "50", "--redelivered-after", "2"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment(self._database))

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)


@pytest.fixture
def consumer(server: Server, database: Path) -> Iterator[Consumer]:
    consumer = Consumer(server, database)
    yield consumer
    consumer.kill()


def structured(event: dict[str, Any]) -> Sent:
    return json.dumps(event).encode(), {"content-type": "application/cloudevents+json"}


def bare(event: dict[str, Any]) -> Sent:
    """As somebody publishes who says nothing of what it is."""
    return json.dumps(event).encode(), {}


def batch(*events: dict[str, Any]) -> Sent:
    return json.dumps(events).encode(), {"content-type": "application/cloudevents-batch+json"}


def binary(event: dict[str, Any]) -> Sent:
    headers = {f"ce-{name}": value for name, value in event.items() if name != "data"}
    return json.dumps(event["data"]).encode(), headers | {"content-type": "application/json"}


def published(server: Server, *messages: Sent) -> None:
    asyncio.run(servers.publish(server, SUBJECT, list(messages)))


def all_acknowledged(server: Server) -> bool:
    try:
        return asyncio.run(servers.left_over(server, STREAM, DURABLE)) == 0
    except Exception:  # the consumer has not made itself known yet, or the server is not back yet
        return False


def stored(desk: Desk) -> dict[str, int]:
    """The resources there are, with how often each was told of."""
    with desk.store.reading() as connection:
        rows = connection.execute(text("SELECT resource_id, count(*) FROM history GROUP BY resource_id"))
        return {str(key): int(count) for key, count in rows}


def test_events_in_every_mode_are_stored_and_acknowledged(server: Server, desk: Desk, consumer: Consumer) -> None:
    one, two, three, four, five = (paid(f"r-{number}") for number in range(5))
    published(server, structured(one), bare(two), batch(three, four), binary(five))
    until(lambda: all_acknowledged(server))
    assert stored(desk) == {f"r-{number}": 1 for number in range(5)}
    assert consumer.stop() == 0


def test_what_cannot_be_used_is_kept_and_spoils_nothing(server: Server, desk: Desk, consumer: Consumer) -> None:
    published(
        server,
        (b"\xff\xfenot json", {}),
        structured(paid("good")),
        structured(told("order.payed", "good", "typo")),
        batch(paid("beside"), {"no": "event"}),
    )
    until(lambda: all_acknowledged(server))
    assert stored(desk) == {"good": 1, "beside": 1}
    kept = unreadable.waiting(desk)
    assert sorted(one.raw.body[:20] for one in kept) == sorted(
        [b"\xff\xfenot json", json.dumps(told("order.payed", "good", "typo")).encode()[:20], b'[{"specversion": "1.']
    )
    assert {one.raw.address for one in kept} == {SUBJECT}
    assert {reason["code"] for one in kept for reason in one.reasons} == {"malformed", "unknown_type"}


def test_kills_of_the_server_and_of_the_consumer_lose_and_double_nothing(
    server: Server, desk: Desk, consumer: Consumer
) -> None:
    for killed in range(4):
        published(server, *(structured(paid(f"r-{killed}-{number}")) for number in range(100)))
        until(lambda wanted=killed * 100 + 10: len(stored(desk)) >= wanted)
        victim = (consumer, server)[killed % 2]
        victim.kill()
        victim.start()
    until(lambda: all_acknowledged(server))
    assert stored(desk) == {f"r-{killed}-{number}": 1 for killed in range(4) for number in range(100)}
