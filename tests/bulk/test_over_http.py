"""Bulk answers and bulk refunds over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from tests.money.world import World

ALL = {"filter": {"account_id": "account-1"}}


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    for number in range(3):
        world.pay(f"r-{number}")
    world.pay("used", product="message_notification")
    world.tell("notification.configured", "used")
    with TestClient(create_app(Wired(world.desk, Settings(), None, world.clock))) as made:
        yield made


def refund(client: TestClient, body: Any, key: str | None = "k", actor: str = "ann") -> Response:
    headers = {"Refundry-Actor": actor} | ({} if key is None else {"Idempotency-Key": key})
    return client.post("/v1/bulk/refunds", json=body, headers=headers)


def test_answers_for_ids(client: TestClient) -> None:
    told = client.post("/v1/bulk/eligibility", json={"ids": ["used", "r-0", "nobody", "r-0"]}).json()
    assert [(one["resource_id"], one["availability"]) for one in told["items"]] == [
        ("used", "unavailable"),
        ("r-0", "available"),
    ]
    assert (told["unknown"], told["next"], told["totals"]["count"]) == (["nobody"], None, 3)
    money = [{"currency": "USD", "minor": 160, "value": "1.60"}]
    assert told["totals"]["groups"]["available"] == {"count": 1, "money": money}
    assert told["totals"]["reasons"] == {"already_used": 1}


def test_answers_for_a_filter_come_in_pages(client: TestClient) -> None:
    first = client.post("/v1/bulk/eligibility?limit=3", json=ALL).json()
    assert first["totals"]["groups"]["available"]["count"] == 3
    rest = client.post(f"/v1/bulk/eligibility?limit=3&cursor={first['next']}", json=ALL).json()
    assert [one["resource_id"] for one in first["items"] + rest["items"]] == ["r-0", "r-1", "r-2", "used"]
    assert (rest["totals"], rest["next"]) == (None, None)


def test_a_dry_run_then_the_run_then_the_same_again(client: TestClient) -> None:
    seen = refund(client, {"dry_run": True, **ALL}, key=None)
    assert (seen.status_code, seen.json()["status"], seen.json()["count"]) == (201, "previewed", 4)
    assert client.get("/v1/refunds").json()["items"] == []
    run = {"dry_run": False, "token": seen.json()["token"]}
    done = refund(client, run)
    assert (done.status_code, done.json()["status"], done.json()["requested_by"]) == (200, "finished", "ann")
    assert done.json()["done"]["groups"]["at_once"]["money"] == [{"currency": "USD", "minor": 480, "value": "4.80"}]
    again = refund(client, run)
    assert (again.json(), again.headers["idempotent-replayed"]) == (done.json(), "true")
    assert len(client.get("/v1/refunds").json()["items"]) == 3
    path = f"/v1/bulk/refunds/{done.json()['id']}"
    page = client.get(f"{path}?limit=3").json()
    assert [item["outcome"] for item in page["items"]] == ["at_once"] * 3
    [last] = client.get(f"{path}?limit=3&cursor={page['next']}").json()["items"]
    assert (last["resource_id"], last["reasons"][0]["code"]) == ("used", "already_used")
    assert [one["resource_id"] for one in client.get(f"{path}?outcome=refused").json()["items"]] == ["used"]
    table = client.get(f"/v1/exports/bulk-results?run_id={done.json()['id']}").text.splitlines()
    assert table[0].startswith("resource_id,foreseen,outcome,refund_id,currency,amount_minor,amount,reasons")
    assert len(table) == 5


def test_a_long_run_is_gone_on_with_by_the_same_request(client: TestClient) -> None:
    run = {"dry_run": False, "most": 2, "token": refund(client, {"dry_run": True, **ALL}).json()["token"]}
    told = [refund(client, run) for _ in range(3)]
    assert [one.status_code for one in told] == [202, 200, 200]
    assert [one.json()["done"]["count"] for one in told] == [2, 4, 4]
    assert len(client.get("/v1/refunds").json()["items"]) == 3


def test_keys_tokens_and_actors(client: TestClient) -> None:
    run = {"dry_run": False, "token": refund(client, {"dry_run": True, **ALL}).json()["token"]}
    assert refund(client, run, key=None).json()["code"] == "key_required"
    assert refund(client, run).status_code == 200
    assert (refund(client, run, key="k2").status_code, refund(client, run, actor="ben").status_code) == (409, 409)
    other = {"dry_run": False, "token": refund(client, {"dry_run": True, "ids": ["r-0"]}).json()["token"]}
    assert refund(client, other).json()["code"] == "key_reused"
    assert refund(client, {"dry_run": False, "token": "none"}, key="k3").status_code == 404
    assert client.get("/v1/bulk/refunds/none").status_code == 404


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "dry_run"),
        ({"dry_run": True}, "either ids or filter"),
        ({"dry_run": True, "ids": ["r-0"], "filter": {"state": "issued"}}, "either ids or filter"),
        ({"dry_run": True, "ids": []}, "1 to 10000"),
        ({"dry_run": True, "ids": [""]}, "each of ids"),
        ({"dry_run": True, "ids": ["a\x00"]}, "NUL"),
        ({"dry_run": True, "filter": {}}, "at least one of product"),
        ({"dry_run": True, "filter": {"colour": "red"}}, "it may have product"),
        ({"dry_run": True, "filter": {"state": 1}}, "must be a text"),
        ({"dry_run": True, "filter": {"state": "lost"}}, "must be one of pending"),
        ({"dry_run": True, "filter": {"account_id": "nobody"}}, "no resource"),
        ({"dry_run": False, "token": "x", "most": 0}, "from 1 to 5000"),
        ({"dry_run": False, "ids": ["r-0"]}, "make a dry run first"),
    ],
)
def test_what_cannot_be_meant(client: TestClient, body: dict[str, Any], told: str) -> None:
    answer = refund(client, body)
    assert answer.status_code == 400
    assert told in answer.json()["detail"]


def test_half_a_character_is_no_account(client: TestClient) -> None:
    body = rb'{"filter": {"account_id": "\ud800"}}'
    assert client.post("/v1/bulk/eligibility", content=body).status_code == 400
