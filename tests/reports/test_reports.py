"""Every number of every report equals a recount, and a parameter that cannot be is a 400 that says what could be."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from persistence.history import HISTORY
from persistence.resources import RESOURCE
from service.clockwork import fold_tallies
from tests.reports import recount
from tests.reports.conftest import Filled
from workflows.instants import instant_text


def test_states(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        expected, _ = recount.standing(connection, world.moment)
    items = world.report("states")
    names = ("product", "state", "window", "availability")
    found = {
        (*(one[name] for name in names[:2]), one["cash"]["currency"], *(one[name] for name in names[2:]),
         one["resources"], one["cash"]["minor"], one["amount"]["minor"])
        for one in items
    }  # fmt: skip
    assert len(items) == len(found) and found == expected
    assert {one["window"] for one in items} == {"open", "closed", "claimed"}
    labels = {(one["product"], one["state"]): one["state_label"] for one in items}
    assert labels["https_acceleration_gateway", "issued"] == "In service"


def test_exposure(world: Filled) -> None:
    with world.desk.store.reading() as connection:
        _, expected = recount.standing(connection, world.moment)
    items = world.report("exposure")
    found = {
        (None if one["day"] is None else datetime.fromisoformat(one["day"]).date(), one["product"],
         one["amount"]["currency"], one["resources"], one["amount"]["minor"])
        for one in items
    }  # fmt: skip
    assert len(items) == len(found) and found == expected
    days = [one["day"] for one in items]
    assert days == sorted(days, key=lambda day: day or "") and days[0] is None


@pytest.mark.parametrize(("query", "kept"), [("", 30), ("?days=3", 3), ("?days=400", 400), ("?days=1&by=day", 1)])
def test_refunds_by_day(world: Filled, query: str, kept: int) -> None:
    first = recount.day(world.moment - timedelta(days=kept))
    assert moves_told(world, query) == moves_recounted(world, first, recount.day)


@pytest.mark.parametrize(("query", "kept"), [("?by=hour", 48), ("?by=hour&days=1", 24), ("?by=hour&days=9", 48)])
def test_refunds_by_hour(world: Filled, query: str, kept: int) -> None:
    assert moves_told(world, query) == moves_recounted(world, first_hour(world, kept), recount.hour)


def first_hour(world: Filled, kept: int) -> datetime:
    """The hour in which the report begins: the running one's so many hours ago, or the first that is kept whole."""
    began = recount.hour(world.moment - timedelta(hours=kept))
    kept_whole = world.moment - timedelta(hours=48)
    return began if began >= kept_whole else began + timedelta(hours=1)


def moves_told(world: Filled, query: str) -> set[recount.Key]:
    items = world.report(f"refunds{query}")
    found = {
        (one["since"], one["product"], one["status"], one["amount"]["currency"], one["number"], one["amount"]["minor"])
        for one in items
    }
    assert len(found) == len(items) and found
    return found


def moves_recounted(world: Filled, first: datetime, span: type | object) -> set[recount.Key]:
    found = recount.nothing()
    with world.desk.store.reading() as connection:
        for recorded_at, product, status, currency, amount in recount.moves(connection):
            if recorded_at >= first:
                found.add((instant_text(span(recorded_at)), product, status, currency), amount)
    return found.rows()


@pytest.mark.parametrize("by", ["day", "hour"])
def test_refusals(world: Filled, by: str) -> None:
    span = recount.day if by == "day" else recount.hour
    first = recount.day(world.moment - timedelta(days=30)) if by == "day" else first_hour(world, 48)
    expected = recount.nothing()
    with world.desk.store.reading() as connection:
        for recorded_at, product, reason in recount.refusals(connection):
            if recorded_at >= first:
                expected.add((instant_text(span(recorded_at)), product, reason))
    items = world.report(f"refusals?by={by}")
    found = {(one["since"], one["product"], one["reason"], one["number"], 0) for one in items}
    assert len(found) == len(items) and found == expected.rows()


def test_folding_changes_no_report(world: Filled) -> None:
    paths = ("states", "exposure", "refunds", "refunds?by=hour", "refusals", "refusals?by=hour", "dwell", "lateness")
    before = {path: world.report(path) for path in paths}
    while fold_tallies(world.desk, world.moment, 7):
        pass
    assert {path: world.report(path) for path in paths} == before


def test_dwell(world: Filled) -> None:
    spans = defaultdict(list)
    with world.desk.store.reading() as connection:
        for one in connection.execute(select(RESOURCE)):
            spans[one.product, one.state].append(max(world.moment - one.entered_at, timedelta()))
    expected = {
        (*key, len(all_of), *(recount.ranked(all_of, percent).total_seconds() for percent in (50, 95)))
        for key, all_of in spans.items()
    }
    items = world.report("dwell")
    names = ("product", "state", "resources", "median_seconds", "p95_seconds")
    assert {tuple(one[name] for name in names) for one in items} == expected and len(items) == len(expected)


@pytest.mark.parametrize("days", [1, 30])
def test_lateness(world: Filled, days: int) -> None:
    first = recount.day(world.moment - timedelta(days=days))
    query = select(HISTORY.c.recorded_at, RESOURCE.c.late_until).join_from(
        HISTORY, RESOURCE, HISTORY.c.resource_id == RESOURCE.c.id
    )
    spans = defaultdict(list)
    with world.desk.store.reading() as connection:
        for recorded_at, due_at in connection.execute(query.where(HISTORY.c.event == "refund_window.expired")):
            if recorded_at >= first:
                spans[recorded_at.date().isoformat()].append(recorded_at - due_at)
    expected = [
        {"day": day, "windows": len(late), "median_seconds": recount.ranked(late, 50).total_seconds(),
         "p95_seconds": recount.ranked(late, 95).total_seconds(), "max_seconds": max(late).total_seconds()}
        for day, late in sorted(spans.items())
    ]  # fmt: skip
    assert world.report(f"lateness?days={days}") == expected
    assert expected[-1]["max_seconds"] >= 2400


@pytest.mark.parametrize("path", ["states", "exposure", "refunds", "refusals", "dwell"])
def test_one_product_alone(world: Filled, path: str) -> None:
    everything = world.report(path)
    for product in {one["product"] for one in everything}:
        alone = world.report(f"{path}?product={product}")
        assert alone == [one for one in everything if one["product"] == product]


@pytest.mark.parametrize("path", ["states", "exposure", "refunds"])
def test_one_currency_alone(world: Filled, path: str) -> None:
    everything = world.report(path)
    alone = world.report(f"{path}?currency=JPY")
    assert alone == [one for one in everything if one["amount"]["currency"] == "JPY"]
    assert not world.report(f"{path}?currency=CHF")


def wrong_questions() -> Iterator[tuple[str, str]]:
    for path in ("states", "exposure", "refunds", "refusals", "dwell"):
        yield f"{path}?product=ssl", "product is 'ssl'; it must be one of ssl_certificate"
        yield f"{path}?product=", "product is ''"
    for path in ("states", "exposure", "refunds"):
        yield f"{path}?currency=usd", "currency: "
        yield f"{path}?currency=%00", "currency: "
    for path in ("refunds", "refusals", "lateness"):
        yield f"{path}?days=0", "days is 0; it must be from 1 to 400"
        yield f"{path}?days=401", "days is 401"
        yield f"{path}?days=-1", "days is -1"
        yield f"{path}?days=1.5", "days"
        yield f"{path}?days=many", "days"
    for path in ("refunds", "refusals"):
        yield f"{path}?by=week", "by is 'week'; it must be one of day, hour"


@pytest.mark.parametrize(("path", "says"), list(wrong_questions()))
def test_a_wrong_question_says_what_would_be_right(world: Filled, path: str, says: str) -> None:
    answer = world.client.get(f"/v1/reports/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "bad_request" and says in answer.json()["detail"]
