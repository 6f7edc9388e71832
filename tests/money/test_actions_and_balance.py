"""Wishes to other systems, the ledger of balances, and the waits between two questions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings, SettingsError
from persistence.outbox import OUTBOX
from service.waits import Waits
from tests.money.world import World


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(create_app(Wired(world.desk, Settings(), None, world.clock))) as made:
        yield made


def wishes(world: World) -> list[dict[str, Any]]:
    with world.desk.store.reading() as connection:
        query = select(OUTBOX.c.payload).where(OUTBOX.c.type == "action.requested")
        return list(connection.execute(query).scalars())


def act(client: TestClient, event: str, key: str = "k") -> Any:
    return client.post(f"/v1/resources/ca/actions/{event}", json={}, headers={"Idempotency-Key": key})


def test_a_wish_is_told_once_and_changes_nothing(client: TestClient, world: World) -> None:
    world.pay("ca", product="private_ca")
    world.tell("ca.enabled", "ca", level="root")
    first, second = act(client, "ca.reset"), act(client, "ca.reset")
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.headers["idempotent-replayed"] == "true"
    assert [wish["data"] for wish in wishes(world)] == [{"confirmed_data_deletion": True}]
    assert world.answer("ca").case.resource.state == "issued"


def test_a_wish_that_leads_nowhere_names_those_that_do(client: TestClient, world: World) -> None:
    world.pay("ca", product="private_ca")
    world.tell("ca.enabled", "ca", level="root")
    answer = act(client, "certificate.revocation_requested")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_such_step")
    assert "ca.reset" in answer.json()["detail"]
    assert wishes(world) == []


def test_the_balance_adds_up_by_currency(client: TestClient, world: World) -> None:
    for name, currency, cash in (("a", "USD", "1.60"), ("b", "USD", "2.40"), ("c", "JPY", "500")):
        world.pay(name, "sandbox_method_gone", currency=currency, cash_paid=cash)
        assert world.ask(name).accepted
    world.later(hours=1)
    found = client.get("/v1/accounts/account-1/balance").json()
    assert [(one["currency"], one["value"]) for one in found["balance"]] == [("JPY", "500"), ("USD", "4.00")]
    assert len(found["credits"]) == 3
    assert client.get("/v1/accounts/nobody/balance").json()["balance"] == []


def test_waits_grow_and_the_last_is_repeated() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    waits = Settings.from_environment({"REFUNDRY_ASK_AGAIN": "1m, 1h"}).waits
    assert [waits.after(tries, now) - now for tries in (1, 2, 9)] == [
        timedelta(minutes=1),
        timedelta(hours=1),
        timedelta(hours=1),
    ]
    assert Waits().after(1, now) - now == timedelta(minutes=1)


@pytest.mark.parametrize("told", ["", "soon", "1m,,2m", "0s"])
def test_waits_that_cannot_be_read_are_said_so(told: str) -> None:
    with pytest.raises(SettingsError, match="REFUNDRY_ASK_AGAIN"):
        Settings.from_environment({"REFUNDRY_ASK_AGAIN": told})
