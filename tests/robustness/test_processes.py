"""Processes that start at once, work side by side on one database, are killed, or come back after days."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock
from typing import Any

import httpx2 as httpx
import pytest

from persistence import terms
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message, ingest
from service.standard_rules import STANDARD_RULES
from tests.robustness.conftest import Launch
from tests.robustness.services import ROOT, Process, environment, until
from tests.robustness.tellings import BATCH, STRUCTURED, paid, told
from workflows.rules import RulesError, parse_rules

LIFE = ("certificate.application_submitted", "certificate.issued", "certificate.revocation_requested")


def events_of(name: str) -> list[dict[str, Any]]:
    return [paid(name, time=None), *(told(type_, name, f"{name}-{type_}") for type_ in LIFE)]


def outcome(answer: httpx.Response) -> str:
    found: str = answer.json()["results"][0]["outcome"]
    return found


def test_processes_that_start_at_once_on_a_new_database_all_succeed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "entrypoints.cli.main", "db", "upgrade"]
    env = environment(tmp_path / "new.db")
    started = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [(one.communicate()[1], one.returncode) for one in started] == [(b"", 0)] * 3


def test_rules_that_another_process_has_just_kept_are_not_kept_twice(desk: Desk, clock: SetClock) -> None:
    """Between reading which versions are kept and keeping the rest, another process may have kept them."""
    standard = parse_rules(STANDARD_RULES)
    with desk.store.writing() as connection:
        terms.store(connection, [standard], clock.now())
        assert [rules.digest for rules in terms.load(connection)] == [standard.digest]
    other = parse_rules(STANDARD_RULES.replace("days = 7", "days = 8"))
    with pytest.raises(RulesError, match="given twice"), desk.store.writing() as connection:
        terms.store(connection, [other], clock.now())


def test_two_services_on_one_file_take_every_event_exactly_once(launch: Launch) -> None:
    both = [launch(), launch()]
    clients = [process.ready().client for process in both]
    names = [f"r-{n}" for n in range(15)]

    def tell_all(client: httpx.Client) -> list[str]:
        return [
            outcome(client.post("/v1/events", json=event, headers=STRUCTURED))
            for name in names
            for event in events_of(name)
        ]

    with ThreadPoolExecutor(4) as pool:
        tellings = list(pool.map(tell_all, [clients[0], clients[1], clients[1], clients[0]]))
    for outcomes in zip(*tellings, strict=True):
        assert sorted(outcomes)[1:] == ["duplicate"] * 3
        assert sorted(outcomes)[0] in ("applied", "parked")
    for name in names:
        rows = clients[0].get(f"/v1/resources/{name}/history").json()["items"]
        assert [row["event"] for row in rows] == ["order.paid", *LIFE]
        assert [row["seq"] for row in rows] == [1, 2, 3, 4]
        assert clients[1].get(f"/v1/resources/{name}").json()["state"] == "revoking"


class Telling:
    """Tells events from several threads until it is stopped, and notes those that were acknowledged."""

    def __init__(self, process: Process) -> None:
        self._client = process.client
        self._lock = Lock()
        self.stopped = Event()
        self.acknowledged: list[dict[str, Any]] = []

    def run(self, thread: int) -> None:
        for n in range(100_000):
            batch = [event for k in range(n % 4) for event in events_of(f"r-{thread}-{n}-{k}")]
            try:
                answer = self._client.post("/v1/events", json=batch, headers=BATCH)
            except httpx.HTTPError:
                return
            assert answer.status_code == 200, answer.text
            with self._lock:
                self.acknowledged += batch
            if self.stopped.is_set():
                return


def test_what_was_acknowledged_survives_kill_9_in_the_middle_of_ingest(launch: Launch) -> None:
    first = launch().ready()
    telling = Telling(first)
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(telling.run, thread) for thread in range(4)]
        until(lambda: len(telling.acknowledged) > 300)
        first.kill()
        telling.stopped.set()
        for one in running:
            one.result()
    client = launch().ready().client
    acknowledged = telling.acknowledged
    assert len(acknowledged) > 300
    for start in range(0, len(acknowledged), 400):
        answer = client.post("/v1/events", json=acknowledged[start : start + 400], headers=BATCH)
        assert {one["outcome"] for one in answer.json()["results"]} == {"duplicate"}
    for name in {event["subject"] for event in acknowledged}:
        rows = client.get(f"/v1/resources/{name}/history").json()["items"]
        assert [row["event"] for row in rows] == ["order.paid", *LIFE]


def test_a_service_that_comes_back_after_days_catches_up(desk: Desk, clock: SetClock, launch: Launch) -> None:
    """Between two starts a window closed, a parked event died, and a refund waited to be paid out."""
    now = clock.now()
    ago = (now - timedelta(hours=1)).isoformat()
    events = [
        paid("closing", time=ago),
        paid("refunded", time=ago),
        told("refund.requested", "refunded", "request", ago),
        paid("waiting", time=ago),
        told("certificate.issued", "waiting", "issued", ago),
    ]
    assert {one.outcome.value for one in ingest(desk, [Message(event) for event in events])} == {"applied", "parked"}
    desk.store.close()
    assert datetime.now(UTC) > now + timedelta(days=10)
    client = launch(REFUNDRY_TICK_SECONDS="0.05").ready().client

    def caught_up() -> bool:
        rows = client.get("/v1/resources/closing/history").json()["items"]
        return bool(rows[-1]["event"] == "refund_window.expired")

    until(caught_up)
    until(lambda: client.get("/v1/resources/refunded").json()["state"] == "refunded")
    until(lambda: client.get("/v1/resources/waiting").json()["unresolved_events"][0]["outcome"] == "dead")
    last = client.get("/v1/resources/closing/history").json()["items"][-1]
    assert last["occurred_at"] == "2026-03-09T00:00:00Z"
    assert last["recorded_at"] > "2026-03-10"


def test_a_file_of_events_can_be_told_again_after_it_was_cut_off(tmp_path: Path, database: Path) -> None:
    lines = [json.dumps(event) for n in range(100) for event in events_of(f"r-{n}")]
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(lines)[:-400])
    command = [sys.executable, "-m", "entrypoints.cli.main", "ingest", str(file), "--json"]
    env = environment(database)
    first = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    file.write_text("\n".join(lines))
    second = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert (first.returncode, second.returncode) == (1, 0)
    counts = json.loads(second.stdout)["outcomes"]
    assert counts["duplicate"] + counts["applied"] == 400 and counts["duplicate"] >= 395
