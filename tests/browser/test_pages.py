"""The dashboard in a browser: each page's main job, by day and by night, large and small, and for everybody."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from persistence.listing import Filter
from persistence.refunds import Filter as RefundFilter
from service import bulk_previews, questions, refunds
from tests.browser.conftest import LARGE, SMALL, Look, Served

pytestmark = pytest.mark.peers
WINDOWS = [(size, scheme) for size in (LARGE, SMALL) for scheme in ("light", "dark")]


def one_that_is(served: Served, availability: str, product: str | None = None) -> str:
    """The address of a resource of the demonstration."""
    wanted = Filter(at=served.desk.clock.now(), availability=availability, product=product)
    found = questions.list_resources(served.desk, wanted, None, 1)
    return f"resources/{quote(found[0].resource.id, safe='')}"


def a_preview(served: Served) -> str:
    """The address of a preview of all whose window is open."""
    wanted = Filter(at=served.desk.clock.now(), window="open")
    return f"bulk/{bulk_previews.preview(served.desk, wanted, {'filter': {'window': 'open'}}, 'ann').id}"


def refund_that_is(served: Served, status: str) -> str:
    """The id of a refund of the demonstration."""
    return refunds.list_refunds(served.desk, RefundFilter(status=status), None, 1)[0].listed.refund.id


@pytest.mark.parametrize(("size", "scheme"), WINDOWS)
def test_every_page_is_accessible_and_fits_its_window(
    look: Look, served: Served, size: tuple[int, int], scheme: str
) -> None:
    window = look(size, scheme)
    kinds = ("available", "action_required", "in_progress", "refunded", "unavailable")
    paths = [
        "",
        "settings",
        "resources",
        "resources?q=nothing-here",
        "resources?window=open&currency=USD&q=c",
        "search?q=order",
        "bulk",
        a_preview(served),
        *(one_that_is(served, kind) for kind in kinds),
    ]
    paths += ["reviews", "refunds", "refunds?status=in_doubt", "refunds?account_id=nobody"]
    paths += [f"{place}/{refund_that_is(served, 'in_review')}" for place in ("reviews", "refunds")]
    paths.append(f"refunds/{refund_that_is(served, 'succeeded')}")
    paths += ["machines", "machines/ssl_certificate", "machines/refund?at=2026-01-01T00:00", "rules", "rules/demo"]
    paths += ["rules?before=demo&after=demo", "what-if", "what-if?window.days=14"]
    for path in paths:
        window.open(path)
        assert window.violations() == [], path
        assert not window.overflows(), path


def test_a_refund_is_found_asked_for_and_told_of(look: Look, served: Served) -> None:
    page = look().open("resources?availability=available")
    row = page.locator("tbody tr").first
    name = row.locator(".row-link").inner_text()
    row.locator(".row-link").click()
    page.get_by_role("button", name="Ask for the refund").click()
    page.get_by_role("dialog").get_by_role("button", name="Ask for the refund").click()
    expect(page.locator("[data-toast]")).to_contain_text("The refund was asked for.")
    expect(page.locator(".verdict-word")).to_have_text("In progress")
    expect(page.locator("h1")).to_have_text(name)
    expect(page).not_to_have_url(re.compile("done="))  # the page's modules take it away once they have run


def test_filters_and_tabs_change_the_list_and_its_address(look: Look) -> None:
    page = look().open("resources")
    page.get_by_label("Product").select_option("ssl_certificate")
    expect(page).to_have_url(re.compile("product=ssl_certificate"))
    expect(page.locator("tbody tr").first).to_contain_text("SSL certificate")
    page.get_by_role("link", name="Refunded").click()
    expect(page.locator("tbody tr").first).to_contain_text("Refunded")
    expect(page.get_by_label("Product")).to_have_value("ssl_certificate")


def test_the_keyboard_leads_everywhere(look: Look) -> None:
    page = look().open("resources")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    name = page.locator("tbody tr .row-link").first.inner_text()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)
    page.wait_for_load_state()  # keys mean something once the page's modules have run
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.locator("h1")).to_have_text("Refund management")
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_times_and_amounts_are_the_readers_own(look: Look, served: Served) -> None:
    page = look().open(one_that_is(served, "available"))
    paid = page.locator(".pairs time.instant").first
    expect(paid).to_have_attribute("title", str(paid.get_attribute("datetime")))
    expect(paid).to_have_text(str(paid.evaluate(IN_BERLIN)))
    amount = page.locator(".amount data")
    expect(amount).to_have_text(str(amount.evaluate(IN_GERMAN)))


IN_BERLIN = """time => new Intl.DateTimeFormat("de-DE", {dateStyle: "medium", timeStyle: "short",
    timeZone: "Europe/Berlin"}).format(new Date(time.dateTime))"""
IN_GERMAN = """data => new Intl.NumberFormat("de-DE", {style: "currency", currency: data.dataset.currency,
    currencyDisplay: "code"}).format(data.value)"""


def test_the_theme_that_was_chosen_is_remembered(look: Look) -> None:
    page = look(scheme="light").open("resources")
    by_day = ground(page)
    toggle = page.locator("[data-theme-toggle]")
    toggle.click()
    toggle.click()
    by_night = ground(page)
    assert by_night != by_day
    page.reload()
    assert ground(page) == by_night


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_live_regions_bring_themselves_up_to_date_until_paused(look: Look, served: Served) -> None:
    window = look()
    window.page.clock.install()
    page = window.open("resources")
    with page.expect_response(lambda answer: answer.url.endswith("/resources") and answer.ok):
        page.clock.run_for(11_000)
    page.keyboard.press("p")
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    assert asked == []


def test_a_selection_has_a_bar_that_counts_it(look: Look) -> None:
    page = look().open("resources?sort=deadline&currency=USD")
    page.get_by_label("Select all on this page").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("50")
    page.get_by_label("that match").check()
    total = page.locator("[data-bulk-all]").get_attribute("data-total")
    expect(page.locator("[data-bulk-count]")).to_have_text(str(total))
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()


def test_a_name_is_copied(look: Look, served: Served) -> None:
    page = look().open(one_that_is(served, "unavailable"))
    page.locator(".pairs [data-copy]").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("h1").inner_text()


def test_the_menu_of_a_small_window_unfolds(look: Look) -> None:
    page = look(SMALL).open("resources")
    page.locator(".menu summary").click()
    expect(page.locator(".menu").get_by_role("link", name="Refund management")).to_be_visible()


def test_everything_is_there_without_a_script(look: Look, served: Served) -> None:
    page = look(scripts=False).open("resources?availability=action_required")
    expect(page.locator("tbody tr").first).to_contain_text("UTC")
    page.locator(".row-link").first.click()
    page.get_by_role("button", name="Ask for this step").click()
    expect(page.locator("[data-toast]")).to_contain_text("is being told")
