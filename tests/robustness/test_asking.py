"""Asking for refunds, deciding on them and looking them up, done wrongly: every answer says what was wrong."""

from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest

from tests.robustness.tellings import BATCH, is_problem, paid, told

KEY = {"idempotency-key": "one"}
NO_BODIES = (
    b"{",
    b"\xff",
    b"[" * 50_000,
    b"[]",
    b"1",
    b'"x"',
    b"null",
    b'{"x": NaN}',
    b'{"x": 1e400}',
    b'{"x": "\\ud800"}',
)


@pytest.fixture
def asked(client: httpx.Client) -> str:
    """The id of a refund in review; its resource is `dear`, and `r` is there beside it."""
    events = [paid("r"), paid("dear", cash_paid="900.00", order_id="order-2")]
    assert client.post("/v1/events", json=events, headers=BATCH).status_code == 200
    answer = client.post("/v1/resources/dear/refunds", headers=KEY | {"refundry-actor": "alice"})
    assert (answer.status_code, answer.json()["status"]) == (201, "in_review")
    found: str = answer.json()["id"]
    return found


@pytest.mark.parametrize("body", NO_BODIES)
def test_a_body_that_is_no_object_is_a_400_and_nothing_is_asked_for(
    client: httpx.Client, asked: str, body: bytes
) -> None:
    for path in (
        "resources/r/refunds",
        "orders/order-1/refunds",
        f"refunds/{asked}/approve",
        f"refunds/{asked}/decline",
    ):
        assert is_problem(client.post(f"/v1/{path}", content=body, headers=KEY), 400, "malformed_body"), path
    assert client.get("/v1/resources/r").json()["state"] == "pending"
    assert client.get(f"/v1/refunds/{asked}").json()["status"] == "in_review"


def test_a_body_that_is_too_long_is_a_413(client: httpx.Client, asked: str) -> None:
    body = b'{"x": "' + b"x" * 1_000_000 + b'"}'
    for path in ("resources/r/refunds", "orders/order-1/refunds", f"refunds/{asked}/approve"):
        assert is_problem(client.post(f"/v1/{path}", content=body, headers=KEY), 413, "too_large")


@pytest.mark.parametrize("key", [None, "", "x" * 257])
def test_asking_without_a_usable_key_is_a_400(client: httpx.Client, asked: str, key: str | None) -> None:
    headers = {} if key is None else {"idempotency-key": key}
    for path in ("resources/r/refunds", "orders/order-1/refunds"):
        assert client.post(f"/v1/{path}", headers=headers).status_code == 400
    assert client.get("/v1/resources/r").json()["state"] == "pending"


@pytest.mark.parametrize("actor", ["", "x" * 257])
def test_asking_as_nobody_is_a_400(client: httpx.Client, asked: str, actor: str) -> None:
    headers = KEY | {"refundry-actor": actor}
    assert is_problem(client.post("/v1/resources/r/refunds", headers=headers), 400, "bad_request")


@pytest.mark.parametrize("name", ["none", "", "\x00", "r\n", "😀", "x" * 10_000, "../r"])
def test_what_is_not_there_cannot_be_asked_for(client: httpx.Client, asked: str, name: str) -> None:
    path = quote(name, safe="").replace(".", "%2E")
    for place in (f"resources/{path}/refunds", f"orders/{path}/refunds"):
        assert is_problem(client.post(f"/v1/{place}", headers=KEY), 404, "not_found"), place
    for place in (f"orders/{path}", f"refunds/{path or 'none'}"):
        assert is_problem(client.get(f"/v1/{place}"), 404, "not_found"), place
    for word in ("approve", "decline"):
        answer = client.post(f"/v1/refunds/{path}/{word}", json={"reason": "x"})
        assert is_problem(answer, 404, "not_found"), word


@pytest.mark.parametrize("name", ["a/b", "a\nb", "a\n", "%2F", "😀", "?", "refunds", "x/refunds/y"])
def test_odd_names_can_be_asked_for_and_looked_up(client: httpx.Client, name: str) -> None:
    event = paid(name, order_id=f"order {name}")
    assert client.post("/v1/events", json=[event], headers=BATCH).json()["results"][0]["outcome"] == "applied"
    path, order = quote(name, safe=""), quote(f"order {name}", safe="")
    assert client.get(f"/v1/orders/{order}").json()["order_id"] == f"order {name}"
    answer = client.post(f"/v1/resources/{path}/refunds", headers=KEY)
    assert answer.status_code == 201, answer.text
    listed = client.get("/v1/refunds", params={"resource_id": name}).json()["items"]
    assert [one["id"] for one in listed] == [answer.json()["id"]]


@pytest.mark.parametrize(
    "query",
    ["status=lost", "status=", "limit=0", "limit=x", "cursor=a", "cursor=%ff", "cursor=AAAA", "cursor=eA",
     "cursor=MjAyNi0wMy0wMVQxMDowMDowMFo", "resource_id=%00", "account_id=%00"],
)  # fmt: skip
def test_a_parameter_of_the_list_that_means_nothing_is_a_400(stranger: httpx.Client, query: str) -> None:
    answer = stranger.get(f"/v1/refunds?{query}")
    if query == "cursor=MjAyNi0wMy0wMVQxMDowMDowMFo":  # an instant without an id: the place before all of that instant
        assert answer.json() == {"items": [], "next": None}
        return
    assert is_problem(answer, 400, "bad_request")


@pytest.mark.parametrize("amount", [900, True, [], {}, "", "900", "9e2", "-1", "900.001", "x", "9" * 400])
def test_an_approval_for_another_or_no_amount_does_not_count(client: httpx.Client, asked: str, amount: Any) -> None:
    answer = client.post(f"/v1/refunds/{asked}/approve", json={"amount": amount}, headers={"refundry-actor": "bob"})
    counts = amount == "900"
    assert answer.status_code == (200 if counts else 400)
    assert client.get(f"/v1/refunds/{asked}").json()["status"] == ("approved" if counts else "in_review")


@pytest.mark.parametrize("reason", [None, "", " ", 1, True, [], {}, "x" * 2001])
def test_declining_needs_a_reason(client: httpx.Client, asked: str, reason: Any) -> None:
    body = {} if reason is None else {"reason": reason}
    answer = client.post(f"/v1/refunds/{asked}/decline", json=body, headers={"refundry-actor": "bob"})
    assert answer.status_code == 400
    assert client.get(f"/v1/refunds/{asked}").json()["status"] == "in_review"


def test_one_key_for_another_body_is_a_422_and_told_events_stay_what_they_are(client: httpx.Client, asked: str) -> None:
    first = client.post("/v1/resources/r/refunds", headers=KEY, json={"note": 1})
    assert first.status_code == 201
    assert is_problem(client.post("/v1/resources/r/refunds", headers=KEY, json={"note": 2}), 422, "key_reused")
    again = client.post("/v1/resources/r/refunds", headers=KEY, json={"note": 1})
    assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (201, first.json(), "true")
    late = client.post("/v1/events", json=[told("certificate.issued", "r", "late")], headers=BATCH)
    assert late.json()["results"][0]["outcome"] == "parked"
