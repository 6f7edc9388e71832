"""Hooks over HTTP: subscribed, changed, given new secrets, looked into, taken away."""

from collections.abc import Iterator

import httpx2 as httpx
import pytest

from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from tests.hooks.receivers import Receiver, Reply
from tests.hooks.world import TellingWorld
from tests.robustness.services import InThread

CREATED = {
    *("id", "url", "events", "description", "enabled", "disabled_reason"),
    *("failing_since", "old_secret_until", "created_at"),
}


@pytest.fixture
def client(world: TellingWorld) -> Iterator[httpx.Client]:
    service = InThread(Wired(world.desk, Settings(), None, world.clock))
    yield service.client
    service.stop()


def subscribed(client: httpx.Client, url: str, **more: object) -> dict[str, object]:
    answer = client.post("/v1/hooks", json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_secret_is_shown_when_made_and_never_again(client: httpx.Client) -> None:
    made = subscribed(client, "https://example.com/hooks", events=["refund.*"], description="the ledger")
    assert set(made) == CREATED | {"secret"}
    secret = str(made.pop("secret"))
    assert secret.startswith("whsec_")
    assert client.get(f"/v1/hooks/{made['id']}").json() == made
    assert client.get("/v1/hooks").json() == {"items": [made], "next": None}
    changed = client.patch(f"/v1/hooks/{made['id']}", json={"description": "other"}).json()
    assert changed == made | {"description": "other"}
    rotated = client.post(f"/v1/hooks/{made['id']}/rotate-secret").json()
    assert rotated["secret"].startswith("whsec_") and rotated["secret"] != secret
    assert rotated["old_secret_until"] == "2026-03-02T10:00:00Z"
    assert secret not in client.get("/v1/hooks").text


def test_without_events_it_wants_everything(client: httpx.Client) -> None:
    assert subscribed(client, "http://example.com")["events"] == ["*"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "url is missing"),
        ({"url": None}, "url is missing"),
        ({"url": "example.com/hooks"}, "http://"),
        ({"url": "ftp://example.com/"}, "http://"),
        ({"url": "python:os.system"}, "http://"),
        ({"url": "file:///etc/passwd"}, "http://"),
        ({"url": "http://"}, "http://"),
        ({"url": "http://[::1"}, "http://"),
        ({"url": "http://0177.0.0.1/"}, "http://"),
        ({"url": "http://example.com:99999999/"}, "http://"),
        ({"url": "http://example.com:0/"}, "http://"),
        ({"url": "http://a b/"}, "http://"),
        ({"url": "http://a\r\nb/"}, "http://"),
        ({"url": "https://name:password@example.com/"}, "password"),
        ({"url": "https://example.com/#part"}, "fragment"),
        ({"url": "https://example.com/" + "x" * 2000}, "2000"),
        ({"url": 7}, "http://"),
        ({"url": "https://169.254.169.254/latest"}, "no public address"),
        ({"url": "https://example.com", "events": []}, "events must be a list"),
        ({"url": "https://example.com", "events": "refund.*"}, "events must be a list"),
        ({"url": "https://example.com", "events": ["refund"]}, "events names 'refund'"),
        ({"url": "https://example.com", "events": ["refund.nothing"]}, "events names"),
        ({"url": "https://example.com", "events": ["nothing.*"]}, "events names"),
        ({"url": "https://example.com", "events": ["re*"]}, "events names"),
        ({"url": "https://example.com", "events": [None]}, "events names"),
        ({"url": "https://example.com", "events": ["*"] * 101}, "1 to 100"),
        ({"url": "https://example.com", "description": 7}, "description"),
        ({"url": "https://example.com", "enabled": "yes"}, "enabled"),
        ({"url": "https://example.com", "secret": "whsec_mine"}, "no secret"),
    ],
)
def test_wish_that_cannot_be(stranger: httpx.Client, body: dict[str, object], says: str) -> None:
    answer = stranger.post("/v1/hooks", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "bad_hook"
    assert says in answer.json()["detail"]


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    world = TellingWorld(f"sqlite:///{tmp_path_factory.mktemp('strange') / 'hooks.db'}")
    service = InThread(Wired(world.desk, Settings(), None, world.clock))
    yield service.client
    service.stop()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/hooks/hk_none"),
        ("PATCH", "/v1/hooks/hk_none"),
        ("DELETE", "/v1/hooks/hk_none"),
        ("POST", "/v1/hooks/hk_none/rotate-secret"),
        ("POST", "/v1/hooks/hk_none/resend-dead"),
        ("GET", "/v1/hooks/hk_none/deliveries"),
        ("GET", "/v1/hooks/deliveries/dl_none"),
        ("POST", "/v1/hooks/deliveries/dl_none/resend"),
    ],
)
def test_what_is_not_there(stranger: httpx.Client, method: str, path: str) -> None:
    answer = stranger.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("query", ["status=lost", "cursor=%21", "cursor=LTE", "limit=0", "resource_id=%00"])
def test_list_of_deliveries_with_a_bad_query(stranger: httpx.Client, query: str) -> None:
    hook = subscribed(stranger, "https://example.com")
    assert stranger.get(f"/v1/hooks/{hook['id']}/deliveries?{query}").status_code == 400


def test_hooks_and_deliveries_page_by_page(client: httpx.Client, world: TellingWorld, receiver: Receiver) -> None:
    made = sorted(str(subscribed(client, f"{receiver.url}/{number}")["id"]) for number in range(3))
    for number in range(5):
        world.pay(f"r{number}")
    world.settle()
    assert _pages(client, "/v1/hooks?limit=2", "id") == [made[:2], made[2:]]
    path = f"/v1/hooks/{made[0]}/deliveries"
    assert _pages(client, f"{path}?limit=2", "resource_id") == [["r4", "r3"], ["r2", "r1"], ["r0"]]
    assert _pages(client, f"{path}?resource_id=r3", "resource_id") == [["r3"]]
    assert _pages(client, f"{path}?status=dead", "id") == [[]]


def _pages(client: httpx.Client, path: str, member: str) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        answer = client.get(path + cursor).json()
        pages.append([one[member] for one in answer["items"]])
        if answer["next"] is None:
            return pages
        cursor = f"&cursor={answer['next']}"


def test_dead_is_listed_inspected_and_sent_again(client: httpx.Client, world: TellingWorld, receiver: Receiver) -> None:
    receiver.then = Reply(500, body=b"broken")
    hook = subscribed(client, receiver.url)
    world.pay("r")
    world.later(days=2)
    path = f"/v1/hooks/{hook['id']}/deliveries?status=dead"
    (dead,) = client.get(path).json()["items"]
    assert client.get(f"/v1/hooks/deliveries/{dead['id']}").json() == dead
    assert (dead["status"], dead["tries"], dead["next_attempt_at"], len(dead["attempts"])) == ("dead", 8, None, 8)
    assert dead["attempts"][0].keys() == {"started_at", "duration_ms", "status", "error", "answer"}
    assert (dead["attempts"][-1]["status"], dead["attempts"][-1]["answer"]) == (500, "broken")
    assert dead["event"]["data"]["resource_id"] == "r"
    receiver.then = Reply()
    resent = client.post(f"/v1/hooks/deliveries/{dead['id']}/resend")
    assert (resent.status_code, resent.json()["status"]) == (200, "waiting")
    answer = client.put("/v1/test-clock", json={"now": world.clock.now().isoformat()})
    assert answer.status_code == 200
    assert client.get(f"/v1/hooks/deliveries/{dead['id']}").json()["status"] == "delivered"
    assert client.get(path).json()["items"] == []


def test_all_that_are_dead_are_sent_again_at_once(
    client: httpx.Client, world: TellingWorld, receiver: Receiver
) -> None:
    receiver.then = Reply(500)
    hook = subscribed(client, receiver.url)
    for number in range(3):
        world.pay(f"r{number}")
    world.later(days=2)
    receiver.then = Reply()
    path = f"/v1/hooks/{hook['id']}"
    assert client.post(f"{path}/resend-dead").json() == {"resent": 3}
    assert client.post(f"{path}/resend-dead").json() == {"resent": 0}
    world.settle()
    told = client.get(f"{path}/deliveries").json()["items"]
    assert [(one["resource_id"], one["status"]) for one in told] == [(f"r{n}", "delivered") for n in (2, 1, 0)]


def test_disabled_is_a_conflict_for_sending_again(
    client: httpx.Client, world: TellingWorld, receiver: Receiver
) -> None:
    hook = subscribed(client, receiver.url)
    world.pay("r")
    world.settle()
    off = client.patch(f"/v1/hooks/{hook['id']}", json={"enabled": False}).json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "it was switched off")
    (one,) = client.get(f"/v1/hooks/{hook['id']}/deliveries").json()["items"]
    for path in (f"deliveries/{one['id']}/resend", f"{hook['id']}/resend-dead"):
        answer = client.post(f"/v1/hooks/{path}")
        assert (answer.status_code, answer.json()["code"]) == (409, "hook_conflict")


def test_taken_away_with_its_deliveries(client: httpx.Client, world: TellingWorld, receiver: Receiver) -> None:
    hook = subscribed(client, receiver.url)
    world.pay("r")
    world.settle()
    (one,) = client.get(f"/v1/hooks/{hook['id']}/deliveries").json()["items"]
    gone = client.delete(f"/v1/hooks/{hook['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.delete(f"/v1/hooks/{hook['id']}").status_code == 404
    assert client.get(f"/v1/hooks/deliveries/{one['id']}").status_code == 404


def test_so_many_secrets_and_no_more(client: httpx.Client) -> None:
    hook = subscribed(client, "https://example.com")
    answers = [client.post(f"/v1/hooks/{hook['id']}/rotate-secret").status_code for _ in range(11)]
    assert answers == [200] * 9 + [409] * 2
