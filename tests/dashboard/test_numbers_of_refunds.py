"""Every number of the refunds' pages is what plain SQL counts, on both databases."""

import re
from datetime import timedelta

import httpx2 as httpx
import pytest

from scheduler.live import fold_all
from scheduler.sweeps import sweep_until
from service.clock import SetClock
from service.desk import Desk
from tests.dashboard.conftest import NOW, Tell
from tests.dashboard.figures import figures, recount
from tests.dashboard.test_numbers_of_reviews import sums
from tests.dashboard.test_refunds import REFERENCES
from tests.dashboard.test_reviews import REQUESTED
from tests.robustness.tellings import paid, told
from workflows.money import format_amount
from workflows.words import RefundStatus


@pytest.fixture
def any_database_url(database_url: str) -> str:
    """Both kinds of database, each time."""
    return database_url


@pytest.fixture
def lively(world: None, tell: Tell, desk: Desk, clock: SetClock) -> None:
    """Refunds of every fate in three currencies: asked on two days, tried, some in review, one declined by itself."""
    products = ("ssl_certificate", "private_ca", "message_notification")
    for number, reference in enumerate((*REFERENCES, *REFERENCES, "sandbox_reversed_1d", "sandbox_ok")):
        payment = {"provider": "sandbox", "reference": reference}
        currency, product = ("USD", "EUR", "JPY")[number % 3], products[number % 2]
        name, day = f"r-{number}", 1 + number % 2
        tell(
            paid(name, product, currency=currency, cash_paid=str(100 + number), payment=payment, account_id="many"),
            told(REQUESTED, name, f"ask-{number}", f"2026-03-0{day}T11:00:00Z", requested_by="c"),
        )
    tell(*(told(REQUESTED, name, f"ask-{name}", "2026-03-02T11:00:00Z", requested_by="c") for name in ("gate", "dear")))
    sweep_until(desk, clock, NOW + timedelta(minutes=90))
    tell(told("gateway.quota_consumed", "gate", "last", "2026-03-02T11:30:00Z", units=240))
    fold_all(desk)


QUERIES = {
    "": "1 = 1",
    "product=private_ca": "resource.product = 'private_ca'",
    "currency=EUR": "resource.currency = 'EUR'",
    "product=ssl_certificate&currency=USD": "resource.product = 'ssl_certificate' AND resource.currency = 'USD'",
    "account_id=many": "resource.account_id = 'many'",
    "provider=sandbox&product=private_ca": "resource.provider = 'sandbox' AND resource.product = 'private_ca'",
    "since=2026-03-02": "requested_at >= '2026-03-02 00:00:00'",
    "until=2026-03-01": "requested_at < '2026-03-02 00:00:00'",
}


@pytest.mark.usefixtures("lively")
def test_the_lists_numbers(browser: httpx.Client, desk: Desk) -> None:
    for query, condition in QUERIES.items():
        counted = recount(
            desk,
            "SELECT status, resource.currency, COUNT(*), SUM(amount_minor) FROM refund "
            f"JOIN resource ON resource.id = resource_id WHERE {condition} GROUP BY 1, 2",
        )
        assert counted, query
        check_tabs(browser, query, counted)


def check_tabs(browser: httpx.Client, query: str, counted: list[tuple[object, ...]]) -> None:
    """The counts of all tabs, and on each the number of its refunds, the rows there are, and their sums."""
    numbers = {status.value: 0 for status in RefundStatus}
    for status, _, number, _ in counted:
        numbers[str(status)] += int(str(number))
    for status, number in {**numbers, "": sum(numbers.values())}.items():
        page = browser.get(f"/refunds?{query}&status={status}").text
        assert figures(page) == {"refunds": str(number)}, (query, status)
        assert page.count("<tr data-row") == number
        tabs = re.findall(r'href="refunds\?([^"]*)"[^>]*>[^<]*<span class="count">(\d+)</span>', page)
        assert {found[1]: int(n) for told, n in tabs if (found := re.search(r"status=(\w+)", told))} == numbers
        if not set(query.split("=")) & {"account_id", "since", "until", "provider"}:
            expected = {str(of): int(str(minor)) for st, of, _, minor in counted if st == status}
            assert sums(page) == {of: format_amount(minor, of) for of, minor in expected.items() if minor}


@pytest.mark.usefixtures("lively")
def test_a_refunds_numbers(browser: httpx.Client, desk: Desk) -> None:
    found = recount(
        desk,
        "SELECT refund.id, amount_minor, cash_minor, resource.currency, "
        "(SELECT COUNT(*) FROM attempt WHERE attempt.refund_id = refund.id), "
        "(SELECT MIN(tries) FROM outbox WHERE outbox.resource_id = resource.id AND done_at IS NULL "
        "AND outbox.kind IN ('pay', 'ask')), refund.status FROM refund JOIN resource ON resource.id = resource_id",
    )
    assert len(found) == 14
    for id_, minor, cash, currency, attempts, tries, status in found:
        page = browser.get(f"/refunds/{id_}").text
        expected = {"attempts": str(attempts)} if attempts else {}
        if tries and status in ("processing", "in_doubt", "approved"):
            expected["tries"] = str(tries)
        assert figures(page) == expected, id_
        shown = set(re.findall(r'<data class="money" value="([\d.]+)" data-currency="(\w+)"', page))
        assert {(format_amount(int(str(one)), str(currency)), currency) for one in (minor, cash)} <= shown
