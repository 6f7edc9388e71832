"""What PostgreSQL would refuse and SQLite would not: the answer is the same on both."""

from collections.abc import Iterator
from urllib.parse import quote

import httpx2 as httpx
import pytest
from sqlalchemy import make_url, text

from persistence import database
from persistence.database import open_engine
from persistence.store import Store
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.databases import fresh_postgres_url
from tests.robustness.tellings import BATCH, STRUCTURED, is_problem, paid
from workflows.products import CATALOGUE

ODD = ("'", '"', "\\", "%", "a\nb", "😀", "\x01", "\U0010ffff", "x" * 256, "\ufeff", "$1", "{}", ":id", "%s")


@pytest.fixture
def url(postgres: str) -> str:
    return fresh_postgres_url(postgres)


@pytest.fixture
def desk(url: str, clock: SetClock) -> Iterator[Desk]:
    desk = open_desk(open_engine(url), CATALOGUE, [], clock)
    yield desk
    desk.store.close()


def test_a_nul_is_in_no_name_and_in_no_database(client: httpx.Client) -> None:
    for path in ("", "/history", "/eligibility", "/eligibility?at=2026-03-01T12:00:00Z"):
        assert is_problem(client.get(f"/v1/resources/%00{path}"), 404, "not_found")
    for path in ("orders/%00", "refunds/%00", "refunds/a%00b"):
        assert is_problem(client.get(f"/v1/{path}"), 404, "not_found")
    for query in (
        "resources?account_id=%00",
        "resources?order_id=%00",
        "resources?cursor=AAAA",
        "refunds?account_id=%00",
    ):
        assert is_problem(client.get(f"/v1/{query}"), 400, "bad_request")
    rejected = client.post("/v1/events", json=paid("a\x00"), headers=STRUCTURED).json()["results"][0]
    assert rejected["outcome"] == "rejected"


def test_odd_names_and_data_are_kept_as_they_are(client: httpx.Client) -> None:
    events = [paid(name, order_id=name, note={name: [name, 10**400, 1e300]}) for name in ODD]
    results = client.post("/v1/events", json=events, headers=BATCH).json()["results"]
    assert [one["outcome"] for one in results] == ["applied"] * len(ODD)
    for name in ODD:
        assert client.get(f"/v1/resources/{quote(name, safe='')}").json()["order_id"] == name
        found = client.get("/v1/resources", params={"order_id": name}).json()["items"]
        assert [one["id"] for one in found] == [name]
    assert {one["outcome"] for one in client.post("/v1/events", json=events, headers=BATCH).json()["results"]} == {
        "duplicate"
    }


def test_a_database_that_only_reads_is_a_503_and_not_ready(client: httpx.Client, desk: Desk, url: str) -> None:
    """As a standby is, or a server whose disk is full."""
    client.post("/v1/events", json=paid("r"), headers=STRUCTURED)
    name = make_url(url).database
    admin = open_engine(url)
    with admin.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    admin.dispose()
    desk.store.close()
    assert is_problem(client.get("/readyz"), 503, "store_read_only")
    assert is_problem(client.post("/v1/events", json=paid("s"), headers=STRUCTURED), 503, "store_read_only")
    assert client.get("/v1/resources/r").json()["state"] == "pending"


def test_a_connection_that_was_cut_while_idle_is_opened_anew(
    url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE_SECONDS", 0)
    store = Store(open_engine(url))
    with store.reading() as connection:
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with desk.store.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": own})
    with store.reading() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != own
    store.close()
