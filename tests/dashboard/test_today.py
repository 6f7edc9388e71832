"""The page on which a day begins: what needs a person, where it is done, and how calm it is where nothing does."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx2 as httpx
import pytest

from service.clock import SetClock
from service.needs import DOUBT_AFTER, PARKED_AFTER, PAYOUT_AFTER
from service.today import LATE_AFTER
from tests.dashboard.conftest import NOW, Tell
from tests.dashboard.figures import figures
from tests.dashboard.test_pages import text_of
from tests.robustness.tellings import BATCH, paid, told

RULES = Path(__file__).parents[2] / "ops" / "prometheus" / "refundry.rules.yml"


def tasks_of(page: httpx.Response) -> dict[str, str]:
    """Where each task leads, by the name of its figure."""
    found = re.findall(r'<li class="task .*?data-figure="([^"]+)".*?<a class="button" href="([^"]+)"', page.text, re.S)
    return {key: unescape(link) for key, link in found}


def test_an_empty_store_is_calm_and_says_what_comes(browser: httpx.Client) -> None:
    page = browser.get("/")
    assert tasks_of(page) == figures(page.text) == {}
    assert "Nothing needs a person now" in text_of(page)
    assert "There is no refund in doubt for more than 6 h" in text_of(page)
    assert "No resource yet" in text_of(page)


@pytest.mark.usefixtures("world")
def test_what_waits_leads_to_where_it_is_done(browser: httpx.Client, clock: SetClock) -> None:
    early = told("certificate.issued", "plain", "early")
    browser.post("/v1/events", json=[early, told("refund.requested", "dear", "ask")], headers=BATCH)
    clock.advance(NOW + PARKED_AFTER)
    assert tasks_of(browser.get("/")) == {"reviews": "reviews", "parked": "events?kind=parked"}
    browser.post("/v1/events", json=[told("x", "y", "z")], headers=BATCH)
    clock.advance(NOW + timedelta(hours=24))
    browser.post("/v1/events", json=[told("certificate.application_submitted", "plain", "s")], headers=BATCH)
    page = browser.get("/")
    assert tasks_of(page) == {"reviews": "reviews", "dead": "events?kind=dead"}
    assert "1 refund waits for a decision" in text_of(page)
    assert "1 event fitted nowhere for a day" in text_of(page)


@pytest.mark.usefixtures("world")
def test_windows_about_to_close_lead_to_the_list_of_just_these(browser: httpx.Client, clock: SetClock) -> None:
    clock.advance(NOW.replace(day=8, hour=6))
    page = browser.get("/")
    assert figures(page.text)["closing"] == "1"
    assert "1 window closes within 24 hours with a step missing : 1.60 USD at stake" in text_of(page)
    listed = browser.get(urljoin(str(page.url), tasks_of(page)["closing"]))
    assert re.findall(r'data-key="([^"]+)"', listed.text) == ["issued"]
    assert "1 resource matches" in text_of(listed)


@pytest.mark.usefixtures("world")
def test_what_may_still_go_out_is_a_sentence_of_each_currency(browser: httpx.Client, tell: Tell) -> None:
    tell(paid("yen", currency="JPY", cash_paid="500"))
    page = text_of(browser.get("/"))
    assert (
        "This week 902.88 USD may still go out, and 1.60 USD more once a step that is missing has been taken." in page
    )
    assert "This week 500 JPY may still go out." in page
    browser.post("/v1/events", json=[told("refund.requested", "yen", "ask")], headers=BATCH)
    assert "Nothing more may be asked for in JPY. 500 JPY is on its way already." in text_of(browser.get("/"))


@pytest.mark.usefixtures("world")
def test_a_chart_tells_the_same_in_a_table(browser: httpx.Client) -> None:
    page = browser.get("/")
    assert figures(page.text)["exposure:USD:available:2026-03-08"] == "160"
    assert figures(page.text)["exposure:USD:review_required:2026-03-08"] == "90128"
    drawn = re.search(r'data-chart="([^"]+)"', page.text)
    assert drawn and '"values": [901.28]' in unescape(drawn[1])


@pytest.mark.usefixtures("world")
def test_links_to_pages_that_exist_lead_there(browser: httpx.Client) -> None:
    browser.post("/v1/events", json=[told("refund.requested", "dear", "ask")], headers=BATCH)
    for path in ("/", "/settings"):
        page = browser.get(path)
        base = re.search(r'<base href="([^"]+)">', page.text)
        assert base
        for link in set(re.findall(r'href="([^"#]+)', page.text)):
            target = urljoin(urljoin(str(page.url), base[1]), unescape(link))
            assert browser.get(target).status_code == 200, target


def test_what_is_long_is_what_the_alerts_call_so() -> None:
    alerts = RULES.read_text(encoding="utf-8")
    for expression, seconds, limit in (
        ('{what="doubt"} > 6 * 3600', 6 * 3600, DOUBT_AFTER),
        ("refundry_payouts_overdue_seconds > 1800", 1800, PAYOUT_AFTER),
        ("refundry_work_overdue_seconds > 900", 900, LATE_AFTER),
    ):
        assert expression in alerts
        assert limit.total_seconds() == seconds
