"""Every number of the reviews' pages is what plain SQL counts, on both databases."""

import re

import httpx2 as httpx
import pytest

from scheduler.live import fold_all
from service.desk import Desk
from tests.dashboard.conftest import Tell
from tests.dashboard.figures import figures, recount
from tests.dashboard.test_reviews import REQUESTED
from tests.robustness.tellings import paid, told
from workflows.money import format_amount

WAITING = (
    "SELECT resource.product, resource.currency, COUNT(*), SUM(refund.amount_minor) FROM refund "
    "JOIN resource ON resource.id = refund.resource_id WHERE refund.status = 'in_review' GROUP BY 1, 2"
)


@pytest.fixture
def any_database_url(database_url: str) -> str:
    """Both kinds of database, each time."""
    return database_url


@pytest.fixture
def lively(world: None, tell: Tell) -> None:
    """Reviews of three products in three currencies, one of them amended since, one declined by itself."""
    tell(
        paid("yen", "private_ca", currency="JPY", cash_paid="900"),
        *(paid(f"dear-{number}", cash_paid="600.50") for number in range(3)),
        paid("euro", cash_paid="0.90", currency="EUR", promotion="unheard_of"),
        paid("spent", "https_acceleration_gateway", quota_units=10),
        told("gateway.domain_added", "spent", "s1", "2026-03-01T11:00:00Z"),
        told("gateway.quota_consumed", "spent", "s2", "2026-03-01T12:00:00Z", units=9),
    )
    names = ("gate", "dear", "dear-0", "dear-1", "euro", "yen", "spent", "plain")
    tell(*(told(REQUESTED, name, f"r-{name}", "2026-03-02T10:00:00Z", requested_by="c") for name in names))
    tell(
        told("gateway.quota_consumed", "gate", "q2", "2026-03-02T11:00:00Z", units=33),
        told("gateway.quota_consumed", "spent", "s3", "2026-03-02T11:00:00Z", units=1),
    )


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.usefixtures("lively")
def test_the_queues_numbers(browser: httpx.Client, desk: Desk, folded: bool) -> None:
    if folded:
        fold_all(desk)
    waiting = recount(desk, WAITING)
    assert {row[0] for row in waiting} == {"https_acceleration_gateway", "ssl_certificate"}
    for product in (None, "https_acceleration_gateway", "ssl_certificate", "private_ca"):
        page = browser.get("/reviews", params={} if product is None else {"product": product}).text
        among = [row for row in waiting if product in (None, row[0])]
        assert figures(page) == {"reviews": str(sum(int(str(row[2])) for row in among))}
        assert sums(page) == totals(among)
        tabs = dict(re.findall(r'href="reviews\?product=(\w+)"[^>]*>[^<]*<span class="count">(\d+)</span>', page))
        assert {key: number for key, number in tabs.items() if number != "0"} == by_product(waiting)
        assert f'href="reviews"{"" if product else " aria-current=" + chr(34) + "true" + chr(34)}>All ' in page


@pytest.mark.usefixtures("lively")
def test_each_rows_amount(browser: httpx.Client, desk: Desk) -> None:
    page = browser.get("/reviews").text
    rows = re.findall(r'data-key="(rf_\w+)".*?<data class="money" value="([\d.]+)" data-currency="(\w+)"', page, re.S)
    stored = recount(
        desk,
        "SELECT refund.id, amount_minor, resource.currency FROM refund JOIN resource ON resource.id = resource_id "
        "WHERE status = 'in_review' ORDER BY requested_at, refund.id",
    )
    assert rows == [(id_, format_amount(int(str(minor)), str(currency)), currency) for id_, minor, currency in stored]


@pytest.mark.usefixtures("lively")
def test_the_decisions_numbers(browser: httpx.Client, desk: Desk) -> None:
    [[refund_id, minor]] = recount(desk, "SELECT id, amount_minor FROM refund WHERE resource_id = 'gate'")
    page = browser.get(f"/reviews/{refund_id}").text
    now = format_amount(int(str(minor)), "USD")
    assert now == "1.10"  # 1.60 less 93 of 300 units, rounded down
    assert f'name="amount" value="{now}"' in page
    assert set(re.findall(r'<data class="money" value="([\d.]+)"', page)) == {"1.60", "1.28", now, "0.20", "1.40"}
    assert "60 consumed ÷ 300 units" in page and "93 consumed ÷ 300 units" in page


def sums(page: str) -> dict[str, str]:
    found = re.findall(r'data-sum="[\w:]+:(\w{3})"><data class="money" value="([\d.]+)"', page)
    return dict(found)


def totals(rows: list[tuple[object, ...]]) -> dict[str, str]:
    found: dict[str, int] = {}
    for _, currency, _, minor in rows:
        found[str(currency)] = found.get(str(currency), 0) + int(str(minor))
    return {currency: format_amount(minor, currency) for currency, minor in found.items()}


def by_product(rows: list[tuple[object, ...]]) -> dict[str, str]:
    found: dict[str, int] = {}
    for product, _, number, _ in rows:
        found[str(product)] = found.get(str(product), 0) + int(str(number))
    return {product: str(number) for product, number in found.items()}
