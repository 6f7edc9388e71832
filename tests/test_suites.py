"""Plays the suites of `tests/suites` over HTTP, on both kinds of store in turn.

A step has `at`, the instant the test clock is moved to, and one of
  send    one event; `subject` defaults to the scenario's resource, `time` to `at`, `id` to a fresh one
  batch   several, in one request; checks `outcomes`
  ask     the eligibility answer, now or `as_of`
  get     a path, in which `{r}` is the resource's id; checks `status`
and what is expected: `outcome`, `state`, `reasons` (a set of codes), `reasons_in_order`, `remedy_before` (of each
step), and `expect`, of which every member named must match. The clock is moved only where it is to stand elsewhere.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from service.clock import SetClock
from service.opening import open_desk
from tests.databases import quick_engine
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

SUITES = sorted((Path(__file__).parent / "suites").glob("*.json"))


class Scenario:
    """One scenario: its resource, and a fresh id for each event."""

    def __init__(self, number: int, name: str) -> None:
        self.name = name
        self.resource = f"s{number}-{name}".replace(" ", "-")
        self._ids = count(1)

    def event(self, at: str, spec: dict[str, Any]) -> dict[str, Any]:
        data = dict(spec.get("data", {}))
        if spec["type"] == "order.paid":
            defaults = {
                "order_id": f"o-{self.resource}",
                "account_id": "acct-1",
                "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
                "coupon_paid": "0.00",
            }
            data = defaults | data
        return {
            "specversion": "1.0",
            "id": spec.get("id", f"{self.resource}-e{next(self._ids)}"),
            "source": spec.get("source", "/scenarios"),
            "type": spec["type"],
            "subject": spec.get("subject", "{r}").replace("{r}", self.resource),
            "time": spec.get("time", at),
            "data": data,
        }


def play(client: TestClient, scenario: Scenario, step: dict[str, Any]) -> Iterator[str]:
    """Play a step; yields every difference."""
    if "send" in step or "batch" in step:
        events = [scenario.event(step["at"], spec) for spec in step.get("batch") or [step["send"]]]
        answer = client.post(
            "/v1/events", content=json.dumps(events), headers={"content-type": "application/cloudevents-batch+json"}
        )
        yield from differences(200, answer.status_code, "status")
        results = answer.json()["results"]
        if "outcomes" in step:
            yield from differences(step["outcomes"], [result["outcome"] for result in results], "outcomes")
        else:
            wanted = {name: step[name] for name in ("state", "reasons") if name in step}
            yield from differences(wanted | {"outcome": step.get("outcome", "applied")}, results[0], "")
            yield from in_order(step, results[0])
        return
    at = step.get("as_of", step["at"])
    path = f"/v1/resources/{{r}}/eligibility?at={quote(at)}" if "ask" in step else step["get"]
    answer = client.get(path.replace("{r}", quote(scenario.resource)))
    yield from differences(step.get("status", 200), answer.status_code, "status")
    yield from differences(step.get("expect", {}), answer.json(), "")
    yield from in_order(step, answer.json())


def in_order(step: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    if "reasons_in_order" in step:
        yield from differences(step["reasons_in_order"], codes(answer), "reasons in order")
    if "remedy_before" in step:
        yield from differences(step["remedy_before"], [one["before"] for one in answer["remedy"]], "remedy before")


def codes(answer: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in answer.get("reasons") or []]


def differences(expected: Any, actual: Any, where: str) -> Iterator[str]:
    """The ways in which `actual` fails to match `expected`, as sentences."""
    if not isinstance(expected, dict):
        if expected != actual:
            yield f"{where}: expected {expected!r}, got {actual!r}"
        return
    for name, value in expected.items():
        if name == "reasons":
            yield from differences(sorted(value), sorted(codes(actual)), "reasons")
        elif name == "remedy":
            yield from differences(value, [one["event"] for one in actual["remedy"]], "remedy")
        elif name == "count_of":
            for event, number in value.items():
                found = sum(item["event"] == event for item in actual["items"])
                yield from differences(number, found, f"rows of {event}")
        else:
            yield from differences(value, (actual or {}).get(name), name)


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_suite(path: Path, any_database_url: str) -> None:
    suite = json.loads(path.read_text(encoding="utf-8"))
    clock = SetClock(datetime.fromisoformat(suite["clock"]))
    desk = open_desk(quick_engine(any_database_url), CATALOGUE, [parse_rules(suite["rules"])], clock)
    scenarios = [Scenario(number, spec["name"]) for number, spec in enumerate(suite["scenarios"], 1)]
    timeline = sorted(
        (
            (datetime.fromisoformat(step["at"]), which, number, step)
            for which, spec in enumerate(suite["scenarios"])
            for number, step in enumerate(spec["steps"], 1)
        ),
        key=lambda entry: entry[:3],
    )
    faults: list[str] = []
    with TestClient(create_app(Wired(desk, Settings(), None, clock))) as client:
        for _, which, number, step in timeline:
            if datetime.fromisoformat(step["at"]) != clock.now():
                assert client.put("/v1/test-clock", json={"now": step["at"]}).status_code == 200
            found = play(client, scenarios[which], step)
            faults += [f"{scenarios[which].name}, step {number} at {step['at']}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
