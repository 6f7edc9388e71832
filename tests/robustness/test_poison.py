"""An event that breaks a decision: only it fails, and the log says so without a word of what it held."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from entrypoints.logs import configure_logging
from persistence.database import open_engine
from service.clock import SetClock
from service.opening import open_desk
from tests.robustness.conftest import Serve
from tests.robustness.tellings import BATCH, paid, told
from workflows.catalogue import Catalogue
from workflows.definition import Arc, Change, Guard, Product, Refundable
from workflows.fields import Data
from workflows.products import CATALOGUE
from workflows.reasons import ALREADY_USED
from workflows.resource import Facts, Resource
from workflows.words import CUSTOMER, ISSUED, PENDING


def _broken_change(_facts: Facts, data: Data) -> dict[str, Any]:
    return {"worn": 1 // data["left"]}


def _broken_guard(_resource: Resource, data: Data) -> bool:
    return bool(data["mood"]["good"])


def _unstorable_change(_facts: Facts, data: Data) -> dict[str, Any]:
    return {"kept": {data["left"]}}


FRAGILE = Product(
    key="fragile",
    title="A product whose definition breaks",
    arcs=(
        Arc("fragile.touched", (PENDING, ISSUED), ISSUED, CUSTOMER, change=Change("wear", _broken_change)),
        Arc("fragile.asked", (PENDING, ISSUED), ISSUED, CUSTOMER, guards=(Guard("mood", ALREADY_USED, _broken_guard),)),
        Arc("fragile.packed", (PENDING, ISSUED), ISSUED, CUSTOMER, change=Change("pack", _unstorable_change)),
    ),
    refundable=(Refundable(PENDING),),
)


@pytest.fixture
def client(tmp_path: Path, clock: SetClock, serve: Serve) -> Iterator[httpx.Client]:
    """A client of a service that also has the fragile product."""
    engine = open_engine(f"sqlite:///{tmp_path / 'fragile.db'}")
    desk = open_desk(engine, Catalogue(*CATALOGUE, FRAGILE), [], clock)
    yield serve(desk)
    desk.store.close()


def results(client: httpx.Client, *events: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/v1/events", json=events, headers=BATCH)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


POISON = {
    "a change that raises": told("fragile.touched", "f", "poison", left=0),
    "a guard that raises": told("fragile.asked", "f", "poison", mood="bad"),
    "facts that cannot be stored": told("fragile.packed", "f", "poison", left=1),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_only_the_poisoned_event_of_a_batch_fails(client: httpx.Client, poison: dict[str, Any]) -> None:
    others = [paid(f"r-{n}") for n in range(20)]
    touched = [told("fragile.touched", "f", str(n), left=1) for n in range(2)]
    found = results(client, *others[:10], paid("f", "fragile"), touched[0], poison, touched[1], *others[10:])
    assert [one["outcome"] for one in found] == ["applied"] * 12 + ["rejected"] + ["applied"] * 11
    assert found[12]["reasons"][0]["code"] == "unprocessable"
    assert (found[12]["id"], found[12]["resource_id"]) == ("poison", "f")
    rows = client.get("/v1/resources/f/history").json()["items"]
    assert [row["event_id"] for row in rows] == ["paid-f", "0", "1"]
    assert len(client.get("/v1/resources?limit=100").json()["items"]) == 21


def test_an_event_that_failed_may_come_again_corrected(client: httpx.Client) -> None:
    results(client, paid("f", "fragile"))
    assert results(client, POISON["a change that raises"])[0]["outcome"] == "rejected"
    corrected = told("fragile.touched", "f", "poison", left=1)
    assert results(client, corrected)[0]["outcome"] == "applied"


def test_the_log_of_a_failure_holds_nothing_of_the_data(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("error")
    results(client, paid("f", "fragile", payment={"provider": "sandbox", "reference": "sandbox_ok"}))
    results(client, told("fragile.touched", "f", "1", left=0, secret="card-4711"))
    results(client, told("fragile.packed", "f", "2", left="card-4711"))
    logged = capsys.readouterr().err
    assert "event_failed" in logged and "ZeroDivisionError" in logged
    assert "card-4711" not in logged
