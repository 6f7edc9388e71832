"""The rules' pages: versions in words, what one changes of another, and what if they were otherwise."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote, urljoin

import httpx2 as httpx
import pytest

from entrypoints.dashboard import what_if
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.dashboard.conftest import NOW, RULES, Tell
from tests.dashboard.figures import figures, recount
from tests.dashboard.test_pages import base_of, text_of
from tests.databases import quick_engine
from tests.robustness.tellings import paid
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

ODD = "next / 100% {x}"
NEXT = f"""
version = "{ODD}"
effective_from = 2026-04-01T00:00:00Z
late_arrival = "90m"
[window]
days = 14
[review]
above = {{ EUR = "450.00" }}
[promotions."{{braces}}"]
refundable = false
[promotions.three]
window_days = 3
"""


@pytest.fixture
def desk(any_database_url: str, clock: SetClock) -> Iterator[Desk]:
    """A desk that knows a version in force and one to come."""
    opened = open_desk(quick_engine(any_database_url), CATALOGUE, [parse_rules(RULES), parse_rules(NEXT)], clock)
    yield opened
    opened.store.close()


def test_versions_are_told_in_words_with_their_times(browser: httpx.Client) -> None:
    shown = text_of(browser.get("/rules"))
    assert "In force: tested" in shown and f"{ODD} To come" in shown
    assert "General refund rules: Refund period" in shown
    for change in (
        "Refund window: 7 days → 14 days",
        "A second person decides above, USD: 500.00 USD → not set",
        "A second person decides above, EUR: not set → 450.00 EUR",
        "Late word is taken for: 1 hour → 90 minutes",
        "Promotion {braces}: not set → not refundable",
        "Refund window of promotion three: not set → 3 days",
    ):
        assert change in shown, change


def test_any_two_versions_are_compared(browser: httpx.Client) -> None:
    back = text_of(browser.get("/rules", params={"before": ODD, "after": "tested"}))
    assert f"From {ODD} to tested" in back and "Refund window: 14 days → 7 days" in back
    assert "Their terms are the same." in text_of(browser.get("/rules?before=tested&after=tested"))
    assert browser.get("/rules?before=tested&after=none").status_code == 404


def test_a_version_of_any_name_has_its_page(browser: httpx.Client) -> None:
    listed = browser.get("/rules")
    link = re.search(r'class="row-link wrap" href="(rules/[^"]+)"', listed.text)
    assert link
    page = browser.get(urljoin(base_of(listed), unescape(link[1])))
    assert page.status_code == 200
    assert "Refunded within 3 days instead of 14 days." in text_of(page)
    assert "Not refunded at all." in text_of(page)
    assert 'version = "next / 100% {x}"' in unescape(page.text)
    assert "What if it had been in force?" in text_of(page)
    missing = browser.get("/rules/other")
    assert (missing.status_code, "there are next" in text_of(missing)) == (404, True)


def test_every_number_of_a_what_if_is_a_recount(browser: httpx.Client, desk: Desk, clock: SetClock, tell: Tell) -> None:
    """Two weeks instead of one: who was paid for up to two weeks ago, and did not ask, can again."""
    prices = ("1.60", "900.00", "3.20")
    days = range(15, 29)
    tell(*(paid(f"c-{day}", cash_paid=prices[day % 3], time=f"2026-02-{day}T10:00:00Z") for day in days))
    clock.advance(NOW)
    page = browser.get("/what-if?window.days=14&product=ssl_certificate&since=2026-02-10T00:00")
    shown = figures(page.text)
    closed = "FROM resource WHERE deadline_at <= :now AND paid_at > :fortnight"
    values = {"now": "2026-03-02 12:00:00.000000+00:00", "fortnight": "2026-02-16 00:00:00.000000+00:00"}
    number, minor = recount(desk, f"SELECT COUNT(*), SUM(cash_minor) {closed}", **values)[0]
    every = recount(desk, "SELECT COUNT(*) FROM resource")[0][0]
    assert shown == {
        "changed": str(number), "resources": str(every), "gained": str(number), "lost": "0", "otherwise": "0",
        "deadlines": str(every), "kind:unavailable:possible": str(number),
    }  # fmt: skip
    assert int(str(number)) > 5
    difference = re.search(r'\+ <data class="money" value="([0-9.]+)" data-currency="USD"', page.text)
    assert difference and round(float(difference[1]) * 100) == minor
    assert (
        "refundry simulate cohort --set window.days=14 --since 2026-02-10T00:00:00Z --product ssl_certificate"
        in text_of(page)
    )
    link = re.search(r'href="(what-if/changed.csv[^"]+)"', page.text)
    assert link
    csv = browser.get(urljoin(base_of(page), unescape(link[1])))
    assert len(csv.text.splitlines()) == int(str(number)) + 1


@pytest.mark.usefixtures("world")
def test_who_would_lose_is_told(browser: httpx.Client) -> None:
    page = browser.get("/what-if", params={"more": 'review.above.USD="1.00"\nmoney.coupon_allocation=proportional'})
    assert page.status_code == 200
    shown = figures(page.text)
    assert shown["resources"] == "5" and int(shown["otherwise"]) > 0
    assert "--set 'review.above.USD=\"1.00\"'" in text_of(page)
    kept = browser.get("/what-if", params={"suppose": ODD})
    assert f"--suppose-version '{ODD}'" in text_of(kept)


@pytest.mark.usefixtures("world")
def test_only_the_first_are_told_again_and_the_page_says_so(
    browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "MOST", 2)
    page = browser.get("/what-if?window.days=14")
    assert figures(page.text)["resources"] == "2"
    assert "Only the first are told again" in text_of(page)
    nobody = text_of(browser.get("/what-if?window.days=14&account_id=nobody"))
    assert "There is nobody in this cohort" in nobody and "Only the first" not in nobody


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("window.days=0", "a number of days from 1 to"),
        ("window.days=many", "a number of days from 1 to"),
        ("late_arrival=soon", "is not a duration"),
        ("review.above.USD=lots", "is not an amount"),
        ("window.zone=Moon", "IANA zone"),
        ("more=nonsense", "is no change of a setting"),
        ("more=colour=red", "unknown setting colour"),
        ("window.days=9&since=then", "is not an RFC 3339 instant"),
        ("window.days=9&suppose=tested", "rules are supposed in one way at a time"),
        ("suppose=none", "the versions kept are"),
        ("window.days=9&product=toaster", "it must be one of"),
    ],
)
def test_what_cannot_be_supposed_is_said_over_the_form_as_it_was_filled_in(
    browser: httpx.Client, query: str, complaint: str
) -> None:
    page = browser.get(f"/what-if?{quote(query, safe='=&.')}")
    assert page.status_code == 400
    assert complaint in text_of(page)
    assert browser.get(f"/what-if/changed.csv?{quote(query, safe='=&.')}").status_code == 400
    name, _, value = query.partition("&")[0].partition("=")
    assert f'name="{name}"' in page.text and value in unescape(page.text)


def test_the_form_says_what_holds_now(browser: httpx.Client) -> None:
    page = browser.get("/what-if")
    assert page.status_code == 200 and not figures(page.text)
    assert "Now 7 days" in text_of(page) and "Now 500.00 USD" in text_of(page)
