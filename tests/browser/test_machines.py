"""Machines and rules in a browser: going back in time, from a state to its list, and supposing other terms."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SMALL, Look

pytestmark = pytest.mark.peers


def test_from_the_overview_to_what_stands_in_a_state(look: Look) -> None:
    page = look().open("machines")
    page.locator("h2").get_by_role("link", name="SSL certificate").click()
    count = page.locator('[data-figure="state:issued"]').inner_text()
    page.locator('.refundry-diagram [data-state="issued"]').click()
    expect(page).to_have_url(re.compile(r"resources\?product=ssl_certificate&state=issued"))
    expect(page.locator("[role=status] strong").first).to_have_text(count)


def test_the_slider_goes_back_in_time_and_forth_again(look: Look) -> None:
    page = look(SMALL).open("machines/ssl_certificate")
    total = int(page.locator('[data-figure="total"]').inner_text())
    page.locator("#back").press("Home")
    expect(page).to_have_url(re.compile("at=20"))
    expect(page.locator(".banner")).to_contain_text("As of")
    expect(page.locator("[data-slider-says]")).not_to_have_text("")
    assert int(page.locator('[data-figure="total"]').inner_text()) < total
    page.locator("#back").press("End")
    expect(page.locator(".banner")).to_have_count(0)
    expect(page.locator('[data-figure="total"]')).to_have_text(str(total))


def test_the_slider_works_without_a_script(look: Look) -> None:
    page = look(scripts=False).open("machines/window")
    page.locator("#back").press("ArrowLeft")
    page.get_by_role("button", name="Go there").click()
    expect(page.locator(".banner")).to_contain_text("As of")


def test_other_terms_are_supposed(look: Look) -> None:
    page = look().open("rules")
    page.get_by_role("link", name="What if they were otherwise?").click()
    page.get_by_label("Refund window", exact=True).fill("14")
    page.get_by_role("button", name="See what it would mean").click()
    expect(page.locator("#outcome-title")).to_contain_text("would fare otherwise")
    assert int(page.locator('[data-figure="gained"]').inner_text()) > 0
    page.locator(".kind a").first.click()
    expect(page.locator("#eligibility-title")).to_be_visible()
