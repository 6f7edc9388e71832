"""Refund management in a browser: a bulk refund from the search on, live; views, suggestions, notes."""

import re

import pytest
from playwright.sync_api import expect

from persistence.listing import Filter
from service import bulk, bulk_previews, questions
from tests.browser.conftest import SMALL, Look, Served

pytestmark = pytest.mark.peers


def an_account(served: Served) -> str:
    """An account with something available."""
    wanted = Filter(at=served.desk.clock.now(), availability="available")
    return questions.list_resources(served.desk, wanted, None, 1)[0].resource.payment.account_id


def test_everything_available_of_an_account_is_refunded_from_the_search_on(look: Look, served: Served) -> None:
    page = look().open("")
    page.keyboard.press("/")
    page.keyboard.type(an_account(served))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Available").click()
    page.get_by_role("button", name="Refund all that match").click()
    expect(page.locator(".verdict-word")).to_contain_text("can be refunded")
    page.get_by_role("button", name=re.compile("Ask for .* refund")).click()
    expect(page.locator("[data-toast]")).to_contain_text("are being asked for")
    expect(page.locator(".page-actions .pill")).to_have_text("Finished")
    expect(page.locator("tbody .pill").first).to_have_text("At once")


def test_a_run_is_seen_to_go_on_without_being_asked(look: Look, served: Served) -> None:
    wanted = Filter(at=served.desk.clock.now(), availability="unavailable")
    run = bulk_previews.preview(served.desk, wanted, {"filter": {"availability": "unavailable"}}, "ann")
    bulk.start(served.desk, run.id, "ann", f"dashboard {run.id}", by_itself=True)
    page = look().open(f"bulk/{run.id}")
    expect(page.locator(".page-actions .pill")).to_have_text("Running")
    while bulk.go_on(served.desk, run.id).status == "running":
        pass
    expect(page.locator(".page-actions .pill")).to_have_text("Finished")
    expect(page.locator("progress")).to_have_attribute("value", str(run.count))


def test_rows_are_selected_and_previewed(look: Look, served: Served) -> None:
    page = look(SMALL).open("resources?availability=action_required")
    for number in range(2):
        page.locator("[name=id]").nth(number).check()
    page.get_by_role("button", name="Preview their refunds").click()
    expect(page.locator(".verdict-word")).to_have_text("0 of 2 can be refunded")
    expect(page.locator("tbody tr[data-row]")).to_have_count(2)


def test_a_view_is_saved_and_is_there_for_the_next_one(look: Look) -> None:
    page = look().open("resources?window=open&product=private_ca")
    page.get_by_text("Save this view").first.click()
    page.get_by_label("Name of this view").fill("Open authorities")
    page.locator(".views form").get_by_role("button", name="Save this view").click()
    expect(page.locator("[data-toast]")).to_contain_text("The view is saved")
    other = look().open("resources")
    other.get_by_role("link", name="Open authorities").click()
    expect(other.get_by_label("Product")).to_have_value("private_ca")
    other.get_by_text("Save or forget views").click()
    other.get_by_role("button", name="Forget Open authorities").click()
    expect(other.get_by_role("link", name="Open authorities")).to_have_count(0)


def test_names_are_suggested_while_one_is_typed(look: Look, served: Served) -> None:
    page = look().open("resources")
    page.get_by_text("More filters").click()
    page.get_by_label("Account", exact=True).press_sequentially("acct")
    expect(page.locator("#s-account_id option")).to_have_count(10)
    page.get_by_label("Account", exact=True).fill(an_account(served))
    page.keyboard.press("Tab")
    expect(page.locator(".chips .chip").first).to_contain_text("Account")
    page.locator(".chips a.chip").first.click()
    expect(page.get_by_text("Clear filters")).to_have_count(0)


def test_a_note_is_written(look: Look, served: Served) -> None:
    wanted = Filter(at=served.desk.clock.now(), availability="unavailable")
    found = questions.list_resources(served.desk, wanted, None, 1)[0].resource.id
    page = look().open(f"resources/{found}")
    page.get_by_label("A note for whoever looks at it next").fill("They called twice.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#notes li")).to_contain_text("They called twice.")
