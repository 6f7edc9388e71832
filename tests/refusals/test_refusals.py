"""Why refunds are refused: what is listed and counted is what the history says, on every kind of database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain, combinations
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from entrypoints.cli.main import app as command_line
from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence import history
from persistence.refusals import DIMENSIONS, Filter, Place, Refusal
from service import questions
from service.refusals import BadQuestionError, count_refusals, list_refusals
from service.summaries import summary
from tests.money.world import PAID_AT, World
from workflows.words import REFUND_REQUESTED, Outcome

EVERYTHING = Filter()
FILTERS = (
    EVERYTHING,
    Filter(reason="nothing_paid_in_cash"),
    Filter(reason="already_refunded"),
    Filter(product="private_ca"),
    Filter(account_id="account-2"),
    Filter(resource_id="free"),
    Filter(requests_only=True),
    Filter(recorded_from=PAID_AT + timedelta(days=1)),
    Filter(recorded_to=PAID_AT + timedelta(days=1)),
    Filter(reason="window_closed", account_id="account-1", requests_only=True, recorded_from=PAID_AT),
    Filter(reason="quota_exhausted"),
)
WAYS = tuple(chain.from_iterable(combinations(DIMENSIONS, size) for size in range(1, len(DIMENSIONS) + 1)))


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Refusals for one reason and for several, of requests and of other events, on several days and accounts."""
    world = World(database_url)
    world.pay("paid")
    world.pay("free", cash_paid="0.00", coupon_paid="1.60", account_id="account-2")
    world.pay("ca", product="private_ca")
    world.tell("ca.enabled", "ca", level="root")
    world.tell("ca.reset", "ca")
    for name in ("free", "paid", "paid", "ca"):
        world.ask(name)
    world.later(days=1)
    world.ask("paid")
    world.tell("certificate.application_submitted", "paid")
    world.later(days=12)
    for name in ("free", "ca"):
        world.ask(name)
    yield world
    world.close()


def recorded(world: World) -> list[Refusal]:
    """Every refusal, read from the histories one by one; the last recorded first."""
    found = []
    for resource_id in ("paid", "free", "ca"):
        payment = questions.view(world.desk, resource_id).resource.payment
        with world.desk.store.reading() as connection:
            rows = [row for row in history.of_resource(connection, resource_id) if row.outcome == Outcome.REFUSED]
        found += [Refusal(row, payment.product, payment.order_id, payment.account_id) for row in rows]
    return sorted(found, key=lambda one: (one.row.recorded_at, one.row.resource_id, one.row.seq), reverse=True)


def passes(one: Refusal, wanted: Filter) -> bool:
    row = one.row
    return (
        wanted.reason in (None, *codes(one))
        and wanted.product in (None, one.product)
        and wanted.account_id in (None, one.account_id)
        and wanted.resource_id in (None, row.resource_id)
        and (row.event == REFUND_REQUESTED or not wanted.requests_only)
        and (wanted.recorded_from is None or row.recorded_at >= wanted.recorded_from)
        and (wanted.recorded_to is None or row.recorded_at < wanted.recorded_to)
    )


def codes(one: Refusal) -> list[str]:
    return [reason["code"] for reason in one.row.reasons]


def recounted(refusals: Sequence[Refusal], by: Sequence[str]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for one in refusals:
        for code in codes(one) if "reason" in by else [""]:
            values = {
                "reason": code,
                "product": one.product,
                "account": one.account_id,
                "day": one.row.recorded_at.date().isoformat(),
            }
            found[tuple(values[name] for name in by)] += 1
    return found


def test_the_world_holds_what_is_to_be_counted(world: World) -> None:
    found = recorded(world)
    assert len(found) == 8
    assert max(len(one.row.reasons) for one in found) > 1
    assert {one.row.event == REFUND_REQUESTED for one in found} == {True, False}


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_what_is_listed_is_what_history_says(world: World, wanted: Filter) -> None:
    expected = [one for one in recorded(world) if passes(one, wanted)]
    assert list_refusals(world.desk, wanted, None, 100) == expected
    assert len(expected) > 0 or wanted.reason == "quota_exhausted"


def test_pages_follow_one_another(world: World) -> None:
    """Several refusals stand at the same instant, and one resource has several."""
    expected, found = recorded(world), list[Refusal]()
    while page := list_refusals(world.desk, EVERYTHING, place(found), 2):
        found += page
    assert found == expected


def place(found: Sequence[Refusal]) -> Place | None:
    return Place(found[-1].row.recorded_at, found[-1].row.resource_id, found[-1].row.seq) if found else None


def test_counts_are_those_of_a_recount(world: World) -> None:
    everything = recorded(world)
    for wanted in FILTERS:
        chosen = [one for one in everything if passes(one, wanted)]
        asked = [one for one in chosen if one.row.event == REFUND_REQUESTED]
        for by in WAYS:
            counts = count_refusals(world.desk, wanted, by, 1000)
            found = {tuple(one.by[name] for name in by): (one.refusals, one.requests) for one in counts.largest}
            requests = recounted(asked, by)
            assert found == {key: (number, requests[key]) for key, number in recounted(chosen, by).items()}
            assert (counts.refusals, counts.requests) == (len(chosen), len(asked))
            assert counts.groups == len(found)


def test_the_largest_groups_come_first_and_all_are_counted(world: World) -> None:
    counts = count_refusals(world.desk, EVERYTHING, ("account",), 1)
    assert [dict(one.by) for one in counts.largest] == [{"account": "account-1"}]
    assert (counts.groups, counts.refusals) == (2, 8)


def test_the_summary_counts_in_the_same_way(world: World) -> None:
    found = {one.by["reason"]: one.refusals for one in summary(world.desk).refusals}
    assert found == {key: number for (key,), number in recounted(recorded(world), ("reason",)).items()}
    assert all(one.example for one in summary(world.desk).refusals)


@pytest.mark.parametrize(
    ("wanted", "by", "named"),
    [
        (Filter(reason="no_such_code"), ("reason",), "no_such_code"),
        (Filter(product="no_such_product"), ("reason",), "no_such_product"),
        (Filter(recorded_from=PAID_AT, recorded_to=PAID_AT), ("reason",), "is empty"),
        (EVERYTHING, ("week",), "week"),
        (EVERYTHING, ("day", "day"), "each once"),
        (EVERYTHING, (), "is empty"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said(world: World, wanted: Filter, by: Sequence[str], named: str) -> None:
    with pytest.raises(BadQuestionError, match=named):
        count_refusals(world.desk, wanted, by, 10)


def test_over_http(world: World) -> None:
    with TestClient(create_app(Wired(world.desk, Settings(), None, world.clock))) as client:
        found: list[dict[str, Any]] = []
        following = ""
        while following is not None:
            page = client.get("/v1/refusals", params={"limit": 3} | ({"cursor": following} if following else {})).json()
            found, following = found + page["items"], page["next"]
        told = [(one["resource_id"], one["seq"], one["account_id"]) for one in found]
        assert told == [(one.row.resource_id, one.row.seq, one.account_id) for one in recorded(world)]
        asked = client.get("/v1/refusals", params={"event": "requests", "product": "private_ca"}).json()["items"]
        assert [one["resource_id"] for one in asked] == ["ca", "ca"]
        counts = client.get("/v1/refusals/counts", params={"by": "product,day", "limit": 1}).json()
        assert counts["by"] == ["product", "day"] and counts["refusals"] == 8 and len(counts["items"]) == 1
        for query in (
            "by=week", "by=", "by=day,day", "reason=x", "product=x", "recorded_from=yesterday", "limit=0", "event=some",
            "recorded_from=2026-03-02T00:00:00Z&recorded_to=2026-03-01T00:00:00Z", "account_id=%00",
        ):  # fmt: skip
            answer = client.get(f"/v1/refusals/counts?{query}")
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), query
        for cursor in ("AAAA", "x", "eA", "MjAyNi0wMy0wMVQwMDowMDowMFogeCB5"):
            assert client.get("/v1/refusals", params={"cursor": cursor}).status_code == 400


def test_on_the_command_line(world: World, database_url: str) -> None:
    run = CliRunner(env={"REFUNDRY_DATABASE_URL": database_url, "COLUMNS": "120"})
    told = run.invoke(command_line, ["refusals"])
    assert (
        told.exit_code == 0 and "nothing_paid_in_cash" in told.output and "8 refusals in all, 6 of them" in told.output
    )
    told = run.invoke(command_line, ["refusals", "--by", "account,day", "--top", "1"])
    assert "the largest 1 of 5 groups" in told.output
    told = run.invoke(command_line, ["refusals", "--until", "2026-02-01T00:00:00Z"])
    assert told.output == "nothing was refused\n"
    told = run.invoke(
        command_line, ["refusals", "--json", "--account", "account-2", "--reason", "nothing_paid_in_cash"]
    )
    assert '"refusals": 2' in told.output
    told = run.invoke(command_line, ["refusals", "--product", "none"])
    assert told.exit_code != 0 and isinstance(told.exception, BadQuestionError)
