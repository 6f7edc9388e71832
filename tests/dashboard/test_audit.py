"""The page of audit: what people decided, from everywhere in one order, and records that were tampered with."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import httpx2 as httpx
import pytest
from sqlalchemy import text

from entrypoints.http.parameters import to_cursor
from persistence.audit import Wanted
from service import audit, bulk, bulk_previews, letters, refunds, switches
from service.clock import SetClock
from service.desk import Desk
from tests.dashboard.test_pages import text_of
from tests.dashboard.unsettled import say
from tests.robustness.tellings import told

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def decided(world: None, browser: httpx.Client, desk: Desk, clock: SetClock) -> None:
    """One decision of each kind, minute by minute, and a refund that Refundry declined by itself."""
    managed = replace(desk, account_managers=frozenset({"ann", "bob"}))

    def later() -> None:
        clock.advance(clock.now() + timedelta(minutes=1))

    with managed.store.writing() as connection:
        refunds.ask(managed, connection, ["dear", "gate"], "customer")
        refunds.override(managed, connection, "used", "ann", "they <insist>", "1.00")
    later()
    for asked, approve in (("dear", False), ("used", True)):
        [view] = refunds.list_refunds(managed, refunds.Filter(resource_id=asked), None, 1)
        refunds.decide(managed, view.listed.refund.id, "bob", approve=approve, reason="looked at", amount=None)
        later()
    assert say(browser, told("certificate.issued", "plain", "early")) == ["parked"]
    [parked] = letters.page(managed, letters.Filter("parked"), None, 1)
    letters.discard(managed, parked.event.arrival or 0, "ann", "by mistake: twice")
    later()
    switches.turn(managed, "provider", "sandbox", "bob", "it pays twice", stop=True)
    later()
    run = bulk_previews.preview(managed, ("plain",), {"ids": ["plain"]}, "ann")
    bulk.start(managed, run.id, "ann", "key-1")
    later()
    assert say(browser, told("gateway.quota_consumed", "gate", "rest", units=240)) == ["applied"]


def kinds(page: httpx.Response) -> list[str]:
    """What each decision of the list is called, in its order."""
    rows = re.findall(r'data-label="Decision" class="lead"><span[^>]*><svg.*?</svg>([^<]+)<', page.text)
    return [unescape(one) for one in rows]


@pytest.mark.usefixtures("decided")
def test_what_people_decided_stands_in_one_order(browser: httpx.Client) -> None:
    page = browser.get("/audit")
    assert kinds(page) == ["In bulk", "Switched to stop", "Discarded", "Approved", "Declined", "Override"]
    assert "by mistake: twice" in text_of(page) and "they &lt;insist&gt;" in page.text
    assert kinds(browser.get("/audit?actor=bob")) == ["Switched to stop", "Approved", "Declined"]
    assert kinds(browser.get("/audit?actor=ann&kind=discarded")) == ["Discarded"]
    assert kinds(browser.get("/audit?kind=approved")) == ["Approved"]
    assert "Nothing matches" in text_of(browser.get("/audit?actor=an"))


@pytest.mark.usefixtures("decided")
def test_decisions_are_met_once_whatever_the_page_s_length(desk: Desk) -> None:
    everything = audit.trail(desk, Wanted(), None, 100)
    assert len(everything) == 6
    seen, after = [], None
    while some := audit.trail(desk, Wanted(), after, 1):
        seen += some
        after = some[-1].place
    assert seen == everything


@pytest.mark.usefixtures("decided")
def test_decisions_of_one_instant_are_told_apart(desk: Desk) -> None:
    """Behind each stand exactly those that the whole list has behind it."""
    at = audit.trail(desk, Wanted(), None, 100)[-1].place.at
    first = "(SELECT MIN(recorded_at) FROM history WHERE event = 'refund.override_requested')"
    with desk.store.writing() as connection:
        connection.execute(text(f"UPDATE switch_change SET changed_at = {first}"))
        connection.execute(text(f"UPDATE inbox SET resolved_at = {first} WHERE outcome = 'discarded'"))
    everything = audit.trail(desk, Wanted(), None, 100)
    assert [one.kind for one in everything if one.place.at == at] == ["override", "discarded", "switched"]
    for index, one in enumerate(everything):
        assert audit.trail(desk, Wanted(), one.place, 100) == everything[index + 1 :]


def test_records_that_were_tampered_with_are_found_out(browser: httpx.Client, desk: Desk) -> None:
    assert "Everything holds." in text_of(browser.get("/audit?check=newest"))
    assert "Everything holds." in text_of(browser.get("/audit?resource=gate"))
    with desk.store.writing() as connection:
        connection.execute(text("UPDATE resource SET paid_out_minor = 1 WHERE id = 'plain'"))
    for path in ("/audit?check=newest", "/audit?resource=plain"):
        page = browser.get(path)
        assert "The records are not whole." in text_of(page)
        assert "expected paid_out_minor 0 , found paid_out_minor 1" in text_of(page)
    assert "Everything holds." in text_of(browser.get("/audit?resource=gate"))


def test_what_cannot_be_understood_is_said(browser: httpx.Client) -> None:
    for query, status in {"kind=x": 400, "check=x": 400, "cursor=AAAA": 400, "resource=nobody": 404}.items():
        page = browser.get(f"/audit?{query}")
        assert (page.status_code, 'role="alert"' in page.text) == (status, True), query


@pytest.mark.parametrize("told", ['["2026-01-01T00:00:00Z",9,1]', '["2026-01-01T00:00:00Z",1,"x"]', "[1]", "{}", "1"])
def test_a_cursor_that_is_none_is_refused(browser: httpx.Client, told: str) -> None:
    assert browser.get("/audit", params={"cursor": to_cursor(told)}).status_code == 400
