"""The demonstration: the same for the same seed and moment, of every kind, and summed up from the database."""

import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from entrypoints.cli.demonstration import NotADemoError, PortTakenError, check_port, clear, fill
from entrypoints.cli.feeding import Tally
from entrypoints.demo.mistakes import MISTAKEN_SOURCE
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import STORIES, demo_events
from entrypoints.demo.suggestions import Place, suggestions
from entrypoints.demo.summary import print_summary
from entrypoints.settings import Settings
from entrypoints.wiring import wire
from persistence.listing import Filter, Listed
from service import questions
from service.clock import SetClock
from service.desk import Desk
from service.summaries import Summary, summary
from workflows.instants import EARLIEST, parse_instant
from workflows.products import CATALOGUE
from workflows.rules import parse_rules
from workflows.words import Availability, Outcome, Window

MOMENT = datetime(2026, 5, 20, 15, tzinfo=UTC)
SMALL = 200


@dataclass(frozen=True)
class Made:
    """A small demonstration, replayed."""

    desk: Desk
    events: list[dict[str, Any]]
    tally: Tally
    resources: list[Listed]
    summary: Summary


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    database = tmp_path_factory.mktemp("demo") / "small.db"
    clock = SetClock(EARLIEST)
    desk = wire(Settings(database_url=f"sqlite:///{database}"), clock, [parse_rules(DEMO_RULES)])
    events = demo_events(MOMENT, SMALL)
    tally = fill(desk, clock, events, MOMENT, lambda _count: None)
    listed = questions.list_resources(desk, Filter(at=MOMENT), None, 10_000)
    yield Made(desk, events, tally, list(listed), summary(desk))
    desk.store.close()


def test_same_seed_and_moment_give_the_same_events() -> None:
    assert demo_events(MOMENT, SMALL) == demo_events(MOMENT, SMALL)
    assert demo_events(MOMENT, SMALL) != demo_events(MOMENT, SMALL, seed=1)


def test_another_moment_moves_the_events_and_changes_nothing_else() -> None:
    later = timedelta(days=40, hours=9)
    before, after = demo_events(MOMENT, SMALL), demo_events(MOMENT + later, SMALL)
    assert [_timeless(event) for event in before] == [_timeless(event) for event in after]
    assert {parse_instant(b["time"]) - parse_instant(a["time"]) for a, b in zip(before, after, strict=True)} == {later}


def test_whole_demonstration_is_of_the_promised_size() -> None:
    events = demo_events(MOMENT)
    paid = {event["subject"] for event in events if event["type"] == "order.paid" and event["source"] == "/orders"}
    assert 2_900 <= len(paid) <= 3_200
    assert {story.product for story in STORIES} == set(CATALOGUE.keys)


def test_only_what_is_meant_to_be_unusable_is_rejected(made: Made) -> None:
    meant = [event["id"] for event in made.events if event["source"] == MISTAKEN_SOURCE]
    assert made.tally.seen == len(made.events)
    assert made.tally.outcomes[Outcome.REJECTED] == len(meant)
    assert {result.id for _, result in made.tally.problems} == set(meant)


def test_every_product_is_seen_in_every_state_it_can_reach(made: Made) -> None:
    seen = {(one.resource.payment.product, one.resource.state) for one in made.resources}
    assert seen == {(product.key, state) for product in CATALOGUE for state in product.states}


def test_every_availability_window_outcome_and_kind_of_order_is_seen(made: Made) -> None:
    assert {one.availability for one in made.resources} == set(Availability)
    assert {one.window for one in made.resources} == set(Window)
    assert set(made.tally.outcomes) == set(Outcome)
    assert {outcome for outcome, _ in made.summary.events} >= {"applied", "refused", "parked", "dead"}
    assert ("applied", True) in made.summary.events
    assert {"USD", "EUR", "JPY", "KWD", "CNY"} <= {one.resource.payment.currency for one in made.resources}
    assert max(Counter(one.resource.payment.order_id for one in made.resources).values()) > 1


def test_every_rule_that_can_refuse_a_request_has_spoken(made: Made) -> None:
    asked = {one.by["reason"] for one in made.summary.refusals if one.requests}
    assert asked >= {
        "window_closed", "remedy_too_late", "arrived_too_late", "promotion_excluded", "combined_certificate",
        "already_used", "quota_exhausted", "nothing_paid_in_cash", "nothing_to_refund", "must_cancel_application",
        "must_revoke", "revocation_in_review", "must_reset", "already_refunded",
    }  # fmt: skip
    assert {one.by["reason"] for one in made.summary.refusals if one.others} >= {
        "quota_consumed",
        "reset_not_confirmed",
    }


def test_summary_counts_what_a_recount_counts(made: Made) -> None:
    resources: Counter[tuple[str, str]] = Counter()
    money: dict[str, Counter[str]] = {}
    refused: Counter[tuple[str, bool]] = Counter()
    open_events = 0
    for one in made.resources:
        resource = one.resource
        found = questions.eligibility(made.desk, resource.id)
        resources[resource.payment.product, found.availability.value] += 1
        open_events += len(questions.view(made.desk, resource.id).unresolved)
        sums = money.setdefault(resource.payment.currency, Counter())
        sums["resources"] += 1
        sums["cash"] += resource.payment.cash_minor
        amount = 0 if found.amount is None else found.amount.minor
        sums[_purse(found.availability)] += amount
        for row in questions.rows_of(made.desk, resource.id, 0, 1000):
            if row.outcome == Outcome.REFUSED:
                refused.update((reason["code"], row.event == "refund.requested") for reason in row.reasons)
    counted = made.summary
    assert counted.resources == resources
    assert {
        sums.currency: (sums.resources, sums.cash_minor, sums.refundable_minor, sums.under_way_minor)
        for sums in counted.money
    } == {
        code: (sums["resources"], sums["cash"], sums["refundable"], sums["under way"]) for code, sums in money.items()
    }
    assert {sums.currency: sums.paid_out_minor for sums in counted.money} == {
        code: sums["refunded"] for code, sums in money.items()
    }
    assert {(one.by["reason"], True): one.requests for one in counted.refusals if one.requests} | {
        (one.by["reason"], False): one.others for one in counted.refusals if one.others
    } == refused
    assert counted.unresolved.parked + counted.unresolved.dead == open_events + counted.unresolved.unpaid


def test_summary_of_events_agrees_with_what_the_senders_were_told(made: Made) -> None:
    forgotten = made.tally.outcomes[Outcome.DUPLICATE] + made.tally.outcomes[Outcome.REJECTED]
    assert sum(made.summary.events.values()) == made.tally.seen - forgotten


def test_suggestions_name_what_they_speak_of(made: Made) -> None:
    place = Place(".venv/bin/refundry", "sqlite:///refundry-demo.db", "http://127.0.0.1:8000")
    commands = [one.command for one in suggestions(made.desk, place)]
    known = {one.resource.id for one in made.resources}
    assert len(commands) == 10
    assert sum(any(f" {id_}" in command or f"/{id_}" in command for id_ in known) for command in commands) >= 6
    assert any(command.endswith("diagram https_acceleration_gateway") for command in commands)


@pytest.mark.parametrize("width", [60, 80, 140])
def test_summary_fits_its_terminal(made: Made, width: int) -> None:
    console = Console(width=width, record=True, file=StringIO())
    print_summary(console, made.summary, CATALOGUE, made.tally.outcomes)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= width


def test_file_that_is_no_demonstration_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "refundry.db"
    precious.write_text("precious")
    with pytest.raises(NotADemoError):
        clear(precious, f"sqlite:///{precious}")
    assert precious.read_text() == "precious"


def test_earlier_demonstration_is_removed_with_its_journal(tmp_path: Path) -> None:
    earlier = tmp_path / "mine.db"
    url = f"sqlite:///{earlier}"
    wire(Settings(database_url=url), given=[parse_rules(DEMO_RULES)]).store.close()
    earlier.with_name("mine.db-wal").touch()
    clear(earlier, url)
    assert not list(tmp_path.iterdir())


def test_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTakenError, match="is taken"):
        check_port(taken.getsockname()[1])


def _timeless(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "time"}


def _purse(availability: Availability) -> str:
    names = {Availability.IN_PROGRESS: "under way", Availability.REFUNDED: "refunded"}
    return names.get(availability, "refundable")
