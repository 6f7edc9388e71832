"""Today in a browser: what waits is one step away, charts are drawn, and figures come up to date by themselves."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from persistence.listing import Filter
from service import questions, switches
from tests.browser.conftest import LARGE, SMALL, Look, Served

pytestmark = pytest.mark.peers


@pytest.fixture
def stopped(served: Served) -> Iterator[Served]:
    """The demonstration with a kill switch on, for as long as the test takes."""
    switches.turn(served.desk, "product", "private_ca", "olga", "wrong prices " * 30, stop=True)
    yield served
    switches.turn(served.desk, "product", "private_ca", "olga", "put right", stop=False)


def test_what_closes_soon_is_one_step_away(look: Look) -> None:
    page = look().open("")
    task = page.locator(".task", has_text=re.compile("with a step missing"))
    number = task.locator(".task-number").inner_text()
    task.get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(int(number))
    expect(page.get_by_label("Closing within")).to_have_value("24h")


@pytest.mark.parametrize(("size", "scheme"), [(LARGE, "light"), (SMALL, "dark")])
def test_bars_are_drawn_with_their_figures_beside(look: Look, size: tuple[int, int], scheme: str) -> None:
    page = look(size, scheme).open("")
    charts = page.locator(".charts figure")
    expect(charts.first.locator("canvas")).to_be_visible()
    charts.first.get_by_text("Figures", exact=True).click()
    expect(charts.first.locator("tbody tr data").first).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(LARGE, "dark"), (SMALL, "light")])
def test_a_switch_that_is_on_is_seen_everywhere(
    look: Look, stopped: Served, size: tuple[int, int], scheme: str
) -> None:
    window = look(size, scheme)
    for path in ("", "settings", "resources", "search?q=zz"):
        page = window.open(path)
        expect(page.get_by_role("region", name="Kill switches that are on")).to_be_visible()
        assert window.violations() == [], path
        assert not window.overflows(), path


def test_the_page_and_its_banner_come_up_to_date_together(look: Look, served: Served) -> None:
    window = look()
    window.page.clock.install()
    page = window.open("")
    banner = page.get_by_role("region", name="Kill switches that are on")
    expect(banner).to_have_count(0)
    for stop in (True, False):
        switches.turn(served.desk, "provider", "sandbox", "olga", "for a test", stop=stop)
        page.clock.run_for(11_000)
        expect(banner).to_have_count(int(stop))
        expect(page.locator("#today .pairs")).to_contain_text("1 on" if stop else "All off")
        expect(page.locator(".charts canvas").first).to_be_visible()


def test_payouts_are_stopped_and_let_go(look: Look) -> None:
    page = look().open("settings")
    page.get_by_label("What to stop").select_option("provider sandbox")
    page.get_by_label("Why; everybody sees it").fill("The bank asks us to wait")
    page.get_by_role("button", name="Stop payouts").click()
    expect(page.locator("[data-toast]")).to_contain_text("The kill switch is on")
    expect(page.get_by_role("region", name="Kill switches that are on")).to_contain_text("The bank asks us to wait")
    page.get_by_label("Why it may go out again").fill("It does no longer")
    page.get_by_role("button", name="Let money go out").click()
    expect(page.locator("[data-toast]")).to_contain_text("The kill switch is off")
    expect(page.locator("#switches")).to_contain_text("All off")


def test_one_search_tells_why_an_order_cannot_be_refunded(look: Look, served: Served) -> None:
    wanted = Filter(at=served.desk.clock.now(), availability="unavailable", window="closed")
    refused = questions.list_resources(served.desk, wanted, None, 1)[0].resource
    page = look().open("")
    page.get_by_role("searchbox").first.fill(refused.payment.order_id)
    page.keyboard.press("Enter")
    page.locator(".row-link", has_text=refused.id).or_(page.locator("h1", has_text=refused.id)).first.click()
    expect(page.locator("h1")).to_have_text(refused.id)
    expect(page.locator(".verdict-word")).to_have_text("Not refundable")
    answer = questions.eligibility(served.desk, refused.id)
    assert answer.reasons
    for reason in answer.reasons:
        expect(page.locator("main")).to_contain_text(reason.message)


def test_what_may_still_go_out_this_week_is_told_on_the_first_page(look: Look) -> None:
    exposure = look().open("").get_by_role("region", name="Cash that may still go out")
    expect(exposure.get_by_role("listitem").first).to_contain_text(re.compile(r"This week .*\d.* may still go out"))
