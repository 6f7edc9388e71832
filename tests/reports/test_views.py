"""Every row of every `ops_*` view equals a recount as of the very instant at which the database read the view."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text

from persistence import history, resources
from persistence.attempts import ATTEMPT
from persistence.deliveries import DELIVERY
from persistence.inbox import INBOX
from persistence.outbox import OUTBOX
from persistence.resources import REFUND
from service import switches
from service.counted import differences
from tests.reports import recount
from tests.reports.conftest import Filled

NOW = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')", "postgresql": "CURRENT_TIMESTAMP"}
TESTED = {
    *("ops_tally", "ops_standing", "ops_resources", "ops_exposure", "ops_refunds", "ops_refund_moves", "ops_refusals"),
    *("ops_waiting", "ops_switches"),
}


def instant(value: Any) -> datetime:
    """An instant as either driver gives it where no type is known: SQLite as text in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def seen(connection: Connection, view: str, *columns: str) -> tuple[list[tuple[Any, ...]], datetime]:
    """The rows of a view, and the instant that was the database's now in the same statement."""
    query = f"SELECT {', '.join(columns)}, {NOW[connection.dialect.name]} AS read_at FROM {view}"
    rows = [tuple(row) for row in connection.execute(text(query))]
    assert rows, f"{view} is empty"
    return [row[:-1] for row in rows], instant(rows[0][-1])


def test_every_view_is_tested(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        assert set(inspect(connection).get_view_names()) == TESTED


def test_resources(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        rows, at = seen(
            connection, "ops_resources", "product", "state", "currency", "refund_window", "availability",
            "resources", "cash_minor", "amount_minor",
        )  # fmt: skip
        expected, _ = recount.standing(connection, at)
    assert len(rows) == len(set(rows)) and set(rows) == expected


def test_exposure(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        rows, at = seen(connection, "ops_exposure", "closes_on", "product", "currency", "resources", "amount_minor")
        _, expected = recount.standing(connection, at)
    found = {(date.fromisoformat(day) if isinstance(day, str) else day, *more) for day, *more in rows}
    assert len(rows) == len(found) and found == expected


def test_standing_holds_no_open_hour_that_is_over(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        rows, at = seen(connection, "ops_standing", "hour", "before_minor", "from_minor", "number")
        ahead = Counter(row.deadline_at > at for row in connection.execute(select(resources.RESOURCE)))
    still_open = sum(number for hour, _, _, number in rows if instant(hour) > at)
    assert still_open == ahead[True] and sum(number for *_, number in rows) == ahead.total()


def test_refunds(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        rows, _ = seen(connection, "ops_refunds", "product", "status", "currency", "refunds", "amount_minor")
        assert set(rows) == recount.refunds(connection) and len(rows) == len(set(rows))
    assert {"in_review", "in_doubt", "processing", "failed", "succeeded"} <= {row[1] for row in rows}


@pytest.mark.parametrize("span", [recount.day, recount.hour], ids=["day", "hour"])
def test_refund_moves(world: Filled, span: Any) -> None:
    since = datetime.min.replace(tzinfo=UTC) if span is recount.day else world.moment - timedelta(hours=47)
    expected = recount.nothing()
    found: Counter[recount.Key] = Counter()
    amounts: Counter[recount.Key] = Counter()
    with world.desk.store.reading() as connection:
        rows, _ = seen(
            connection, "ops_refund_moves", "since", "product", "status", "currency", "refunds", "amount_minor"
        )
        for recorded_at, product, status, currency, amount in recount.moves(connection):
            if span(recorded_at) >= since:
                expected.add((span(recorded_at), product, status, currency), amount)
    for hour, *key, refunds, amount in rows:
        if span(instant(hour)) >= since:
            found[span(instant(hour)), *key] += refunds
            amounts[span(instant(hour)), *key] += amount
    assert (found, amounts) == (expected.number, expected.amount)


@pytest.mark.parametrize("span", [recount.day, recount.hour], ids=["day", "hour"])
def test_refusals(world: Filled, span: Any) -> None:
    since = datetime.min.replace(tzinfo=UTC) if span is recount.day else world.moment - timedelta(hours=47)
    expected: Counter[recount.Key] = Counter()
    found: Counter[recount.Key] = Counter()
    with world.desk.store.reading() as connection:
        rows, _ = seen(connection, "ops_refusals", "since", "product", "reason", "refusals")
        for recorded_at, product, reason in recount.refusals(connection):
            if span(recorded_at) >= since:
                expected[span(recorded_at), product, reason] += 1
    for hour, product, reason, number in rows:
        if span(instant(hour)) >= since:
            found[span(instant(hour)), product, reason] += number
    assert found == expected


def test_tally(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        rows, _ = seen(connection, "ops_tally", "kind", "product", "state", "currency", "number", "amount_minor")
        ids = list(connection.execute(select(resources.RESOURCE.c.id)).scalars())
        stored = resources.load_stored(connection, ids)
        told = [row for key in stored for row in history.of_resource(connection, key)]
    found: Counter[recount.Key] = Counter()
    expected: Counter[recount.Key] = Counter()
    for *key, number, amount in rows:
        found[*key, "number"] += number
        found[*key, "amount"] += amount
    for place, sums in differences({}, stored.values(), told):
        expected[place.kind.value, place.product, place.state, place.currency, "number"] += sums.number
        expected[place.kind.value, place.product, place.state, place.currency, "amount"] += sums.amount_minor
    assert found == expected


def test_waiting(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        rows, _ = seen(connection, "ops_waiting", "what", "subject", "resource_id", "since")
        expected = refunds_waiting(connection) | events_waiting(connection) | work_waiting(connection)
    assert {(*row[:-1], instant(row[-1])) for row in rows} == expected and len(rows) == len(expected)
    assert {row[0] for row in rows} == {"review", "doubt", "parked", "dead", "payout", "delivery"}


def refunds_waiting(connection: Connection) -> set[recount.Key]:
    sent = {
        one.refund_id: one.started_at
        for one in connection.execute(select(ATTEMPT).order_by(ATTEMPT.c.id))
        if one.kind == "send"
    }
    return {
        ("review", one.id, one.resource_id, one.requested_at)
        if one.status == "in_review"
        else ("doubt", one.id, one.resource_id, sent[one.id])
        for one in connection.execute(select(REFUND))
        if one.status in ("in_review", "in_doubt")
    }


def events_waiting(connection: Connection) -> set[recount.Key]:
    return {
        (one.outcome, one.event_id, one.subject, one.arrived_at)
        for one in connection.execute(select(INBOX))
        if one.outcome in ("parked", "dead")
    }


def work_waiting(connection: Connection) -> set[recount.Key]:
    payouts = {
        ("payout", str(one.id), one.resource_id, one.due_at)
        for one in connection.execute(select(OUTBOX))
        if one.kind == "pay" and one.done_at is None
    }
    told = connection.execute(select(DELIVERY))
    return payouts | {("delivery", one.id, one.resource_id, one.due_at) for one in told if one.status == "waiting"}


def test_switches(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        rows, _ = seen(connection, "ops_switches", "what", "name", "actor", "reason", "since")
    expected = {(one.kind, one.key, one.actor, one.reason, one.changed_at) for one in switches.stopped(world.desk)}
    assert {(*row[:-1], instant(row[-1])) for row in rows} == expected
