"""Waiting events, switches, notes and views over HTTP."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from tests.money.world import World

ANN = {"Refundry-Actor": "ann"}


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    world.pay("r/1")
    with TestClient(create_app(Wired(world.desk, Settings(), None, world.clock))) as made:
        yield made


def test_a_dead_letter_is_found_retried_and_discarded(client: TestClient, world: World) -> None:
    world.tell("certificate.issued", "r/1")
    world.later(hours=25)
    [dead] = client.get("/v1/inbox?outcome=dead&subject=r/1").json()["items"]
    assert (dead["type"], dead["subject"], dead["resolved_at"]) == ("certificate.issued", "r/1", None)
    path = f"/v1/inbox/{dead['arrival']}"
    assert client.get(path).json() == dead
    assert client.post(f"{path}/retry").json()["outcome"] == "dead"
    assert client.post(f"{path}/discard", json={}).json()["code"] == "reason_required"
    gone = client.post(f"{path}/discard", json={"reason": "wrong certificate"}, headers=ANN)
    assert gone.json()["detail"] == "discarded by ann: wrong certificate"
    again = client.post(f"{path}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "resolved_already")


def test_the_inbox_is_leafed_through(client: TestClient, world: World) -> None:
    for number in range(3):
        world.pay(f"s-{number}")
    seen, cursor = [], ""
    for _ in range(2):
        page = client.get(f"/v1/inbox?limit=2{cursor}").json()
        seen += [item["subject"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert (seen, page["next"]) == (["s-2", "s-1", "s-0", "r/1"], None)


@pytest.mark.parametrize("arrival", ["0", "999", "-1", "x", "9" * 40])
def test_no_such_arrival(client: TestClient, arrival: str) -> None:
    assert client.get(f"/v1/inbox/{arrival}").status_code == 404
    assert client.post(f"/v1/inbox/{arrival}/retry").status_code == 404


def test_a_switch_is_turned_and_seen(client: TestClient) -> None:
    turn = {"kind": "provider", "key": "sandbox", "stop": True, "reason": "pays twice"}
    turned = client.post("/v1/switches", json=turn, headers=ANN)
    assert (turned.status_code, turned.json()["actor"]) == (200, "ann")
    assert client.get("/v1/switches").json() == {"stopped": [turned.json()], "turnings": [turned.json()]}
    assert client.post("/v1/switches", json=turn).json()["code"] == "switch_stands"
    assert client.post("/v1/switches", json=turn | {"stop": False}).status_code == 200
    assert client.get("/v1/switches").json()["stopped"] == []


@pytest.mark.parametrize("wrong", [{"key": "nobody"}, {"kind": "currency"}, {"stop": "yes"}, {"reason": None}])
def test_a_wrong_turn_is_a_bad_request(client: TestClient, wrong: dict[str, object]) -> None:
    turn = {"kind": "provider", "key": "sandbox", "stop": True, "reason": "why"}
    assert client.post("/v1/switches", json=turn | wrong).status_code == 400


def test_notes_on_a_resource_whose_id_has_a_slash(client: TestClient) -> None:
    written = client.post("/v1/resources/r%2F1/notes", json={"text": "called them"}, headers=ANN)
    assert (written.status_code, written.json()["author"]) == (201, "ann")
    assert client.get("/v1/resources/r%2F1/notes").json() == {"items": [written.json()], "next": None}
    assert client.get("/v1/resources/r%2F1").json()["id"] == "r/1"
    assert client.post("/v1/resources/r%2F1/notes", json={}).status_code == 400
    assert client.get("/v1/resources/nobody/notes").status_code == 404


def test_views_are_kept_by_name(client: TestClient) -> None:
    saved = client.put("/v1/views/closing%20soon", json={"query": "window=open"}, headers=ANN)
    assert (saved.json()["name"], saved.json()["author"]) == ("closing soon", "ann")
    assert client.get("/v1/views/closing%20soon").json() == saved.json()
    assert client.get("/v1/views").json()["items"] == [saved.json()]
    assert client.put("/v1/views/x", json={"query": 1}).status_code == 400
    assert client.delete("/v1/views/closing%20soon").status_code == 204
    assert client.delete("/v1/views/closing%20soon").status_code == 404
    assert client.get("/v1/views/closing%20soon").status_code == 404
