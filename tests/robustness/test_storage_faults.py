"""A database that cannot be written to, and a full disk: reads go on, writes are a clear 503, nothing is lost."""

import json
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from persistence.database import open_engine
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.robustness.conftest import Launch, Serve
from tests.robustness.services import Process, commanded
from tests.robustness.tellings import BATCH, STRUCTURED, is_problem, paid, told
from workflows.products import CATALOGUE

READS = ("/v1/resources", "/v1/resources/r", "/v1/resources/r/history", "/v1/resources/r/eligibility", "/healthz")
SMALLEST_LIMIT_BYTES = 4096


def post(client: httpx.Client, event: Any) -> httpx.Response:
    return client.post("/v1/events", json=event, headers=STRUCTURED)


@pytest.fixture
def read_only(desk: Desk, database: Path, clock: SetClock, serve: Serve) -> Iterator[httpx.Client]:
    """A client of a service over a database with one resource, opened so that it cannot be written to."""
    assert post(serve(desk), paid("r")).json()["results"][0]["outcome"] == "applied"
    engine = open_engine(f"sqlite:///file:{database}?mode=ro&uri=true")
    over = open_desk(engine, CATALOGUE, [], clock)
    yield serve(over)
    over.store.close()


def test_a_read_only_database_answers_reads_and_says_that_it_cannot_be_written_to(read_only: httpx.Client) -> None:
    for path in READS:
        assert read_only.get(path).status_code == 200
    assert read_only.get("/v1/resources/r/eligibility").json()["availability"] == "available"
    answer = post(read_only, told("certificate.application_submitted", "r", "1"))
    assert is_problem(answer, 503, "store_read_only")
    assert int(answer.headers["retry-after"]) > 0
    assert read_only.get("/v1/resources/r").json()["state"] == "pending"


def test_a_service_that_cannot_write_is_not_ready(read_only: httpx.Client, client: httpx.Client) -> None:
    assert is_problem(read_only.get("/readyz"), 503, "store_read_only")
    assert client.get("/readyz").status_code == 200


def test_the_command_line_says_in_one_line_that_it_cannot_write(desk: Desk, database: Path) -> None:
    desk.store.close()
    events = database.with_suffix(".ndjson")
    events.write_text(json.dumps(paid("r")))
    done = commanded(Path(f"file:{database}?mode=ro&uri=true"), "ingest", str(events))
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if line.startswith("refundry: ")] == [
        "refundry: The database cannot be written to; nothing was kept, check its permissions."
    ]
    assert "Traceback" not in done.stderr


def limit_files(process: Process, most_bytes: int) -> None:
    """No file of the process may grow beyond this: what a full disk looks like to it."""
    _, hard = resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE, (most_bytes, hard))


def test_a_full_disk_is_a_503_loses_nothing_and_is_over_when_there_is_room(launch: Launch) -> None:
    process = launch().ready()
    client = process.client
    kept = [f"before-{n}" for n in range(20)]
    assert {post(client, paid(name)).json()["results"][0]["outcome"] for name in kept} == {"applied"}
    limit_files(process, SMALLEST_LIMIT_BYTES)
    for n in range(5):
        batch = [paid(f"during-{n}-{m}") for m in range(50)]
        answer = client.post("/v1/events", json=batch, headers=BATCH)
        assert is_problem(answer, 503, "store_full")
        assert int(answer.headers["retry-after"]) > 0
    assert client.get("/v1/resources/before-3").json()["state"] == "pending"
    assert client.get("/v1/resources?limit=1000").json()["items"][-1]["id"] == "before-9"
    limit_files(process, resource.RLIM_INFINITY)
    batch = [paid(f"during-0-{m}") for m in range(50)]
    results = client.post("/v1/events", json=batch, headers=BATCH).json()["results"]
    assert {one["outcome"] for one in results} == {"applied"}
    process.kill()
    again = launch().ready().client
    ids = {one["id"] for one in again.get("/v1/resources?limit=1000").json()["items"]}
    assert ids == {*kept, *(event["subject"] for event in batch)}


def test_a_database_that_may_not_grow_keeps_all_or_nothing_of_a_batch(
    desk: Desk, database: Path, clock: SetClock, serve: Serve
) -> None:
    """The same by SQLite's own limit, which needs no help from the operating system."""
    desk.store.close()
    with sqlite3.connect(database) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    engine = open_engine(f"sqlite:///{database}")
    with engine.connect() as limited:
        limited.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    over = open_desk(engine, CATALOGUE, [], clock)
    client = serve(over)
    answer = client.post("/v1/events", json=[paid(f"r-{n}") for n in range(400)], headers=BATCH)
    assert is_problem(answer, 503, "store_full")
    assert client.get("/v1/resources").json()["items"] == []
    over.store.close()
    with sqlite3.connect(database) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("inbox", "history")]
    assert counts == [0, 0]


def test_a_log_that_cannot_be_written_stops_no_work(launch: Launch, tmp_path: Path) -> None:
    with (tmp_path / "full.log").open("wb") as log:
        process = launch(stderr=log.fileno(), REFUNDRY_LOG_LEVEL="info").ready()
        post(process.client, paid("before"))
        with Path("/dev/full").open("wb") as full:
            again = launch(stderr=full.fileno(), REFUNDRY_LOG_LEVEL="info").ready()
    answer = post(again.client, paid("r"))
    assert answer.status_code == 200 and answer.json()["results"][0]["outcome"] == "applied"
    assert "order.paid" in (tmp_path / "full.log").read_text()
