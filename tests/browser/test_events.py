"""Events, hooks, refusals and audit in a browser: what failed is sent again in three clicks, what waits is resolved."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from entrypoints.cli.demonstration import fill
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from service.clock import SetClock, SystemClock
from service.hooks import subscriptions
from service.opening import open_desk
from tests.browser.conftest import LARGE, SMALL, Look, Served, Watched
from tests.browser.test_pages import WINDOWS
from tests.databases import fresh_sqlite_url, quick_engine
from tests.robustness.services import InThread
from workflows.instants import EARLIEST
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

pytestmark = pytest.mark.peers
SIZE = 20


@pytest.fixture(scope="module")
def untold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration with a hook that nobody answers, looked at right after it was given up on some of it."""
    clock = SetClock(EARLIEST)
    desk = open_desk(
        quick_engine(fresh_sqlite_url(tmp_path_factory.mktemp("untold"))), CATALOGUE, [parse_rules(DEMO_RULES)], clock
    )
    hook = {
        "url": "https://example.com/hooks",
        "events": ["refund.redirected", "refund.failed", "refund.reversed"],
        "description": "The ledger",
    }
    subscriptions.add(desk, hook)
    now = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    fill(desk, clock, demo_events(now, SIZE), now + timedelta(minutes=1), lambda _count: None)
    for one in subscriptions.list_hooks(desk, None, 10):
        subscriptions.change(desk, one.id, {"enabled": True})
    service = InThread(Wired(desk, Settings(), None, clock))
    yield Served(desk, str(service.client.base_url).rstrip("/"))
    service.stop()


def at(window: Watched, served: Served) -> Watched:
    """A window in which another service is looked at."""
    window.address = served.address
    return window


@pytest.mark.parametrize(("size", "scheme"), WINDOWS)
def test_every_page_is_accessible_and_fits_its_window(
    look: Look, untold: Served, size: tuple[int, int], scheme: str
) -> None:
    window = at(look(size, scheme), untold)
    [hook] = [one.id for one in subscriptions.list_hooks(untold.desk, None, 10)]
    for path in (
        "events", "events?kind=parked", "events?kind=dead", "events?subject=nobody", "events/1", "hooks",
        "hooks?status=failed", f"hooks/{hook}", "refusals", "refusals?reason=window_closed", "audit?check=newest",
    ):  # fmt: skip
        window.open(path)
        assert window.violations() == [], path
        assert not window.overflows(), path


def test_a_failed_hook_is_sent_again_in_three_clicks(look: Look, untold: Served) -> None:
    page = at(look(), untold).open("")
    page.locator(".side").get_by_role("link", name="Hooks").click()
    page.get_by_role("link", name=re.compile("Failed deliveries")).click()
    page.get_by_role("button", name=re.compile("^Resend all|^Resend what failed")).click()
    expect(page.locator("[data-toast]")).to_contain_text("told again at once")
    expect(page.locator("main")).to_contain_text("Nothing failed")


def test_dead_letters_are_selected_and_discarded(look: Look, untold: Served) -> None:
    page = at(look(), untold).open("events?kind=dead")
    rows = page.locator("tbody tr")
    before = rows.count()
    for number in range(2):
        rows.nth(number).get_by_role("checkbox").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    page.get_by_label("Reason for discarding").fill("told for the wrong thing")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("[data-toast]")).to_contain_text("discarded")
    expect(rows).to_have_count(before - 2)


def test_a_dead_letter_is_tried_again_without_a_script(look: Look, untold: Served) -> None:
    page = at(look(LARGE, scripts=False), untold).open("events?kind=dead")
    page.locator(".row-link").first.click()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-toast]")).to_contain_text("tried again")


def test_an_endpoint_is_added_and_its_secret_kept(look: Look, untold: Served) -> None:
    page = at(look(SMALL), untold).open("hooks")
    page.get_by_role("button", name="Add an endpoint").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Where to tell").fill("https://example.org/hooks")
    dialog.get_by_role("button", name="Add it").click()
    expect(page.locator("h1")).to_have_text("Keep this secret now")
    expect(page.locator(".copyable code").first).to_contain_text("whsec_")
    page.get_by_role("link", name="I have kept it").click()
    expect(page.locator("h1")).to_have_text("https://example.org/hooks")


def test_a_reason_leads_to_a_refused_resource(look: Look, untold: Served) -> None:
    page = at(look(), untold).open("refusals")
    page.locator(".row-link").first.click()
    name = page.locator("tbody .row-link").first.inner_text()
    page.locator("tbody .row-link").first.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".timeline")).to_contain_text("Refused")


def test_the_newest_records_are_verified(look: Look, untold: Served) -> None:
    page = at(look(), untold).open("audit")
    page.get_by_role("link", name=re.compile("Verify the last")).click()
    expect(page.locator(".banner.good")).to_contain_text("Everything holds.")
