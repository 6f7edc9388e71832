"""Every refund in a list, and one refund on a page of its own: how it stands, what was tried, and what can be done."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import httpx2 as httpx
import pytest

from scheduler.sweeps import sweep_until
from service import switches
from service.clock import SetClock
from service.desk import Desk
from tests.dashboard.conftest import NOW, Tell
from tests.dashboard.test_pages import text_of
from tests.dashboard.test_reviews import REQUESTED, act_as, form_of, refund_of
from tests.robustness.tellings import is_problem, paid, told

pytestmark = pytest.mark.usefixtures("world")
REFERENCES = ("sandbox_ok", "sandbox_fails", "sandbox_method_gone", "sandbox_down_2h", "sandbox_pending_1d")


@pytest.fixture
def tried(world: None, tell: Tell, desk: Desk, clock: SetClock) -> None:
    """A refund of each fate, tried once; and one in review."""
    for reference in REFERENCES:
        name = reference.removeprefix("sandbox_")
        tell(
            paid(name, payment={"provider": "sandbox", "reference": reference}, account_id=f"of-{name}"),
            told(REQUESTED, name, f"r-{name}", "2026-03-02T11:00:00Z", requested_by="customer-1"),
        )
    tell(told(REQUESTED, "gate", "r-gate", "2026-03-02T11:00:00Z", requested_by="customer-1"))
    sweep_until(desk, clock, NOW)


def rows(page: httpx.Response) -> set[str]:
    return set(re.findall(r'class="row-link[^>]+title="([^"]+)"', page.text))


def test_no_refund_yet(browser: httpx.Client) -> None:
    assert "No refund yet" in text_of(browser.get("/refunds"))


@pytest.mark.usefixtures("tried")
def test_the_list_is_narrowed_by_its_address(browser: httpx.Client) -> None:
    assert rows(browser.get("/refunds")) == {"ok", "fails", "method_gone", "down_2h", "pending_1d", "gate"}
    for query, names in {
        "status=in_doubt": {"down_2h"},
        "status=succeeded": {"ok", "method_gone"},
        "status=failed": {"fails"},
        "status=processing": {"pending_1d"},
        "product=https_acceleration_gateway": {"gate"},
        "status=failed&product=private_ca": set(),
        "account_id=of-ok": {"ok"},
        "provider=sandbox&status=in_review": {"gate"},
        "provider=stripe": set(),
        "currency=EUR": set(),
        "since=2026-03-02&until=2026-03-02&currency=USD&status=failed": {"fails"},
        "until=2026-03-01": set(),
    }.items():
        assert rows(browser.get(f"/refunds?{query}")) == names, query
    assert "Nothing matches" in text_of(browser.get("/refunds?currency=EUR"))
    assert "None of these" in text_of(browser.get("/refunds?status=reversed"))


@pytest.mark.parametrize(
    "query",
    ["status=gone", "product=x", "currency=XYZ", "since=soon", "until=2026-02-30", "sort=luck", "cursor=AAAA",
     "since=2026-03-02&until=2026-03-01"],
)  # fmt: skip
def test_what_cannot_be_understood_is_said_over_the_form(browser: httpx.Client, query: str) -> None:
    page = browser.get(f"/refunds?{query}&account_id=typed")
    assert (page.status_code, 'role="alert"' in page.text, 'value="typed"' in page.text) == (400, True, True)


def test_pages_lead_on_and_back_in_either_order(browser: httpx.Client, tell: Tell) -> None:
    names = [f"many-{number:02}" for number in range(60)]
    tell(*(paid(name) for name in names))
    tell(*(told(REQUESTED, name, f"r-{name}", f"2026-03-02T10:{name[-2:]}:00Z") for name in names))
    for sort, order in (("asked", names), ("-asked", names[::-1])):
        first = browser.get(f"/refunds?sort={sort}")
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert following
        base = urljoin(str(first.url), "./")
        second = browser.get(urljoin(base, unescape(following[1])))
        assert rows(first) == set(order[:50]) and rows(second) == set(order[50:])
        back = re.search(r'rel="prev" href="([^"]+)"', second.text)
        assert back and rows(browser.get(urljoin(base, unescape(back[1])))) == set(order[:50])


@pytest.mark.usefixtures("tried")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ok", "The provider says that it is paid."),
        ("fails", "The provider refused it for good."),
        ("method_gone", "credited to the account's balance"),
        ("down_2h", "the money may have gone, or not"),
        ("pending_1d", "The provider has it."),
        ("gate", "A person has to decide."),
    ],
)
def test_a_refund_says_in_plain_words_how_it_stands(browser: httpx.Client, name: str, said: str) -> None:
    refund_id = refund_of(browser, name)
    page = browser.get(f"/refunds/{refund_id}")
    shown = text_of(page)
    assert said in shown
    assert refund_id in shown and f'href="resources/{name}"' in page.text
    assert "Refund requested" in shown and "customer-1" in shown
    assert "refundry-diagram" in page.text


@pytest.mark.usefixtures("tried")
def test_a_doubt_is_explained_and_asked_about_at_once_when_wished(
    browser: httpx.Client, desk: Desk, clock: SetClock
) -> None:
    refund_id = refund_of(browser, "down_2h")
    page = browser.get(f"/refunds/{refund_id}")
    shown = text_of(page)
    assert "Never pay it by hand" in shown
    assert f"{refund_id}:original_payment_method" in shown
    assert "Ask the provider now" in shown and f"refundry refunds hasten {refund_id}" in shown
    calls = page.text.count("under the key")
    done = browser.post(f"/refunds/{refund_id}/hasten", data={})
    assert done.headers["location"] == f"../../refunds/{refund_id}?done=hastened"
    again = browser.post(f"/refunds/{refund_id}/hasten", data={})
    assert (again.status_code, "nothing about it was put off" in text_of(again)) == (409, True)
    assert is_problem(browser.post(f"/v1/refunds/{refund_id}/hasten"), 409, "nothing_to_hasten")
    sweep_until(desk, clock, NOW + timedelta(seconds=1))
    assert browser.get(f"/refunds/{refund_id}").text.count("under the key") == calls + 1


@pytest.mark.usefixtures("tried")
def test_a_doubt_settled_by_asking_is_paid_once(browser: httpx.Client, desk: Desk, clock: SetClock) -> None:
    refund_id = refund_of(browser, "down_2h")
    for hours in range(1, 8):
        browser.post(f"/refunds/{refund_id}/hasten", data={})
        sweep_until(desk, clock, NOW + timedelta(hours=hours))
    assert "The provider says that it is paid." in text_of(browser.get(f"/refunds/{refund_id}"))
    finished = browser.post(f"/refunds/{refund_id}/hasten", data={})
    assert (finished.status_code, "the refund is succeeded" in text_of(finished)) == (409, True)


@pytest.mark.usefixtures("tried")
def test_money_held_back_by_a_switch_says_who_holds_it(browser: httpx.Client, desk: Desk, clock: SetClock) -> None:
    switches.turn(desk, "provider", "sandbox", "olga", "wrong prices", stop=True)
    refund_id = refund_of(browser, "gate")
    act_as(browser, "bob")
    assert browser.post(
        f"/reviews/{refund_id}/approve", data=form_of(browser.get(f"/reviews/{refund_id}"), "approve")
    ).is_redirect
    sweep_until(desk, clock, NOW + timedelta(seconds=1))
    shown = text_of(browser.get(f"/refunds/{refund_id}"))
    assert "Held back." in shown and "wrong prices" in shown and "olga" in shown
    assert "Try now" in shown


@pytest.mark.usefixtures("tried")
def test_a_failed_refund_and_the_one_after_it_have_ways_of_their_own(browser: httpx.Client, tell: Tell) -> None:
    first = refund_of(browser, "fails")
    assert "can be asked for again at any time" in text_of(browser.get(f"/refunds/{first}"))
    tell(told(REQUESTED, "fails", "r-again", "2026-03-02T11:30:00Z", requested_by="customer-1"))
    second = refund_of(browser, "fails")
    assert second != first
    over, under_way = browser.get(f"/refunds/{first}"), browser.get(f"/refunds/{second}")
    assert "The resource has moved on since." in text_of(over)
    assert "It is Failed ." in text_of(over) and "It is Processing ." in text_of(under_way)
    assert "It is about to be sent" in text_of(under_way)


@pytest.mark.usefixtures("tried")
def test_a_refund_is_found_and_linked_from_its_resource(browser: httpx.Client) -> None:
    refund_id = refund_of(browser, "ok")
    assert browser.get(f"/search?q={refund_id}").headers["location"] == f"./refunds/{refund_id}"
    assert f'href="refunds/{refund_id}"' in browser.get("/resources/ok").text


def test_a_refund_that_is_none_is_a_page_that_says_so(browser: httpx.Client) -> None:
    assert browser.get("/refunds/rf_none").status_code == 404
    assert browser.post("/refunds/rf_none/hasten", data={}).status_code == 404
