"""Idempotency keys over HTTP: one key, one request, one refund."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from tests.money.world import World


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    world.pay("r")
    world.pay("used", product="message_notification", order_id="o-r")
    world.tell("notification.configured", "used")
    with TestClient(create_app(Wired(world.desk, Settings(), None, world.clock))) as made:
        yield made


def ask(
    client: TestClient, key: str | None, body: Any = None, actor: str = "c-1", path: str = "resources/r"
) -> Response:
    headers = {"Refundry-Actor": actor} | ({} if key is None else {"Idempotency-Key": key})
    return client.post(f"/v1/{path}/refunds", json={} if body is None else body, headers=headers)


def test_the_key_is_required(client: TestClient) -> None:
    answer = ask(client, None)
    assert (answer.status_code, answer.json()["code"]) == (400, "key_required")


def test_the_same_request_is_answered_the_same(client: TestClient) -> None:
    first, second = ask(client, "k"), ask(client, "k")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert len(client.get("/v1/refunds?resource_id=r").json()["items"]) == 1


def test_another_body_under_the_key_is_refused(client: TestClient) -> None:
    ask(client, "k")
    answer = ask(client, "k", {"note": "another"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_a_key_belongs_to_its_actor_and_path(client: TestClient) -> None:
    assert ask(client, "k").status_code == 201
    other = ask(client, "k", actor="c-2")
    assert other.status_code == 409
    assert [reason["code"] for reason in other.json()["reasons"]] == ["refund_in_progress"]
    assert ask(client, "k", path="orders/o-r").status_code == 409


def test_a_refusal_is_not_remembered(client: TestClient, world: World) -> None:
    world.tell("certificate.application_submitted", "r")
    refused = ask(client, "k")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert [reason["code"] for reason in refused.json()["reasons"]] == ["must_cancel_application"]
    world.tell("certificate.application_cancelled", "r")
    assert ask(client, "k").status_code == 201


def test_an_order_gets_an_answer_for_each_resource(client: TestClient, world: World) -> None:
    answer = ask(client, "k", path="orders/o-r")
    assert answer.status_code == 201
    by_resource = {one["resource_id"]: one for one in answer.json()["results"]}
    assert by_resource["r"]["refund"]["status"] == "processing"
    assert [reason["code"] for reason in by_resource["used"]["reasons"]] == ["already_used"]
    world.later(seconds=0)
    order = client.get("/v1/orders/o-r").json()
    assert (order["status"], len(order["resources"])) == ("partly_refunded", 2)
    assert client.get("/v1/orders/none").status_code == 404


def test_an_order_with_nothing_to_ask_for_is_a_conflict(client: TestClient) -> None:
    ask(client, "k", path="orders/o-r")
    answer = ask(client, "k2", path="orders/o-r")
    codes = [reason["code"] for reason in answer.json()["reasons"]]
    assert (answer.status_code, codes) == (409, ["already_used", "refund_in_progress"])


def test_an_unknown_resource_is_not_found(client: TestClient) -> None:
    assert ask(client, "k", path="resources/nobody").status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"a": NaN}'])
def test_a_body_that_is_no_object_is_said_so(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/resources/r/refunds", content=body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


def test_review_over_http(client: TestClient, world: World) -> None:
    world.gateway_with_consumption("g")
    refund = ask(client, "k", path="resources/g").json()
    path = f"/v1/refunds/{refund['id']}"
    assert client.post(f"{path}/approve", json={}, headers={"Refundry-Actor": "c-1"}).status_code == 403
    manager = {"Refundry-Actor": "m-1"}
    assert client.post(f"{path}/decline", json={}, headers=manager).status_code == 400
    assert client.post(f"{path}/approve", json={"amount": "1.00"}, headers=manager).status_code == 409
    assert client.post(f"{path}/approve", json={"amount": "x"}, headers=manager).status_code == 400
    approved = client.post(f"{path}/approve", json={"amount": "1.28", "reason": "fair"}, headers=manager)
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    assert client.post(f"{path}/decline", json={"reason": "no"}, headers=manager).status_code == 409
    world.later(seconds=0)
    detail = client.get(path).json()
    assert (detail["status"], detail["decided_by"], detail["note"]) == ("succeeded", "m-1", "fair")
    assert [attempt["reply"] for attempt in detail["attempts"]] == ["paid"]
    assert client.get("/v1/refunds/rf_none").status_code == 404
