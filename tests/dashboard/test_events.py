"""The pages of events: what waits is found, tried again or discarded, and every event is read word for word."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import httpx2 as httpx
import pytest

from persistence import arrivals
from persistence.arrivals import Filter
from service import letters
from service.desk import Desk
from tests.dashboard.conftest import NOW
from tests.dashboard.test_pages import base_of, key_of, text_of
from tests.dashboard.unsettled import say
from tests.robustness.tellings import told

pytestmark = pytest.mark.usefixtures("world")


def numbers(page: httpx.Response) -> list[int]:
    """The arrival numbers of the events that a list shows."""
    return [int(one) for one in re.findall(r'<tr data-row data-key="(\d+)"', page.text)]


def park(browser: httpx.Client, subject: str, id_: str) -> int:
    """Tell an event that does not fit; its arrival number."""
    assert say(browser, told("certificate.issued", subject, id_)) == ["parked"]
    return numbers(browser.get(f"/events?subject={subject}"))[0]


def outcome(desk: Desk, arrival: int) -> str:
    return letters.view(desk, arrival).outcome


def test_the_inbox_is_narrowed_by_its_address(browser: httpx.Client) -> None:
    parked = park(browser, "plain", "early")
    everything = numbers(browser.get("/events"))
    assert everything == sorted(everything, reverse=True) and everything[0] == parked
    assert numbers(browser.get("/events?outcome=parked")) == [parked]
    assert numbers(browser.get("/events?type=certificate.issued&outcome=parked")) == [parked]
    assert len(numbers(browser.get("/events?type=order.paid"))) == 5
    assert len(numbers(browser.get("/events?subject=issued"))) == 3
    assert numbers(browser.get("/events?source=/tests")) == everything
    assert numbers(browser.get("/events?source=/elsewhere")) == []
    assert "Nothing matches" in text_of(browser.get("/events?subject=nobody"))


def test_every_event_is_met_once(browser: httpx.Client) -> None:
    say(browser, *(told("certificate.issued", f"unpaid-{number}", f"u-{number}") for number in range(120)))
    for kind in ("inbox", "parked"):
        seen, page = [], browser.get(f"/events?kind={kind}")
        while True:
            seen += numbers(page)
            following = re.search(r'rel="next" href="([^"]+)"', page.text)
            if not following:
                break
            page = browser.get(urljoin(base_of(page), unescape(following[1])))
        assert len(seen) == len(set(seen)) == (130 if kind == "inbox" else 120)
        assert seen == sorted(seen, reverse=kind == "inbox")


def test_what_no_index_finds_is_looked_for_a_stretch_at_a_time(browser: httpx.Client, desk: Desk) -> None:
    wanted, seen, before = Filter(type="order.paid"), list[int](), None
    with desk.store.reading() as connection:
        for _ in range(20):
            leaf = arrivals.newest(connection, wanted, before, 2, through=3)
            seen += [one.event.arrival or 0 for one in leaf.items]
            before = leaf.following
            if before is None:
                break
        assert before is None
        assert seen == [one.event.arrival for one in arrivals.newest(connection, wanted, None, 100).items]
    assert len(seen) == 5


@pytest.mark.parametrize(
    "query",
    ["kind=lost", "outcome=gone", "type=no.such", "cursor=AAAA", "kind=dead&cursor=AAAA", "kind=dead&cursor=MjAyNiB4"],
)
def test_what_cannot_be_understood_is_said(browser: httpx.Client, query: str) -> None:
    page = browser.get(f"/events?{query}&subject=typed")
    assert (page.status_code, 'role="alert"' in page.text, 'value="typed"' in page.text) == (400, True, True)


def test_an_event_is_shown_word_for_word_with_what_it_did(browser: httpx.Client, tell: object) -> None:
    odd = '"><script>alert(1)</script>' + "x" * 120
    assert say(browser, told("certificate.issued", odd, "odd", note=odd)) == ["parked"]
    [number] = numbers(browser.get("/events?kind=parked"))
    page = browser.get(f"/events/{number}")
    assert "<script>alert" not in page.text
    assert "not paid for yet" in text_of(page) and "Waits for the payment of" in text_of(page)
    [paid] = numbers(browser.get("/events?subject=plain"))
    applied = browser.get(f"/events/{paid}")
    assert "begins as Pending" in text_of(applied).replace("begins as pending", "begins as Pending")
    assert 'href="resources/plain"' in applied.text
    assert browser.get("/events/999999").status_code == 404
    assert browser.get("/events/x").status_code == 404


def test_a_parked_event_says_when_it_becomes_a_dead_letter(browser: httpx.Client) -> None:
    number = park(browser, "plain", "early")
    dies = (NOW + timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for path in ("/events?kind=parked", f"/events/{number}"):
        page = browser.get(path)
        assert f'datetime="{dies}" title="{dies}" data-countdown' in page.text
        assert "Certificate issued does not fit the state pending" in text_of(page)


def test_an_event_is_tried_again_once_and_stays_where_it_does_not_fit(browser: httpx.Client, desk: Desk) -> None:
    number = park(browser, "plain", "early")
    key = key_of(browser.get(f"/events/{number}"), "retry")
    first, again = (browser.post(f"/events/{number}/retry", data={"key": key}) for _ in range(2))
    assert first.headers["location"] == f"../../events/{number}?done=retried-none"
    assert again.headers["location"] == f"../../events/{number}?done=retried-before"
    assert outcome(desk, number) == "parked"
    notice = browser.get(urljoin(str(first.url), first.headers["location"]))
    assert "does not fit yet" in text_of(notice)


def test_discarding_needs_a_reason_and_keeps_who_did_so(browser: httpx.Client, desk: Desk) -> None:
    number = park(browser, "plain", "early")
    key = key_of(browser.get(f"/events/{number}"), "discard")
    refused = browser.post(f"/events/{number}/discard", data={"key": key, "reason": " "})
    assert (refused.status_code, 'role="alert"' in refused.text) == (400, True)
    browser.post("/actor", data={"actor": "zoë"})
    done = browser.post(f"/events/{number}/discard", data={"key": key, "reason": "told <twice>"})
    assert done.headers["location"].endswith("?done=discarded")
    assert letters.view(desk, number).detail == "discarded by zoë: told <twice>"
    page = browser.get(f"/events/{number}")
    assert "It was discarded" in text_of(page) and "/retry" not in page.text
    late = browser.post(f"/events/{number}/discard", data={"key": "other", "reason": "again <b>"})
    assert late.status_code == 409


def test_several_are_tried_again_or_discarded_at_once(browser: httpx.Client, desk: Desk) -> None:
    parked = [park(browser, name, name) for name in ("a", "b", "c")]
    form = {"key": "k-1", "kind": "parked", "id": [str(one) for one in parked]}
    tried = browser.post("/events/retry", data=form)
    assert tried.headers["location"] == "../events?kind=parked&done=retried-none"
    some = form | {"id": [str(one) for one in parked[:2]], "reason": "by mistake"}
    assert browser.post("/events/discard", data=some | {"key": "k-2"}).headers["location"].endswith("done=discarded")
    assert [outcome(desk, one) for one in parked] == ["discarded", "discarded", "parked"]
    again = browser.post("/events/discard", data=some | {"key": "k-3"})
    assert (again.status_code, "is discarded" in text_of(again)) == (409, True)
    nothing = browser.post("/events/discard", data={"key": "k-4", "kind": "parked", "reason": "typed"})
    assert (nothing.status_code, 'value="typed"' in nothing.text) == (400, True)


@pytest.mark.parametrize("path", ["/events/1/retry", "/events/1/discard", "/events/retry", "/events/discard"])
def test_forms_are_taken_from_the_dashboard_only(browser: httpx.Client, path: str) -> None:
    answer = browser.post(path, data={"key": "k", "id": "1", "reason": "r"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_pages_bring_no_script_and_no_style_of_their_own(browser: httpx.Client) -> None:
    number = park(browser, "plain", "early")
    for path in ("/events", "/events?kind=dead", f"/events/{number}", "/hooks", "/refusals", "/audit?check=newest"):
        page = browser.get(path)
        assert page.status_code == 200
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page.text), path
        assert not re.search(r'(?:href|src|action|hx-get)="(?:/|https?:)', page.text), path
