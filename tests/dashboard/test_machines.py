"""The machines' pages: moments, filters, links into the lists, files, and what cannot be understood."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import httpx2 as httpx
import pytest

from entrypoints.dashboard.timescale import AN_HOUR, timescale
from service import census
from service.desk import Desk
from service.inspection import Wanted
from tests.dashboard.conftest import NOW, Tell
from tests.dashboard.figures import figures
from tests.dashboard.test_pages import base_of, text_of
from tests.robustness.tellings import paid
from workflows.machines import MACHINES


def test_an_empty_store_has_machines_in_which_nothing_stands(browser: httpx.Client) -> None:
    overview = browser.get("/machines")
    assert set(figures(overview.text).values()) == {"0"}
    assert text_of(overview).count("Nothing stands in it yet.") == len(MACHINES)
    for key in MACHINES:
        assert set(figures(browser.get(f"/machines/{key}").text).values()) == {"0"}


@pytest.mark.usefixtures("world")
def test_the_slider_leads_to_the_address_of_its_moment(browser: httpx.Client) -> None:
    moved = browser.get("/machines/ssl_certificate?back=-25&account_id=account-1&at=2026-01-01T00:00")
    assert moved.status_code == 303
    page = browser.get(urljoin(str(moved.url), moved.headers["location"]))
    assert page.url.params["at"] == "2026-03-01T12:00:00Z"
    assert page.url.params["account_id"] == "account-1"
    assert re.search(r'name="back" min="-\d+" max="0" value="-25"', page.text)
    assert "As of 2026-03-01T12:00:00Z" in text_of(page)
    now = browser.get("/machines/ssl_certificate?back=0")
    assert now.headers["location"] == "../machines/ssl_certificate"


@pytest.mark.usefixtures("world")
def test_a_past_moment_shows_what_stood_then_and_leads_to_no_list_of_now(browser: httpx.Client) -> None:
    then = browser.get("/machines/ssl_certificate?at=2026-03-01T11:30:00Z")
    assert {"state:pending": "2", "state:verifying": "1", "state:issued": "0"}.items() <= figures(then.text).items()
    assert 'href="resources?' not in then.text
    assert "data-live" not in then.text.split('id="machine"')[1].split(">")[0]
    before = figures(browser.get("/machines/ssl_certificate?at=2026-02-01T00:00").text)
    assert before["total"] == "0"


@pytest.mark.usefixtures("world")
def test_every_state_leads_to_the_list_of_what_stands_in_it(browser: httpx.Client) -> None:
    for key in ("ssl_certificate", "https_acceleration_gateway", "window"):
        page = browser.get(f"/machines/{key}?account_id=account-1")
        shown = figures(page.text)
        rows = re.findall(
            r'class="row-link" href="(resources[^"]+)".*?data-figure="state:([^"]+)"', page.text, re.DOTALL
        )
        assert rows
        drawn = set(re.findall(r'<a href="(resources[^"]+)">\n<g class="node', page.text))
        assert {link for link, _ in rows} <= drawn
        for link, state in rows:
            listed = browser.get(urljoin(base_of(page), unescape(link)))
            assert len(re.findall(r"data-key=", listed.text)) == int(shown[f"state:{state}"]) > 0
    assert 'href="refunds?status=in_review"' in browser.get("/machines/refund").text


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("at=yesterday", "is not an RFC 3339 instant"),
        ("days=0", "it must be from 1 to"),
        ("days=x", "it must be a whole number"),
        ("back=x", "it must be a whole number"),
        ("product=private_ca", "has no private_ca in it"),
        ("account_id=%00", "NUL"),
    ],
)
def test_what_cannot_be_understood_is_said_over_everything_as_it_stands(
    browser: httpx.Client, query: str, complaint: str
) -> None:
    page = browser.get(f"/machines/ssl_certificate?{query}")
    assert page.status_code == 400
    assert complaint in text_of(page)
    assert figures(page.text)["total"] == "3"


def test_no_other_machine_is_shown(browser: httpx.Client) -> None:
    page = browser.get("/machines/toaster")
    assert (page.status_code, "'toaster' is no machine; there are ssl_certificate" in text_of(page)) == (404, True)


@pytest.mark.usefixtures("world")
def test_the_drawing_is_taken_away_in_every_format(browser: httpx.Client) -> None:
    page = browser.get("/machines/ssl_certificate?account_id=account-1")
    files = re.findall(r'href="(machines/ssl_certificate/drawing[^"]+)" download', page.text)
    assert len(files) == 6
    for file in files:
        answer = browser.get(urljoin(base_of(page), unescape(file)))
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith('attachment; filename="ssl_certificate.')
        assert "account-1" in answer.text
    assert browser.get("/machines/ssl_certificate/drawing?form=gif").status_code == 400


@pytest.mark.usefixtures("world")
def test_guards_are_told_in_words(browser: httpx.Client) -> None:
    gateway = text_of(browser.get("/machines/https_acceleration_gateway"))
    assert "nothing of the quota is consumed; otherwise refused: quota_consumed" in gateway
    assert "it was asked for while reset" in gateway
    assert "a second person decides, not the one who asked" in text_of(browser.get("/machines/refund"))


def test_of_many_the_last_are_counted_and_the_page_says_so(
    browser: httpx.Client, tell: Tell, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(*(paid(f"c-{number}", time=f"2026-03-01T{number:02}:00:00Z") for number in range(12)))
    monkeypatch.setattr(census, "MOST_COUNTED", 5)
    at = "2026-03-01T10:30:00Z"
    page = browser.get(f"/machines/ssl_certificate?at={at}")
    assert figures(page.text)["state:pending"] == "5"
    assert "Only a part is counted" in text_of(page) and "2026-03-01T05:00:00Z" in text_of(page)
    assert figures(browser.get(f"/machines/window?at={at}").text)["total"] == "5"
    assert figures(browser.get("/machines/ssl_certificate").text)["total"] == "12"
    assert census.taken(desk, "ssl_certificate", Wanted(counts=True, account_id="nobody")).paid_after is None


def test_a_slider_has_steps_of_hours_and_later_of_days() -> None:
    fresh = timescale(NOW, NOW - timedelta(days=3))
    assert (fresh.step, fresh.moment(0), fresh.moment(1)) == (AN_HOUR, None, NOW)
    long = timescale(NOW, NOW - timedelta(days=90))
    assert long.step == timedelta(days=1)
    for scale in (fresh, long, timescale(NOW, None)):
        for back in range(scale.steps + 1):
            assert scale.place(scale.moment(back)) == (0 if scale.moment(back) == NOW else back)
    assert (long.moment(long.steps) or NOW) <= NOW - timedelta(days=90)
    assert long.place(NOW - timedelta(days=3000)) == long.steps
