"""The pages as their HTML: what they show, where they lead, and what they let nobody do."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote, urljoin

import httpx2 as httpx
import pytest

from entrypoints.dashboard.navigation import PLACES
from service.clock import SetClock
from tests.dashboard.conftest import NOW, Tell
from tests.robustness.tellings import paid

pytestmark = pytest.mark.usefixtures("world")
NAMES = (
    "a/b",
    "/",
    "//",
    "a b",
    "'",
    '"><i>',
    "100%",
    "%2F",
    "?x=1",
    "#f",
    "a&b=c",
    "a+b",
    "😀",
    "日本",
    "x" * 256,
    "a\nb",
)
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
PROGRAM = {"accept": "application/json"}


def text_of(answer: httpx.Response) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def base_of(answer: httpx.Response) -> str:
    found = re.search(r'<base href="([^"]+)">', answer.text)
    assert found
    return urljoin(str(answer.url), found[1])


def key_of(answer: httpx.Response, kind: str) -> str:
    found = re.search(rf'name="key" value="(\w+-{kind})"', answer.text)
    assert found
    return found[1]


def test_the_start_is_today(browser: httpx.Client) -> None:
    answer = browser.get("/")
    assert (answer.status_code, '<h1 class="wrap">Today</h1>' in answer.text) == (200, True)


def test_every_place_that_is_offered_has_a_page(browser: httpx.Client) -> None:
    page = browser.get("/resources")
    for place in PLACES:
        assert f'data-letter="{place.letter}"' in page.text
        assert browser.get(f"/{place.path}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/resources", "/resources/issued", "/settings", "/nothing/at/all", "/search?q=zz"]
)
def test_pages_bring_no_script_and_no_style_of_their_own(browser: httpx.Client, path: str) -> None:
    page = browser.get(path)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page.text)
    assert not re.search(r'(?:href|src|action|hx-get)="(?:/|https?:)', page.text)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_resource_of_any_name_is_reached_from_the_list(browser: httpx.Client, tell: Tell, name: str) -> None:
    tell(paid(name, order_id="odd"))
    listed = browser.get("/resources?order_id=odd")
    link = re.search(r'class="row-link[^"]*" href="([^"]+)"', listed.text)
    assert link
    page = browser.get(urljoin(base_of(listed), unescape(link[1])))
    assert page.status_code == 200
    assert f'data-copy="{quote_html(name)}"' in page.text
    assert base_of(page) == base_of(listed)
    found = browser.get("/search", params={"q": name})
    assert urljoin(str(found.url), found.headers["location"]).endswith(f"/resources/{quote(name, safe='')}")


def quote_html(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
    )


def test_the_list_is_narrowed_by_its_address(browser: httpx.Client) -> None:
    assert "5 resources match" in text_of(browser.get("/resources"))
    for query, names in {
        "availability=action_required": {"issued"},
        "product=https_acceleration_gateway&window=open": {"gate"},
        "state=issued&account_id=account-2": {"used"},
        "currency=USD&amount_min=500": {"dear"},
        "q=order-2": {"issued"},
        "closing_before=1h": set(),
        "closing_before=7d&availability=available": {"plain"},
    }.items():
        page = browser.get(f"/resources?{query}")
        assert set(re.findall(r'data-key="([^"]+)"', page.text)) == names, query
    assert "Nothing matches" in text_of(browser.get("/resources?q=zzz"))


def test_pages_lead_on_and_back(browser: httpx.Client, tell: Tell) -> None:
    tell(*(paid(f"many-{number:03}") for number in range(120)))
    first = browser.get("/resources?q=many&sort=amount")
    seen, page = [], first
    while True:
        seen += re.findall(r'data-key="([^"]+)"', page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        if not following:
            break
        page = browser.get(urljoin(base_of(page), unescape(following[1])))
    assert seen == [f"many-{number:03}" for number in range(120)]
    back = re.search(r'rel="prev" href="([^"]+)"', page.text)
    assert back
    assert 'data-key="many-050"' in browser.get(urljoin(base_of(page), unescape(back[1]))).text


@pytest.mark.parametrize(
    "query",
    [
        "amount_min=5",
        "currency=XYZ",
        "state=gone",
        "sort=luck",
        "closing_before=soon",
        "cursor=AAAA",
        "currency=USD&amount_max=x",
    ],
)
def test_what_cannot_be_understood_is_said_over_the_form_as_it_was_filled_in(browser: httpx.Client, query: str) -> None:
    page = browser.get(f"/resources?{query}&q=typed")
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert 'value="typed"' in page.text


def test_the_card_shows_every_rule_and_the_arithmetic(browser: httpx.Client) -> None:
    shown = text_of(browser.get("/resources/gate"))
    assert "Review required" in shown
    assert f"fee 1.60 USD {MINUS} 1.60 USD {TIMES} 60 consumed ÷ 300 units = 1.28 USD" in shown
    assert "Coupons worth 0.20 USD are not paid back." in shown
    issued = browser.get("/resources/issued")
    for code in ("window_closed", "must_revoke", "nothing_paid_in_cash", "combined_certificate", "above_review_limit"):
        assert f"<code>{code}</code>" in issued.text
    assert "Revocation requested by the customer" in text_of(issued)
    assert "refundry eligibility issued" in text_of(issued)


def test_the_card_is_shown_as_of_any_moment_and_offers_nothing_then(browser: httpx.Client) -> None:
    past = browser.get("/resources/issued?at=2026-03-01T10:30:00")
    assert "Available" in text_of(past)
    assert "/steps" not in past.text and '/refunds"' not in past.text
    late = browser.get("/resources/issued?at=2026-03-09T00:00")
    assert "Not refundable" in text_of(late)
    assert "Nothing was paid by then" in text_of(browser.get("/resources/issued?at=2026-02-01T00:00:00Z"))
    assert browser.get("/resources/issued?at=yesterday").status_code == 400


def test_a_refund_is_asked_for_once_in_the_name_of_who_acts(browser: httpx.Client) -> None:
    named = browser.post("/actor", data={"actor": "zoë", "back": "resources/plain"})
    assert (named.status_code, named.headers["location"]) == (303, "./resources/plain")
    key = key_of(browser.get("/resources/plain"), "refund")
    first, again = (browser.post("/resources/plain/refunds", data={"key": key}) for _ in range(2))
    assert first.headers["location"] == "../../resources/plain?done=asked"
    assert again.headers["location"] == "../../resources/plain?done=asked-before"
    page = browser.get(urljoin(str(again.url), again.headers["location"]))
    assert "nothing was done again" in text_of(page)
    assert "asked for by zoë" in text_of(page)


def test_a_refusal_is_told_on_the_page_with_every_reason(browser: httpx.Client) -> None:
    key = key_of(browser.get("/resources/plain"), "refund")
    answer = browser.post("/resources/used/refunds", data={"key": key})
    assert answer.status_code == 409
    assert "The refund was refused" in text_of(answer)
    assert "already_used" in answer.text
    assert "Refund requested Refused" in text_of(browser.get("/resources/used"))


def test_a_step_is_wished_for(browser: httpx.Client) -> None:
    key = key_of(browser.get("/resources/issued"), "step")
    form = {"key": key, "event": "certificate.revocation_requested"}
    assert browser.post("/resources/issued/steps", data=form).headers["location"].endswith("?done=wished")
    wrong = browser.post("/resources/issued/steps", data=form | {"key": "other", "event": "ca.reset"})
    assert (wrong.status_code, "ca.reset is no step" in text_of(wrong)) == (409, True)


def test_what_was_typed_into_an_override_is_not_lost(browser: httpx.Client) -> None:
    form = {"key": "k-1", "amount": "1.00", "reason": "They <b>insist</b>"}
    answer = browser.post("/resources/used/overrides", data=form)
    assert answer.status_code == 403
    assert "They &lt;b&gt;insist&lt;/b&gt;</textarea>" in answer.text
    assert 'value="1.00"' in answer.text
    browser.post("/actor", data={"actor": "ann"})
    beyond = browser.post("/resources/used/overrides", data=form | {"amount": "70.00"})
    assert beyond.status_code == 409


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
@pytest.mark.parametrize(
    "path",
    [
        "/actor",
        "/resources/plain/refunds",
        "/resources/issued/steps",
        "/resources/plain/overrides",
        "/settings/switches",
    ],
)
def test_forms_are_taken_from_the_dashboard_only(browser: httpx.Client, path: str, site: str) -> None:
    answer = browser.post(path, data={"actor": "eve", "key": "x"}, headers={"sec-fetch-site": site})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert browser.get("/v1/refunds", headers=PROGRAM).json()["items"] == []


def test_a_browser_that_names_only_the_origin_must_name_this_one(browser: httpx.Client) -> None:
    del browser.headers["sec-fetch-site"]
    own = f"http://{browser.base_url.netloc.decode()}"
    for origin, status in ((own, 303), ("http://evil.example", 403), ("null", 403), (None, 403)):
        headers = {} if origin is None else {"origin": origin}
        assert browser.post("/actor", data={"actor": "eve"}, headers=headers).status_code == status


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/v1", "\\\\evil", "javascript:x", "../x"])
def test_going_back_never_leads_elsewhere(browser: httpx.Client, back: str) -> None:
    assert browser.post("/actor", data={"actor": "ann", "back": back}).headers["location"] == "././"


def test_errors_are_pages_for_people_and_problems_for_programs(browser: httpx.Client) -> None:
    page = browser.get("/resources/nobody")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "no payment is known for resource 'nobody'" in text_of(page)
    for path, headers in (("/v1/resources/nobody", {}), ("/resources/nobody", PROGRAM)):
        answer = browser.get(path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert browser.post("/resources", data={}).status_code == 405
    assert browser.post("/actor", content=b"a=%ff").status_code == 400
    assert browser.post("/actor", content=b"x" * 70_000).status_code == 413


def test_a_window_that_closes_is_closed_on_the_page_at_once(browser: httpx.Client, clock: SetClock) -> None:
    clock.advance(NOW + timedelta(days=30))
    assert "The window closed" in text_of(browser.get("/resources/plain"))
    assert "Window closed (5)" in text_of(browser.get("/resources"))
