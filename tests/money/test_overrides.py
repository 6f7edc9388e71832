"""Overrides: an account manager's refund although a rule says no; reasoned, limited, by two people, and visible."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from tests.money.world import World

MANAGERS = frozenset({"m-1", "m-2"})


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    world.desk = replace(world.desk, account_managers=MANAGERS)
    world.pay("late")
    world.pay("used", product="domain_monitoring")
    world.tell("monitoring.configured", "used")
    world.pay("issued")
    for event in ("certificate.application_submitted", "certificate.issued"):
        world.tell(event, "issued")
    world.pay("yen", currency="JPY", cash_paid="500")
    world.later(days=30)
    with TestClient(create_app(Wired(world.desk, Settings(), None, world.clock))) as made:
        yield made


def override(
    client: TestClient, resource: str, amount: str | None = "1.60", actor: str = "m-1", reason: str | None = "goodwill"
) -> Response:
    body = {name: value for name, value in (("amount", amount), ("reason", reason)) if value is not None}
    headers = {"Idempotency-Key": f"{resource}-{amount}", "Refundry-Actor": actor}
    return client.post(f"/v1/resources/{resource}/overrides", json=body, headers=headers)


@pytest.mark.parametrize("resource", ["late", "used"])
def test_a_second_manager_approves_and_it_is_paid(client: TestClient, world: World, resource: str) -> None:
    asked = override(client, resource)
    assert (asked.status_code, asked.json()["status"], asked.json()["override"]) == (201, "in_review", True)
    path = f"/v1/refunds/{asked.json()['id']}/approve"
    assert client.post(path, json={}, headers={"Refundry-Actor": "m-1"}).status_code == 403
    assert client.post(path, json={}, headers={"Refundry-Actor": "passer-by"}).status_code == 403
    assert client.post(path, json={}, headers={"Refundry-Actor": "m-2"}).status_code == 200
    world.later(seconds=0)
    assert world.status(resource) == "succeeded"
    row = next(
        row
        for row in client.get(f"/v1/resources/{resource}/history").json()["items"]
        if row["event"] == "refund.override_requested"
    )
    assert row["actor"] == "m-1"
    assert "window_closed" in [reason["code"] for reason in row["reasons"]]


def test_declined_it_goes_back(client: TestClient, world: World) -> None:
    refund = override(client, "used").json()["id"]
    told = client.post(f"/v1/refunds/{refund}/decline", json={"reason": "no"}, headers={"Refundry-Actor": "m-2"})
    assert told.status_code == 200
    assert (world.answer("used").case.resource.state, world.answer("used").window) == ("issued", "closed")


@pytest.mark.parametrize(
    ("resource", "amount", "actor", "reason", "status"),
    [
        ("late", "1.60", "customer-1", "goodwill", 403),
        ("late", "1.60", "m-1", None, 400),
        ("late", None, "m-1", "goodwill", 400),
        ("late", "many", "m-1", "goodwill", 400),
        ("late", "0.00", "m-1", "goodwill", 409),
        ("late", "1.61", "m-1", "goodwill", 409),
        ("yen", "500", "m-1", "goodwill", 409),
        ("issued", "1.60", "m-1", "goodwill", 409),
        ("nobody", "1.60", "m-1", "goodwill", 404),
    ],
)
def test_what_is_no_override(
    client: TestClient, resource: str, amount: str | None, actor: str, reason: str | None, status: int
) -> None:
    assert override(client, resource, amount, actor, reason).status_code == status


def test_what_needs_none_is_asked_for_as_usual(client: TestClient, world: World) -> None:
    world.pay("fresh")
    answer = override(client, "fresh")
    assert (answer.status_code, answer.json()["code"]) == (409, "override_not_possible")
