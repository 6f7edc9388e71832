"""`/metrics`: what the store tells equals a recount, what the process counts is counted, and nothing breaks it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, select, text

from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence.deliveries import DELIVERY
from persistence.inbox import INBOX
from persistence.outbox import OUTBOX
from persistence.resources import REFUND
from scheduler.metronome import Metronome
from scheduler.telling import Telling
from service import refunds
from service.clockwork import next_due
from service.vitals import vitals
from tests.money.world import World
from tests.reports import recount
from tests.reports.conftest import Filled
from tests.robustness.services import InThread
from tests.robustness.tellings import BATCH, paid, told

#: Indexes that hold nothing but what waits.
PARTIAL = ("inbox_parked", "inbox_dead", "delivery_due", "delivery_waiting", "delivery_dead")
Samples = dict[tuple[str, ...], float]


def scraped(client: httpx.Client) -> dict[str, Samples]:
    """Every sample by its name and its labels' values, in the alphabetical order of the labels."""
    answer = client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found: dict[str, Samples] = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation and family.name.startswith("refundry_"), family
        for sample in family.samples:
            held = found.setdefault(sample.name, {})
            key = tuple(sample.labels[name] for name in sorted(sample.labels))
            assert key not in held, (sample.name, key)
            held[key] = sample.value
    return found


def test_resources_and_refunds(world: Filled) -> None:
    found = scraped(world.client)
    with world.desk.store.reading() as connection:
        standing, exposed = recount.standing(connection, world.moment)
        by_refund = recount.refunds(connection)
        moves, refusals = recount.moves(connection), recount.refusals(connection)
    by_state: Counter[tuple[str, ...]] = Counter()
    for product, state, _, window, availability, number, *_ in standing:
        by_state[availability, product, state, window] += number
    assert found["refundry_resources"] == by_state
    amounts: Counter[tuple[str, ...]] = Counter()
    for _, product, currency, _, amount in exposed:
        amounts[currency, product] += amount
    refundable = found["refundry_refundable_amount_minor_units"]
    assert {key: value for key, value in refundable.items() if value} == +amounts
    by_status: Counter[tuple[str, ...]] = Counter()
    for product, status, _, number, _ in by_refund:
        by_status[product, status] += number
    assert found["refundry_refunds"] == by_status
    assert found["refundry_refund_moves_total"] == Counter((product, status) for _, product, status, *_ in moves)
    moved: Counter[tuple[str, ...]] = Counter()
    for _, product, status, currency, amount in moves:
        moved[currency, product, status] += amount
    assert found["refundry_refund_moves_amount_minor_units_total"] == moved
    assert found["refundry_refusals_total"] == Counter((product, reason) for _, product, reason in refusals)


def age(world: Filled, moments: list[datetime]) -> float:
    return max((max((world.moment - moment).total_seconds(), 0.0) for moment in moments), default=0.0)


def test_what_waits(world: Filled) -> None:
    found = scraped(world.client)
    with world.desk.store.reading() as connection:
        events = list(connection.execute(select(INBOX)))
        asked = list(connection.execute(select(REFUND)))
        pay = [one for one in connection.execute(select(OUTBOX)) if one.kind == "pay" and one.done_at is None]
        untold = [one for one in connection.execute(select(DELIVERY)) if one.status == "waiting"]
        unfolded = connection.execute(text("SELECT COUNT(*) FROM tally_delta")).scalar()
    waiting = Counter((one.outcome,) for one in events if one.outcome in ("parked", "dead"))
    assert found["refundry_events_waiting"] == waiting and len(waiting) == 2
    oldest = found["refundry_oldest_waiting_seconds"]
    for outcome in ("parked", "dead"):
        assert oldest[outcome,] == age(world, [one.arrived_at for one in events if one.outcome == outcome]) > 0
    assert oldest["review",] == age(world, [one.requested_at for one in asked if one.status == "in_review"]) > 0
    assert oldest["doubt",] >= 0
    assert found["refundry_payouts_waiting"][()] == len(pay) > 0
    assert found["refundry_payouts_overdue_seconds"][()] == age(world, [one.due_at for one in pay])
    assert found["refundry_deliveries_waiting"][()] == len(untold) > 0
    assert found["refundry_deliveries_overdue_seconds"][()] == age(world, [one.due_at for one in untold])
    due = next_due(world.desk)
    assert found["refundry_work_overdue_seconds"][()] == age(world, [] if due is None else [due])
    assert found["refundry_tally_differences"][()] == unfolded
    assert found["refundry_switch_stopped"].pop(("private_ca", "product")) == 1
    assert set(found["refundry_switch_stopped"].values()) == {0}
    assert found["refundry_hooks"] == {("working",): 0, ("failing",): 1, ("disabled",): 0}
    assert found["refundry_database_up"] == {(): 1}
    assert found["refundry_build_info"] == {(version("refundry"),): 1}


@pytest.fixture
def served(world_of_money: World) -> Iterator[InThread]:
    service = InThread(Wired(world_of_money.desk, Settings(), None, world_of_money.clock))
    yield service
    service.stop()


@pytest.fixture
def running(world_of_money: World) -> Iterator[InThread]:
    """A service that keeps time by itself."""
    metronome, telling = Metronome(lambda: None, 0.05), Telling(world_of_money.desk, 0.05)
    service = InThread(Wired(world_of_money.desk, Settings(), metronome, telling=telling))
    yield service
    service.stop()


@pytest.fixture
def world_of_money(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.close()


def test_doubt_is_as_old_as_the_payout_that_was_not_answered(served: InThread, world_of_money: World) -> None:
    world_of_money.pay("r-1", "sandbox_down_2h", cash_paid="900.00")
    world_of_money.ask("r-1")
    world_of_money.later(hours=30)
    assert scraped(served.client)["refundry_oldest_waiting_seconds"]["review",] == 30 * 3600
    refund_id = world_of_money.refund_id("r-1")
    refunds.decide(world_of_money.desk, refund_id, "manager", approve=True, reason=None, amount=None)
    world_of_money.later(seconds=90)
    assert world_of_money.status("r-1") == "in_doubt"
    ages = scraped(served.client)["refundry_oldest_waiting_seconds"]
    assert ages == {("parked",): 0, ("dead",): 0, ("review",): 0, ("doubt",): 90}


def test_what_the_process_counts(running: InThread) -> None:
    client = running.client
    before = scraped(client)
    assert set(before["refundry_events_total"].values()) == {0} and len(before["refundry_events_total"]) == 5
    events = [paid("r"), paid("r"), told("certificate.issued", "r", "parked"), told("nonsense", "r", "x")]
    client.post("/v1/events", json=events, headers=BATCH)
    client.post("/v1/events", content=b"no", headers=BATCH)
    for path in ("/v1/resources/r", "/v1/resources/a%2Fb", "/v1/resources/r/history", "/nowhere", "/assets/docs.css"):
        client.get(path)
    client.delete("/v1/refunds")
    client.request("PROPFIND", "/healthz")
    found = scraped(client)
    by_outcome = {("applied",): 1, ("duplicate",): 1, ("parked",): 1, ("rejected",): 1, ("refused",): 0}
    assert found["refundry_events_total"] == by_outcome
    assert found["refundry_ingest_batch_duration_seconds_count"] == {(): 1}
    assert found["refundry_http_requests_total"] == {
        ("GET", "/metrics", "200"): 1,
        ("POST", "/v1/events", "200"): 1,
        ("POST", "/v1/events", "400"): 1,
        ("GET", "/v1/resources/{resource_id}", "200"): 1,
        ("GET", "/v1/resources/{resource_id}", "404"): 1,
        ("GET", "/v1/resources/{resource_id}/history", "200"): 1,
        ("GET", "none", "404"): 1,
        ("GET", "none", "200"): 1,
        ("DELETE", "/v1/refunds", "405"): 1,
        ("other", "/healthz", "405"): 1,
    }
    timed = found["refundry_http_request_duration_seconds_count"]
    assert timed["GET", "/v1/resources/{resource_id}"] == 2 and timed["POST", "/v1/events"] == 2
    silence, restarts = found["refundry_scheduler_silence_seconds"], found["refundry_scheduler_restarts_total"]
    assert set(silence) == set(restarts) == {("deciding",), ("telling",)}
    assert all(value >= 0 for value in silence.values()) and set(restarts.values()) == {0}


def test_a_database_that_cannot_be_used_is_told_of(tmp_path: Path) -> None:
    world = World(f"sqlite:///{tmp_path / 'gone.db'}")
    service = InThread(Wired(world.desk, Settings(), None, world.clock))
    assert scraped(service.client)["refundry_database_up"] == {(): 1}
    with world.desk.store.writing() as connection:
        connection.execute(text("ALTER TABLE tally RENAME TO gone"))
    found = scraped(service.client)
    assert found["refundry_database_up"] == {(): 0}
    assert "refundry_resources" not in found and "refundry_http_requests_total" in found
    with world.desk.store.writing() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO tally"))
    assert scraped(service.client)["refundry_database_up"] == {(): 1}
    service.stop()


def test_a_scrape_looks_at_no_table_as_a_whole(tmp_path: Path) -> None:
    world = World(f"sqlite:///{tmp_path / 'plans.db'}")
    world.later(minutes=30)
    asked: list[tuple[str, Any]] = []
    with world.desk.store.reading() as connection:
        engine = connection.engine

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    vitals(world.desk)
    event.remove(engine, "before_cursor_execute", keep)
    assert len(asked) > 15
    with world.desk.store.reading() as connection:
        steps = [
            row[3]
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    whole = {step.split()[1] for step in steps if step.startswith("SCAN") and not step.endswith(PARTIAL)}
    assert whole <= {"tally_delta", "hook", "switch_change", "sums"}
    world.close()


def test_many_scrapes_at_once(world: Filled) -> None:
    alone = scraped(world.client)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _number: scraped(world.client), range(24)))
    for found in together:
        for name in alone.keys() - {name for name in alone if "http" in name or "scheduler" in name}:
            assert found[name] == alone[name], name


def test_whatever_format_is_asked_for_it_is_one_that_everybody_reads(world: Filled) -> None:
    for accept in (
        "application/openmetrics-text; version=1.0.0",
        "application/openmetrics-text; version=1e400",
        "\x80",
    ):
        answer = world.client.get("/metrics", headers=[(b"accept", accept.encode("latin-1"))])
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_what_was_counted_never_shrinks(world_of_money: World, served: InThread) -> None:
    last: dict[str, Samples] = {}
    for number in range(4):
        world_of_money.pay(f"r-{number}", "sandbox_fails" if number % 2 else "sandbox_ok")
        world_of_money.ask(f"r-{number}")
        world_of_money.ask(f"r-{number}")
        world_of_money.later(days=3)
        found = scraped(served.client)
        for name, samples in last.items():
            if name.endswith("_total"):
                assert all(found[name][key] >= value for key, value in samples.items()), name
        last = found
    assert last["refundry_refusals_total"]["ssl_certificate", "refund_in_progress"] == 4
