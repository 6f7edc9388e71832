"""Every route there is, asked for nonsense: never a 5xx, and every error is a problem with a code.

The routes come from the service's own description, so a new one is tried without a word here. It is tried on both
stores, with a resource and a refund in review to find.
"""

from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from persistence.database import open_engine
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.databases import fresh_postgres_url, fresh_sqlite_url
from tests.robustness.conftest import Serve
from tests.robustness.tellings import BATCH, paid
from workflows.products import CATALOGUE

NAMES = ("%00", "%ff", "none", "x" * 3000, "%2F..%2F", "%0A", "%F0%9F%98%80", "'", "%20", "-1", "a%00b", "r", "dear")
VALUES = ("", "%00", "%ff", "x", "-1", "1e400", "9" * 400, "%F0%9F%98%80", "true", "[]", "2026-02-30T00:00:00Z", "AAAA")
BODIES = (
    b"", b"{", b"\xff\xfe", b"null", b"1", b'"x"', b"[]", b"{}", b"[" * 30_000, b'{"now": 1e400}', b'{"url": 1}',
    b'{"reason": "\\u0000", "amount": "\\u0000", "url": "\\u0000", "events": "\\u0000"}', b"[[]]", b"[1]",
    b'{"reason": {}, "amount": [], "url": [], "events": {}, "now": {}, "data": {}, "secret": 5}',
    b'{"reason": "x", "amount": "1e400", "url": "http://[::1", "events": ["\\ud800"]}',
    b'{"url": "https://127.0.0.1:99999/x", "events": [null], "actor": 1e400}',
)  # fmt: skip
MEDIA_TYPES = (
    "application/json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "text/\x80",
    "",
)
HEADERS = [(b"idempotency-key", b"one"), (b"refundry-actor", b"\x80\xff")]
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return fresh_sqlite_url(tmp_path_factory.mktemp("routes"))
    return fresh_postgres_url(request.getfixturevalue("postgres"))


@pytest.fixture
def desk(url: str, clock: SetClock) -> Iterator[Desk]:
    desk = open_desk(open_engine(url), CATALOGUE, [], clock)
    yield desk
    desk.store.close()


@pytest.fixture
def client(desk: Desk, serve: Serve) -> httpx.Client:
    client = serve(desk)
    client.post("/v1/events", json=[paid("r"), paid("dear", cash_paid="900.00")], headers=BATCH)
    client.post("/v1/resources/dear/refunds", headers={"idempotency-key": "dear", "refundry-actor": "alice"})
    return client


def sound(answer: httpx.Response) -> bool:
    """Whether an answer is no failure of the service, and if an error, then a problem that says what it is."""
    if answer.status_code >= 500:
        return False
    if answer.status_code < 400:
        return True
    told: dict[str, Any] = answer.json()
    described = all(told.get(member) for member in ("type", "title", "detail", "code"))
    return described and answer.headers["content-type"] == "application/problem+json" and len(answer.content) < 10_000


def routes(client: httpx.Client) -> list[tuple[str, str, dict[str, Any]]]:
    paths = client.get("/openapi.json").json()["paths"]
    found = [(method, path, paths[path][method]) for path in paths for method in paths[path] if method in METHODS]
    assert len(found) >= 12
    return found


def filled(path: str, name: str) -> str:
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + name + path[end + 1 :]
    return path


def test_names_that_are_none(client: httpx.Client) -> None:
    for method, path, _ in routes(client):
        for name in NAMES if "{" in path else ():
            answer = client.request(method, filled(path, name), headers=HEADERS)
            assert sound(answer), (method, path, name, answer.status_code, answer.text[:300])


def test_queries_that_mean_nothing(client: httpx.Client) -> None:
    for method, path, described in routes(client):
        names = [one["name"] for one in described.get("parameters", ()) if one["in"] == "query"]
        for name in [*names, "unheard-of"] if method == "get" else ():
            for value in VALUES:
                answer = client.get(f"{filled(path, 'r')}?{name}={value}")
                assert sound(answer), (method, path, name, value, answer.status_code, answer.text[:300])


def test_bodies_that_say_nothing(client: httpx.Client) -> None:
    for method, path, _ in routes(client):
        for body in BODIES if method != "get" else ():
            for number, media_type in enumerate(MEDIA_TYPES[:1] if path != "/v1/events" else MEDIA_TYPES):
                headers = {"idempotency-key": f"{number}", "content-type": media_type}
                raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
                answer = client.request(method, filled(path, "dear"), content=body, headers=raw)
                assert sound(answer), (method, path, body[:60], answer.status_code, answer.text[:300])


def test_methods_that_are_not_offered(client: httpx.Client) -> None:
    offered = {(method, path) for method, path, _ in routes(client)}
    for path in {path for _, path in offered}:
        for method in METHODS:
            if (method, path) not in offered:
                answer = client.request(method, filled(path, "nothing-here"))
                assert sound(answer) and answer.status_code in (404, 405), (method, path, answer.status_code)
