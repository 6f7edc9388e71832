"""Machines over HTTP: as data, as diagrams, with overlays; and what is said to those who ask for what is not there."""

import httpx2 as httpx
import pytest

from entrypoints.http.workflows import MEDIA_TYPES
from service.inspection import Wanted, drawn
from tests.money.world import PAID_AT, World
from tests.robustness.tellings import is_problem
from workflows.diagrams import FORMATS, draw
from workflows.machines import MACHINES


def test_machines_as_data(client: httpx.Client) -> None:
    listed = client.get("/v1/workflows").json()
    assert [one["key"] for one in listed["items"]] == list(MACHINES)
    assert listed["next"] is None
    for one in listed["items"]:
        machine = MACHINES[one["key"]]
        assert client.get(f"/v1/workflows/{one['key']}").json() == one
        assert one["definition"] == machine.definition_hash
        assert [state["key"] for state in one["states"]] == list(machine.states)
        arcs = {(arc["event"], arc["from"], arc["to"], arc["actor"]) for arc in one["arcs"]}
        assert arcs == {(arc.event, src, arc.target, arc.actor) for arc in machine.all_arcs for src in arc.sources}


def test_a_machine_says_what_its_events_must(client: httpx.Client) -> None:
    found = client.get("/v1/workflows/private_ca").json()
    (reset,) = [arc for arc in found["arcs"] if arc["event"] == "ca.reset"]
    assert reset["conditions"] == ["data deletion confirmed"]
    assert reset["step"] == {"missing": "must_reset", "data": {"confirmed_data_deletion": True}}
    (level,) = [one for arc in found["arcs"] if arc["event"] == "ca.enabled" for one in arc["data"]][:1]
    assert (level["name"], level["expects"], level["required"]) == ("level", "one of root, intermediate", True)
    assert {state["key"]: state["mark"] for state in found["states"]}["reset"] == "refundable"
    assert {"state": "reset", "by_deadline": True, "partial": False} in found["refundable"]
    assert (found["kind"], found["beside"]) == ("product", ["window", "refund"])
    gateway = client.get("/v1/workflows/https_acceleration_gateway").json()
    assert [one["name"] for one in gateway["payment_data"]] == ["quota_units"]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_diagram_in_each_format(client: httpx.Client, format_: str) -> None:
    answer = client.get(f"/v1/workflows/private_ca/diagram?format={format_}")
    assert answer.headers["content-type"].split(";")[0] == MEDIA_TYPES[format_]
    assert answer.text == draw(MACHINES["private_ca"], FORMATS[format_])
    again = client.get(
        f"/v1/workflows/private_ca/diagram?format={format_}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


AT = f"as_of={PAID_AT:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("counts=true", Wanted(counts=True)),
        ("counts=true&account_id=other&days=1", Wanted(counts=True, account_id="other", days=1)),
        ("counts=true&product=private_ca", Wanted(counts=True, product="private_ca")),
        ("resource=r%2F1%20%C3%BC", Wanted(resource="r/1 ü")),
        (f"counts=true&resource=r%2F1%20%C3%BC&{AT}", Wanted(True, "r/1 ü", PAID_AT)),
    ],
)
@pytest.mark.parametrize("format_", FORMATS)
def test_an_overlay_is_that_of_the_service(
    client: httpx.Client, world: World, query: str, wanted: Wanted, format_: str
) -> None:
    world.pay("r/1 ü")
    world.later(days=1)
    answer = client.get(f"/v1/workflows/window/diagram?format={format_}&{query}")
    assert (answer.status_code, answer.text) == (200, drawn(world.desk, "window", format_, wanted))


@pytest.mark.parametrize(
    ("path", "status", "code", "says"),
    [
        ("/v1/workflows/shoes", 404, "not_found", "ssl_certificate"),
        ("/v1/workflows/shoes/diagram", 404, "not_found", "refund, window"),
        ("/v1/workflows/refund/diagram?format=gif", 400, "bad_diagram", "mermaid, dot"),
        ("/v1/workflows/refund/diagram?resource=none", 404, "not_found", "no payment is known for resource 'none'"),
        ("/v1/workflows/private_ca/diagram?resource=r", 400, "bad_diagram", "ask for the machine ssl_certificate"),
        ("/v1/workflows/refund/diagram?as_of=2026-03-01T10:00:00Z", 400, "bad_diagram", "counts or for a resource"),
        ("/v1/workflows/refund/diagram?counts=true&as_of=yesterday", 400, "bad_request", "RFC 3339"),
        ("/v1/workflows/refund/diagram?counts=maybe", 400, "bad_request", "counts"),
        ("/v1/workflows/refund/diagram?counts=true&days=0", 400, "bad_diagram", "from 1 to 36500"),
        ("/v1/workflows/refund/diagram?counts=true&product=shoes", 400, "bad_diagram", "must be one of"),
        ("/v1/workflows/refund/diagram?counts=true&account_id=%00", 400, "bad_request", "NUL"),
        ("/v1/workflows/refund/diagram?product=private_ca", 400, "bad_diagram", "ask for counts too"),
    ],
)
def test_what_cannot_be_shown(client: httpx.Client, world: World, path: str, status: int, code: str, says: str) -> None:
    world.pay("r")
    answer = client.get(path)
    assert is_problem(answer, status, code), answer.text
    assert says in answer.json()["detail"]
