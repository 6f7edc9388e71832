"""Deciding on refunds and looking into them, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from persistence.refunds import Filter
from service import refunds
from tests.browser.conftest import LARGE, SMALL, Look, Served

pytestmark = pytest.mark.peers


def one_in_review(served: Served, product: str | None = None) -> str:
    """The id of the refund that has waited longest."""
    return refunds.list_refunds(served.desk, Filter(status="in_review", product=product), None, 1)[0].listed.refund.id


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_a_gateways_remainder_is_approved_in_three_clicks_from_the_start(
    look: Look, served: Served, size: tuple[int, int]
) -> None:
    refund_id = one_in_review(served, "https_acceleration_gateway")
    page = look(size).open("")
    if size == SMALL:
        page.locator(".menu summary").click()
    page.locator("nav").get_by_role("link", name="Reviews").locator("visible=true").click()
    page.locator(f'tr[data-key="{refund_id}"] .button').click()
    page.get_by_role("button", name=re.compile("Approve")).click()
    expect(page.locator("[data-toast]")).to_contain_text("Approved.")
    assert refunds.view(served.desk, refund_id).listed.refund.decided_by == "local"


def test_declining_asks_for_a_reason_and_leads_to_the_next(look: Look, served: Served) -> None:
    refund_id = one_in_review(served)
    page = look().open(f"reviews/{refund_id}")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_label("Reason to decline")).to_be_focused()
    page.get_by_label("Reason to decline").fill("It is in use.")
    page.get_by_role("button", name="Decline").click()
    expect(page.locator("[data-toast]")).to_contain_text("Declined. This is the next one that waits.")
    expect(page).not_to_have_url(re.compile(refund_id))
    assert refunds.view(served.desk, refund_id).listed.refund.note == "It is in use."


def test_somebody_who_looks_is_told_when_another_decides(look: Look, served: Served) -> None:
    refund_id = one_in_review(served)
    window = look()
    window.page.clock.install()
    page = window.open(f"reviews/{refund_id}")
    refunds.decide(served.desk, refund_id, "bob", approve=True, reason=None, amount=None)
    page.clock.run_for(11_000)
    expect(page.locator("#standing")).to_contain_text("It no longer waits.")


def test_a_refund_is_reached_from_the_tabs_and_its_key_copied(look: Look) -> None:
    page = look().open("refunds")
    page.get_by_role("link", name="Succeeded").click()
    expect(page.locator(".meaning")).to_contain_text("Paid:")
    page.locator("tbody tr .row-link").first.click()
    expect(page.locator(".verdict-word")).to_have_text("Succeeded")
    key = page.get_by_text(re.compile("^rf_.*:")).first.inner_text()
    page.locator(f'[data-copy="{key}"]').first.click()
    assert page.evaluate("navigator.clipboard.readText()") == key


def test_reviews_are_decided_without_a_script(look: Look, served: Served) -> None:
    refund_id = one_in_review(served)
    page = look(scripts=False).open(f"reviews/{refund_id}")
    page.get_by_role("button", name=re.compile("Approve")).click()
    expect(page.locator("[data-toast]")).to_contain_text("Approved.")
