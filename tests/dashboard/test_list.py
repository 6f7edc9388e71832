"""What the list offers beside its rows: active filters, saved views, files, suggestions; and notes on a resource."""

import re
from html import unescape
from urllib.parse import urljoin

import httpx2 as httpx
import pytest

from tests.dashboard.conftest import Tell
from tests.dashboard.test_bulk import followed, sent
from tests.dashboard.test_pages import base_of, key_of, text_of
from tests.robustness.tellings import paid

pytestmark = pytest.mark.usefixtures("world")


def test_every_active_filter_is_a_chip_that_removes_it(browser: httpx.Client) -> None:
    query = "product=ssl_certificate&currency=USD&amount_min=1&q=p&window=open&availability=available"
    page = browser.get(f"/resources?{query}")
    links = [unescape(link) for link in re.findall(r'class="chip" href="([^"]+)"', page.text)]
    assert len(links) == 6
    for link in links:
        without = browser.get(urljoin(base_of(page), link))
        assert without.status_code == 200
        gone = set(re.findall(r"(\w+)=", query)) - set(re.findall(r"(\w+)=", link))
        assert gone in ({"product"}, {"currency", "amount_min"}, {"amount_min"}, {"q"}, {"window"}, {"availability"})
    assert "Clear filters" in text_of(page) and "Clear filters" not in text_of(browser.get("/resources"))


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet"])
def test_the_list_leads_to_the_same_rows_as_files(browser: httpx.Client, format_: str) -> None:
    page = browser.get("/resources?q=p&currency=USD&amount_max=2&closing_before=7d")
    link = re.search(rf'href="(v1/exports/resources\?[^"]*format={format_}[^"]*)"', page.text)
    assert link
    file = browser.get(urljoin(base_of(page), unescape(link[1])))
    assert file.status_code == 200
    if format_ == "csv":
        assert [line.split(",")[0] for line in file.text.splitlines()[1:]] == ["plain"]


def test_a_view_is_saved_found_by_everybody_and_forgotten(browser: httpx.Client) -> None:
    page = browser.get("/resources?window=open&sort=deadline&product=ssl_certificate")
    saved = followed(browser, browser.post("/views", data=sent(page, "Save this view") | {"name": "Certs & <co>"}))
    assert "The view is saved" in text_of(saved)
    browser.post("/actor", data={"actor": "zoë"})
    listed = browser.get("/resources")
    chip = re.search(r'class="chip" href="([^"]+)"[^>]*>\s*<span class="clamp">Certs &amp; &lt;co&gt;', listed.text)
    assert chip
    shown = browser.get(urljoin(base_of(listed), unescape(chip[1])))
    assert 'aria-current="true" title="Certs' in shown.text
    assert set(re.findall(r'data-key="([^"]+)"', shown.text)) == {"plain", "issued", "dear"}
    for _ in range(2):
        gone = followed(browser, browser.post("/views/forget", data={"name": "Certs & <co>", "query": "q=p"}))
        assert "Certs" not in text_of(gone) and "q=p" in str(gone.url)


def test_a_view_that_cannot_be_kept_is_said_over_the_list_with_what_was_typed(browser: httpx.Client) -> None:
    answer = browser.post("/views", data={"name": "x" * 81, "query": "state=pending"})
    assert answer.status_code == 400
    assert f'value="{"x" * 81}"' in answer.text
    assert "State Pending" in text_of(answer)


def test_names_are_suggested_by_how_they_begin(browser: httpx.Client, tell: Tell) -> None:
    tell(
        *(paid(f"s-{number}", account_id=f"acct-{number % 12:02}") for number in range(30)), paid("q", account_id="a<")
    )
    found = browser.get("/suggestions", params={"account_id": "acct"})
    assert re.findall(r'value="([^"]+)"', found.text) == [f"acct-{number:02}" for number in range(10)]
    assert re.findall(r'value="([^"]+)"', browser.get("/suggestions?order_id=order-2").text) == ["order-2"]
    assert 'value="a&lt;"' in browser.get("/suggestions?account_id=a").text
    assert browser.get("/suggestions").text.strip() == ""
    assert browser.get("/suggestions?account_id=a%00b").status_code == 400


def test_a_note_is_kept_once_with_who_wrote_it_and_when(browser: httpx.Client) -> None:
    browser.post("/actor", data={"actor": "zoë"})
    key = key_of(browser.get("/resources/plain"), "note")
    form = {"key": key, "text": "They <b>called</b>.\r\nTwice."}
    noted = [followed(browser, browser.post("/resources/plain/notes", data=form)) for _ in range(2)]
    assert "The note is kept." in text_of(noted[0]) and "nothing was done again" in text_of(noted[1])
    assert noted[1].text.count("They &lt;b&gt;called&lt;/b&gt;.\nTwice.") == 1
    assert "zoë · 2026-03-02 12:00 UTC" in text_of(noted[1])
    blank = browser.post("/resources/plain/notes", data={"key": "k", "text": "  "})
    assert (blank.status_code, "text must be" in text_of(blank)) == (400, True)
    assert browser.post("/resources/nobody/notes", data=form).status_code == 404
