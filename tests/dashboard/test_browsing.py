"""Leafing through resources on either database: every order, both ways, counted, and found by how names begin."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from persistence import browsing as persisted
from persistence.browsing import Kind, Order, Sorting
from persistence.listing import Filter, Listed
from persistence.search import Sort
from scheduler.sweeps import sweep_until
from service import browsing
from service.clock import SetClock
from service.desk import Desk
from service.ingest import Message, ingest
from service.opening import open_desk
from tests.databases import quick_engine
from tests.robustness.tellings import paid, told
from workflows.instants import instant_text
from workflows.products import CATALOGUE

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
COUNT = 23
ODD = ("100%", "100x", "a_b", "axb", "A", "a", "a/b", "😀", "x" * 256, "'")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    opened = open_desk(quick_engine(database_url), CATALOGUE, [], SetClock(NOW))
    yield opened
    opened.store.close()


def tell(desk: Desk, *events: dict[str, object]) -> None:
    assert {result.outcome.value for result in ingest(desk, [Message(event) for event in events])} == {"applied"}


@pytest.fixture
def many(desk: Desk) -> Desk:
    """Resources with equal deadlines and equal amounts among them, in two currencies."""
    tell(
        desk,
        *(
            paid(
                f"r-{number:02}",
                time=instant_text(NOW - timedelta(hours=(number * 7) % 40)),
                cash_paid=f"{number % 4}.00",
                currency=("USD", "EUR")[number % 2],
                order_id=f"order-{number % 5}",
            )
            for number in range(COUNT)
        ),
    )
    return desk


def walked(desk: Desk, wanted: Filter, sorting: Sorting, *, back: bool) -> list[str]:
    """Every id met from the first page to the last, or from the last page back to the first."""
    mark, seen = None, list[str]()
    pages = []
    while True:
        page = browsing.leaf(desk, wanted, sorting, mark, 5).page
        pages.append(page)
        if page.after is None:
            break
        mark = page.after
    if not back:
        return [one.resource.id for page in pages for one in page.items]
    page = pages[-1]
    while True:
        seen = [one.resource.id for one in page.items] + seen
        if page.before is None:
            return seen
        page = browsing.leaf(desk, wanted, sorting, page.before, 5).page


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", Order)
def test_every_resource_is_met_once_in_order_both_ways(many: Desk, order: Order, descending: bool) -> None:
    wanted, sorting = Filter(at=NOW), Sorting(order, descending)
    there = walked(many, wanted, sorting, back=False)
    everything = {one.resource.id: one.resource for one in browsing.leaf(many, wanted, sorting, None, 100).page.items}
    keys = {
        Order.DEADLINE: lambda id_: (everything[id_].deadline_at, id_),
        Order.PAID: lambda id_: (everything[id_].payment.paid_at, id_),
        Order.AMOUNT: lambda id_: (everything[id_].payment.currency, everything[id_].payment.cash_minor, id_),
    }
    assert there == sorted(everything, key=keys[order], reverse=descending)
    assert len(there) == COUNT
    assert walked(many, wanted, sorting, back=True) == there


def test_amounts_are_bounded_within_their_currency(many: Desk) -> None:
    wanted = Filter(at=NOW, currency="USD", least_minor=100, most_minor=200)
    found = browsing.leaf(many, wanted, Sorting(Order.AMOUNT), None, 100)
    assert {one.resource.payment.cash_minor for one in found.page.items} == {200}
    assert found.kinds is not None
    assert {kind.currency for kind in found.kinds} == {"USD"}


def test_kinds_are_counted_whatever_the_facets_choose(many: Desk) -> None:
    chosen = Filter(at=NOW, currency="EUR", availability="available")
    kinds = browsing.leaf(many, chosen, Sorting(Order.PAID), None, 1).kinds
    assert kinds is not None
    assert kinds.total() == COUNT
    assert kinds[Kind("ssl_certificate", "pending", "unavailable", "open", "USD")] == 6


def test_names_are_found_by_how_they_begin_letter_for_letter(desk: Desk) -> None:
    tell(desk, *(paid(name, order_id=f"of {name}"[:256]) for name in ODD))
    for beginning in ("100%", "a_", "a", "A", "😀", "x" * 200, "'", "a/"):
        wanted = Filter(at=NOW, begins=beginning)
        found = browsing.leaf(desk, wanted, Sorting(Order.PAID), None, 100).page.items
        assert {one.resource.id for one in found} >= {name for name in ODD if name.startswith(beginning)}
        assert {one.resource.id for one in found if not one.resource.payment.account_id.startswith(beginning)} == {
            name for name in ODD if name.startswith(beginning) and not "account-1".startswith(beginning)
        }


def test_a_whole_name_is_found_alone_and_a_beginning_among_all_sorts(many: Desk) -> None:
    assert [(hit.sort, hit.name) for hit in browsing.found(many, "r-01")] == [(Sort.RESOURCE, "r-01")]
    assert {hit.sort for hit in browsing.found(many, "order-")} == {Sort.ORDER}
    assert [hit.name for hit in browsing.found(many, "account")] == ["account-1"]
    assert len(browsing.found(many, "r-")) == browsing.MOST_HITS_OF_EACH
    assert not browsing.found(many, "R-01")


NARROWED: list[dict[str, Any]] = [
    {"state": "pending", "window": "closed"},
    {"product": "ssl_certificate", "currency": "EUR"},
    {"availability": "available", "least_minor": 100, "currency": "USD"},
    {"availability": "unavailable"},
    {"availability": "unavailable", "window": "open"},
    {"window": "open", "closing_before": NOW + timedelta(days=6, hours=13)},
    {"window": "claimed"},
    {"state": "refunded", "window": "claimed", "currency": "USD"},
    {"closing_before": NOW + timedelta(days=400), "product": "ssl_certificate"},
    {"begins": "r-1", "state": "pending"},
    {"account_id": "account-1", "availability": "refunded"},
    {"state": "issued"},
]


@pytest.mark.parametrize("days", [0, 7, 8, 30])
def test_what_a_filter_lets_through_is_what_it_asks(many: Desk, days: int) -> None:
    """On every shelf, whether or not the ends of windows are recorded yet; against the conditions one by one."""
    clock = many.clock
    assert isinstance(clock, SetClock)
    tell(
        many, *(told("refund.requested", f"r-{number:02}", f"ask-{number}", instant_text(NOW)) for number in (3, 9, 21))
    )
    if days == 30:
        sweep_until(many, clock, NOW + timedelta(days=20))
    at = NOW + timedelta(days=days)
    whole = browsing.leaf(many, Filter(at), Sorting(Order.PAID), None, 100).page.items
    assert len(whole) == COUNT
    for asked in NARROWED:
        wanted = Filter(at, **asked)
        right = {one.resource.id for one in whole if lets_through(one, asked, at)}
        for order in Order:
            found = walked(many, wanted, Sorting(order, descending=days == 7), back=False)
            assert len(found) == len(right) and set(found) == right, (asked, order)


def lets_through(one: Listed, asked: dict[str, Any], at: datetime) -> bool:
    payment = one.resource.payment
    facts = {"product": payment.product, "state": one.resource.state, "currency": payment.currency,
            "account_id": payment.account_id, "window": one.window, "availability": one.availability}  # fmt: skip
    if any(facts[name] != value for name, value in asked.items() if name in facts):
        return False
    if "closing_before" in asked and not (
        one.window == "open" and at < one.resource.deadline_at < asked["closing_before"]
    ):
        return False
    names = (one.resource.id, payment.order_id, payment.account_id)
    begun = any(name.startswith(asked.get("begins", "")) for name in names)
    return begun and payment.cash_minor >= asked.get("least_minor", 0)


def test_a_beginning_of_too_many_names_is_said_to_be_vague(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persisted, "MOST_COUNTED", COUNT - 1)
    assert browsing.leaf(many, Filter(at=NOW, begins="r-"), Sorting(Order.PAID), None, 5).vague
    assert not browsing.leaf(many, Filter(at=NOW, begins="r-0"), Sorting(Order.PAID), None, 5).vague
    bounded = Filter(at=NOW, currency="USD", least_minor=0)
    assert browsing.leaf(many, bounded, Sorting(Order.PAID), None, 5).kinds is not None
    assert browsing.leaf(many, Filter(at=NOW, account_id="account-1"), Sorting(Order.PAID), None, 5).kinds is None


def test_pages_and_beginnings_are_found_through_an_index(many: Desk) -> None:
    ordered = "SELECT id FROM resource WHERE (deadline_at, id) > ('2026-01-01', 'r') ORDER BY deadline_at, id LIMIT 5"
    with many.store.reading() as connection:
        if connection.dialect.name == "sqlite":
            begun = "SELECT id FROM resource WHERE order_id BETWEEN 'o' AND 'p'"
            plans = [list(connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))) for query in (ordered, begun)]
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            begun = "SELECT id FROM resource WHERE order_id LIKE 'o%'"
            plans = [list(connection.execute(text(f"EXPLAIN {query}"))) for query in (ordered, begun)]
    assert "resource_by_deadline" in str(plans[0])
    assert "resource_by_order" in str(plans[1])
