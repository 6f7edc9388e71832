"""The queue of reviews and the page on which one is decided: what is said, who may, and what happens to two at once."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import httpx2 as httpx
import pytest

from service.clock import SetClock
from service.desk import Desk
from service.reviews import review
from tests.dashboard.conftest import NOW, Tell
from tests.dashboard.test_pages import key_of, text_of
from tests.robustness.tellings import paid, told

pytestmark = pytest.mark.usefixtures("world")
REQUESTED = "refund.requested"


def act_as(browser: httpx.Client, name: str) -> None:
    browser.post("/actor", data={"actor": name})


def refund_of(browser: httpx.Client, resource_id: str) -> str:
    found = browser.get("/v1/refunds", params={"resource_id": resource_id}, headers={"accept": "application/json"})
    return str(found.json()["items"][-1]["id"])


@pytest.fixture
def asked(world: None, tell: Tell) -> None:
    """What is left of the gateway, and the dear certificate, asked for in this order."""
    tell(
        told(REQUESTED, "gate", "r-1", "2026-03-02T10:00:00Z", requested_by="customer-1"),
        told(REQUESTED, "dear", "r-2", "2026-03-02T11:00:00Z", requested_by="local"),
    )


def form_of(page: httpx.Response, word: str) -> dict[str, str]:
    """What a browser would send from the form that says this word."""
    form = re.search(rf'action="reviews/[^"]+/{word}"(.*?)</form>', page.text, re.DOTALL)
    assert form, f"no form to {word}"
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[1])}


def test_nobody_waits(browser: httpx.Client) -> None:
    assert "Nobody waits" in text_of(browser.get("/reviews"))


@pytest.mark.usefixtures("asked")
def test_the_queue_shows_who_waits_longest_first_and_why(browser: httpx.Client) -> None:
    page = browser.get("/reviews")
    gate, dear = refund_of(browser, "gate"), refund_of(browser, "dear")
    assert re.findall(r'data-key="([^"]+)"', page.text) == [gate, dear]
    shown = text_of(page)
    assert "60 of 300 units are consumed" in shown and "quota_consumed" in shown
    assert "900.00 USD is above the limit of 500.00 USD" in shown
    assert "by customer-1" in shown and "you asked for it" in shown
    only = browser.get("/reviews?product=ssl_certificate")
    assert re.findall(r'data-key="([^"]+)"', only.text) == [dear]
    assert "None of these waits" in text_of(browser.get("/reviews?product=private_ca"))
    assert browser.get("/reviews?product=toaster").status_code == 400
    assert browser.get("/reviews?cursor=AAAA").status_code == 400


@pytest.mark.usefixtures("asked")
def test_a_gateways_remainder_is_approved_and_the_next_one_shown(browser: httpx.Client, desk: Desk) -> None:
    gate, dear = refund_of(browser, "gate"), refund_of(browser, "dear")
    act_as(browser, "bob")
    page = browser.get(f"/reviews/{gate}")
    assert "Approve 1.28 USD" in text_of(page)
    form = form_of(page, "approve")
    answer = browser.post(f"/reviews/{gate}/approve", data=form)
    assert answer.headers["location"] == f"../../reviews/{dear}?done=approved"
    again = browser.post(f"/reviews/{gate}/approve", data=form)
    assert again.headers["location"].endswith("?done=decided-before")
    assert review(desk, gate, "bob").waiting.listed.refund.decided_by == "bob"
    decided = text_of(browser.get(f"/reviews/{gate}"))
    assert "bob approved it" in decided and "Go to the next one" in decided


@pytest.mark.usefixtures("asked")
def test_the_second_of_two_is_told_what_the_first_decided(browser: httpx.Client) -> None:
    gate = refund_of(browser, "gate")
    act_as(browser, "bob")
    bob = form_of(browser.get(f"/reviews/{gate}"), "approve")
    act_as(browser, "carol")
    carol = form_of(browser.get(f"/reviews/{gate}"), "decline")
    act_as(browser, "bob")
    assert browser.post(f"/reviews/{gate}/approve", data=bob).status_code == 303
    act_as(browser, "carol")
    late = browser.post(f"/reviews/{gate}/decline", data=carol | {"reason": "too much"})
    assert late.status_code == 409
    assert "no longer in review: it is approved" in text_of(late)
    assert "bob approved it" in text_of(late)
    assert "It no longer waits." in text_of(browser.get(f"/reviews/{gate}?seen=1.28"))


@pytest.mark.usefixtures("asked")
def test_declining_needs_a_reason_and_gives_the_resource_back(browser: httpx.Client) -> None:
    gate = refund_of(browser, "gate")
    act_as(browser, "bob")
    form = form_of(browser.get(f"/reviews/{gate}"), "decline")
    silent = browser.post(f"/reviews/{gate}/decline", data=form)
    assert (silent.status_code, "reason must be a text" in text_of(silent)) == (400, True)
    assert browser.post(f"/reviews/{gate}/decline", data=form | {"reason": "used <b>"}).status_code == 303
    page = browser.get(f"/refunds/{gate}")
    assert "A person has declined it." in text_of(page)
    assert "used &lt;b&gt;" in page.text
    assert "Asked for as In service" in text_of(page)


@pytest.mark.usefixtures("asked")
def test_who_asked_is_told_why_there_is_no_button(browser: httpx.Client) -> None:
    dear = refund_of(browser, "dear")
    page = browser.get(f"/reviews/{dear}")
    assert "local asked for this refund; a second person decides." in text_of(page)
    assert "/approve" not in page.text and "/decline" not in page.text
    forced = browser.post(f"/reviews/{dear}/approve", data={"key": "k", "amount": "900.00"})
    assert forced.status_code == 403


@pytest.mark.usefixtures("asked")
def test_what_has_changed_since_it_was_asked_for_is_named(browser: httpx.Client, tell: Tell) -> None:
    gate = refund_of(browser, "gate")
    act_as(browser, "bob")
    before = browser.get(f"/reviews/{gate}")
    assert "Nothing: the facts" in text_of(before)
    tell(told("gateway.quota_consumed", "gate", "q-2", "2026-03-02T11:30:00Z", units=60))
    shown = text_of(browser.get(f"/reviews/{gate}?seen=1.28"))
    assert "The amount has changed while you were looking. It is 0.96 USD now." in shown
    assert "Amount 1.28 USD became 0.96 USD" in shown
    assert "Consumed 60 became 120" in shown
    assert "Quota consumed" in shown
    stale = browser.post(f"/reviews/{gate}/approve", data=form_of(before, "approve"))
    assert (stale.status_code, "the amount has changed to 0.96 USD" in text_of(stale)) == (409, True)
    assert "Approve 0.96 USD" in text_of(stale)


@pytest.mark.usefixtures("asked")
def test_an_event_that_does_not_fit_is_shown_as_told_since(browser: httpx.Client, clock: SetClock) -> None:
    clock.advance(NOW + timedelta(minutes=1))
    strange = told("gateway.reset", "gate", "odd", "2026-03-02T11:30:00Z")
    browser.post("/v1/events", json=strange, headers={"content-type": "application/cloudevents+json"})
    shown = text_of(browser.get(f"/reviews/{refund_of(browser, 'gate')}"))
    assert "nobody has resolved it" in shown
    assert "Speaks now, and did not then." in shown


def test_an_override_waits_for_a_second_account_manager(browser: httpx.Client) -> None:
    act_as(browser, "ann")
    key = key_of(browser.get("/resources/used"), "override")
    form = {"key": key, "amount": "1.00", "reason": "promised"}
    assert browser.post("/resources/used/overrides", data=form).status_code == 303
    refund_id = refund_of(browser, "used")
    own = text_of(browser.get(f"/reviews/{refund_id}"))
    assert "ann asked for this refund; a second person decides." in own
    assert "promised" in own and "already_used" in own
    act_as(browser, "bob")
    other = browser.get(f"/reviews/{refund_id}")
    assert "bob is no account manager" in text_of(other)
    assert "for account managers" in text_of(browser.get("/reviews"))
    assert browser.post(f"/reviews/{refund_id}/approve", data={"key": "k", "amount": "1.00"}).status_code == 403


@pytest.mark.usefixtures("asked")
def test_a_review_that_waits_too_long_says_so(browser: httpx.Client, clock: SetClock) -> None:
    assert "Waits too long" not in text_of(browser.get("/reviews"))
    clock.advance(NOW.replace(day=8))
    assert "Waits too long" in text_of(browser.get("/reviews"))


def test_the_queue_leads_on_and_back(browser: httpx.Client, tell: Tell) -> None:
    for number in range(60):
        name = f"many-{number:02}"
        tell(paid(name, cash_paid="700.00"), told(REQUESTED, name, f"r{number}", f"2026-03-02T10:{number:02}:00Z"))
    first = browser.get("/reviews")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following and "many-49" in first.text and "many-50" not in first.text
    base = urljoin(str(first.url), "./")
    second = browser.get(urljoin(base, unescape(following[1])))
    assert "many-59" in second.text and "many-49" not in second.text
    back = re.search(r'rel="prev" href="([^"]+)"', second.text)
    assert back and "many-00" in browser.get(urljoin(base, unescape(back[1]))).text


def test_a_review_of_nothing_is_a_page_that_says_so(browser: httpx.Client) -> None:
    assert browser.get("/reviews/rf_none").status_code == 404
    assert browser.post("/reviews/rf_none/approve", data={"key": "k", "amount": "1.00"}).status_code == 404
