"""Refunds in bulk from the dashboard: previewed, asked for once, found again, and told resource by resource."""

import re
from html import unescape
from urllib.parse import urljoin

import httpx2 as httpx
import pytest

from service import bulk
from service.clock import SetClock
from service.desk import Desk
from tests.dashboard.conftest import Tell
from tests.dashboard.figures import figures, recount
from tests.dashboard.test_pages import base_of, text_of
from tests.robustness.tellings import paid

pytestmark = pytest.mark.usefixtures("world")


def sent(page: httpx.Response, button: str) -> dict[str, str]:
    """The hidden fields of the form that bears a button."""
    form = next(found for found in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if button in found)
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form)
    }


def followed(browser: httpx.Client, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 303, answer.text
    return browser.get(urljoin(str(answer.url), answer.headers["location"]))


def previewed(browser: httpx.Client, query: str) -> httpx.Response:
    """All that match a query, previewed."""
    listed = browser.get(f"/resources?{query}")
    return followed(browser, browser.post("/bulk", data=sent(listed, "Refund all that match")))


def start(browser: httpx.Client, preview: httpx.Response) -> httpx.Response:
    path = re.search(r'action="(bulk/\w+/start)"', preview.text)
    assert path
    return followed(browser, browser.post(urljoin(base_of(preview), path[1])))


def test_everything_of_an_account_is_refunded_within_one_search_and_three_clicks(browser: httpx.Client) -> None:
    listed = followed(browser, browser.get("/search", params={"q": "account-1"}))
    tab = re.search(r'href="(resources\?[^"]*availability=available[^"]*)"', listed.text)
    assert tab
    available = browser.get(urljoin(base_of(listed), unescape(tab[1])))
    preview = followed(browser, browser.post("/bulk", data=sent(available, "Refund all that match")))
    assert "1 of 1 can be refunded" in text_of(preview)
    assert "Account account-1" in text_of(preview)
    done = start(browser, preview)
    assert "1 of 1 asked for" in text_of(done)
    assert "In progress" in text_of(browser.get("/resources/plain"))


def test_rows_that_are_selected_are_previewed_whatever_they_are_called(browser: httpx.Client, tell: Tell) -> None:
    odd = [" a/b ", "a\nb", "100%", "x" * 256]
    tell(*(paid(name) for name in odd))
    listed = browser.get("/resources")
    boxes = [unescape(value) for value in re.findall(r'name="id" value="([^"]+)"', listed.text)]
    assert len(boxes) == 9
    fields = sent(listed, "Preview their refunds")
    chosen = [box for box in boxes if box not in {"plain", "issued", "dear", "gate", "used"}]
    preview = followed(browser, browser.post("/bulk", data=fields | {"id": chosen}))
    assert "4 of 4 can be refunded" in text_of(preview)
    assert "Selected by hand" in text_of(preview)


def test_nothing_is_asked_for_before_somebody_says_so_and_then_once(browser: httpx.Client, desk: Desk) -> None:
    preview = previewed(browser, "account_id=account-1")
    assert "3 of 4 can be refunded" in text_of(preview)
    assert "Ask for 3 refunds" in text_of(preview)
    assert recount(desk, "SELECT count(*) FROM refund") == [(0,)]
    first, again = start(browser, preview), start(browser, preview)
    assert "4 of 4 asked for" in text_of(first) and "4 of 4 asked for" in text_of(again)
    assert recount(desk, "SELECT count(*) FROM refund") == [(3,)]
    assert recount(desk, "SELECT count(*) FROM history WHERE event = 'refund.requested'") == [(4,)]
    for words in ("At once", "Through review", "Refused", "must_revoke"):
        assert words in text_of(first)


def test_a_form_sent_twice_previews_once_and_another_selection_is_another_preview(
    browser: httpx.Client, desk: Desk
) -> None:
    fields = sent(browser.get("/resources?state=pending"), "Refund all that match")
    first, again = (browser.post("/bulk", data=fields).headers["location"] for _ in range(2))
    assert first == again
    rows = sent(browser.get("/resources"), "Preview their refunds")
    places = {browser.post("/bulk", data=rows | {"id": one}).headers["location"] for one in ("plain", "dear")}
    assert len(places) == 2
    assert recount(desk, "SELECT count(*) FROM bulk_run") == [(3,)]


def test_what_somebody_else_carried_out_is_told_and_shown(browser: httpx.Client) -> None:
    preview = previewed(browser, "availability=available")
    start(browser, preview)
    browser.post("/actor", data={"actor": "eve"})
    answer = browser.post(f"{preview.url.path}/start")
    assert answer.status_code == 409
    assert "carried out already" in text_of(answer) and "Finished" in text_of(answer)


def test_a_run_is_found_again_and_leafed_through_by_outcome(browser: httpx.Client, tell: Tell) -> None:
    tell(*(paid(f"many-{number:03}") for number in range(60)))
    done = start(browser, previewed(browser, "account_id=account-1"))
    listed = browser.get("/bulk")
    assert f'href="{done.url.path.lstrip("/")}"' in listed.text
    assert figures(listed.text)[f"done:{done.url.path.split('/')[-1]}"] == "64"
    seen = re.findall(r'data-key="([^"]+)"', done.text)
    following = re.search(r'rel="next" href="([^"]+)"', done.text)
    assert following
    rest = browser.get(urljoin(base_of(done), unescape(following[1])))
    seen += re.findall(r'data-key="([^"]+)"', rest.text)
    assert seen == sorted([f"many-{number:03}" for number in range(60)] + ["plain", "issued", "dear", "gate"])
    refused = browser.get(f"{done.url.path}?outcome=refused")
    assert re.findall(r'data-key="([^"]+)"', refused.text) == ["issued"]
    assert "The certificate must be revoked first." in text_of(refused)
    table = browser.get(f"/v1/exports/bulk-results?run_id={done.url.path.split('/')[-1]}&format=csv").text
    assert len(table.splitlines()) == 65


def test_a_run_that_goes_on_by_itself_is_shown_live_and_can_be_stopped(
    browser: httpx.Client, desk: Desk, tell: Tell
) -> None:
    tell(*(paid(f"many-{number:03}") for number in range(60)))
    preview = previewed(browser, "q=many")
    run_id = preview.url.path.split("/")[-1]
    bulk.start(desk, run_id, "local", f"dashboard {run_id}", by_itself=True)
    running = browser.get(preview.url.path)
    assert 'data-live="soon"' in running.text and "Running" in text_of(running)
    stopped = followed(browser, browser.post(f"{preview.url.path}/stop"))
    assert "It has stopped." in text_of(stopped) and 'data-live="soon"' not in stopped.text
    done = followed(browser, browser.post(f"{preview.url.path}/on"))
    assert "60 of 60 asked for" in text_of(done) and "Finished" in text_of(done)


def test_a_preview_that_is_too_old_is_not_offered(browser: httpx.Client, clock: SetClock) -> None:
    preview = previewed(browser, "availability=available")
    clock.advance(clock.now().replace(day=clock.now().day + 2))
    page = browser.get(preview.url.path)
    assert "more than 24 hours old" in text_of(page) and "/start" not in page.text
    assert browser.post(f"{preview.url.path}/start").status_code == 409


def test_what_cannot_be_previewed_is_said_over_the_list(browser: httpx.Client) -> None:
    key = {"key": "k"}
    for form, told in {
        (): "no resource is selected",
        (("all", "matching"),): "nothing narrows the list",
        (("all", "matching"), ("state", "lost")): "must be one of",
    }.items():
        answer = browser.post("/bulk", data=key | dict(form))
        assert answer.status_code == 400 and told in text_of(answer), form
    assert browser.get("/bulk/nothing").status_code == 404
    assert browser.get(f"{previewed(browser, 'q=plain').url.path}?outcome=luck").status_code == 400
    empty = browser.post("/bulk", data=key | {"all": "matching", "account_id": "nobody"})
    assert "No resource matches" in text_of(followed(browser, empty))


@pytest.mark.parametrize("path", ["/bulk", "/bulk/x/start", "/bulk/x/stop", "/bulk/x/on", "/views", "/views/forget"])
def test_bulk_and_views_are_taken_from_the_dashboard_only(browser: httpx.Client, path: str) -> None:
    answer = browser.post(path, data={"key": "k", "name": "n"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
