"""The pages of hooks: what failed is seen and told again, endpoints are added and switched, secrets shown once."""

import re

import httpx2 as httpx
import pytest

from service.desk import Desk
from service.hooks import deliveries, subscriptions
from service.hooks.deliveries import Filter
from tests.dashboard.test_pages import key_of, text_of
from tests.dashboard.unsettled import MAIN, SECOND
from tests.dashboard.unsettled import unsettled as unsettled


def hook_of(desk: Desk, url: str) -> str:
    [found] = [one.id for one in subscriptions.list_hooks(desk, None, 10) if one.url == url]
    return found


def dead(desk: Desk, hook: str) -> list[str]:
    return [one.delivery.id for one in deliveries.list_deliveries(desk, hook, Filter("dead"), None, 10)]


@pytest.mark.usefixtures("unsettled")
def test_what_failed_is_seen_and_told_again(browser: httpx.Client, desk: Desk) -> None:
    hook = hook_of(desk, MAIN)
    page = browser.get("/hooks")
    assert text_of(page).index("The <ledger>") < text_of(page).index(SECOND), "trouble comes first"
    assert "It is failing since" in text_of(page) and "there is no way to tell https: URLs here" in text_of(page)
    [failed] = dead(desk, hook)
    listed = browser.get("/hooks?status=failed")
    assert "Refund requested of dear" in text_of(listed) and "8 tries" in text_of(listed)
    key = re.search(rf'name="key" value="(\w+-{failed})"', listed.text)
    assert key
    form = {"key": key[1], "delivery": failed, "back": "hooks", "status": "failed"}
    first, again = (browser.post(f"/hooks/{hook}/resend", data=form) for _ in range(2))
    assert first.headers["location"] == "../../hooks?status=failed&done=resent"
    assert again.headers["location"] == "../../hooks?status=failed&done=resent-before"
    assert dead(desk, hook) == []
    assert "Nothing failed" in text_of(browser.get("/hooks?status=failed"))
    waiting = browser.get(f"/hooks/{hook}?status=waiting")
    assert "8 tries, and what is told" in text_of(waiting) and "refundry hooks resend" in text_of(waiting)


@pytest.mark.usefixtures("unsettled")
def test_all_that_failed_is_told_again_unless_the_endpoint_is_disabled(browser: httpx.Client, desk: Desk) -> None:
    hook = hook_of(desk, MAIN)
    switched = browser.post(f"/hooks/{hook}/switch", data={"key": "k-1", "enabled": "no"})
    assert switched.headers["location"].endswith("?done=hook-disabled")
    page = browser.get(f"/hooks/{hook}?status=failed")
    assert "It is disabled: it was switched off" in text_of(page) and "/resend" not in page.text
    refused = browser.post(f"/hooks/{hook}/resend", data={"key": "k-2", "all": "failed"})
    assert (refused.status_code, "enable it, and then send again" in text_of(refused)) == (409, True)
    browser.post(f"/hooks/{hook}/switch", data={"key": "k-3", "enabled": "yes"})
    done = browser.post(f"/hooks/{hook}/resend", data={"key": "k-2", "all": "failed"})
    assert done.headers["location"].endswith(f"hooks/{hook}?done=resent-all")
    assert dead(desk, hook) == []


def test_a_secret_is_shown_in_one_answer_only(browser: httpx.Client, desk: Desk) -> None:
    empty = browser.get("/hooks")
    assert "No endpoint yet" in text_of(empty)
    form = {"key": key_of(empty, "add"), "url": MAIN, "events": "refund.*, order.paid", "description": "CRM"}
    made = browser.post("/hooks", data=form)
    assert made.status_code == 200 and made.headers["cache-control"] == "no-store"
    secret = re.search(r'data-copy="(whsec_[^"]+)"', made.text)
    assert secret
    again = browser.post("/hooks", data=form)
    hook = hook_of(desk, MAIN)
    assert again.headers["location"].endswith(f"hooks/{hook}?done=added-before")
    assert subscriptions.view(desk, hook).events == ("refund.*", "order.paid")
    assert secret[1] not in browser.get(f"/hooks/{hook}").text
    key = key_of(browser.get(f"/hooks/{hook}"), "secret")
    rotated, repeated = (browser.post(f"/hooks/{hook}/secret", data={"key": key}) for _ in range(2))
    assert "whsec_" in rotated.text and secret[1] not in rotated.text and "one before" in text_of(rotated)
    assert repeated.headers["location"].endswith("done=rotated-before")


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"url": "ftp://x"}, "must be an http:// or https:// URL"),
        ({"url": "http://127.0.0.1/x"}, "url:"),
        ({"url": MAIN, "events": "no.such"}, "events names"),
        ({"url": ""}, "url must be a text"),
    ],
)
def test_an_endpoint_that_cannot_be_is_told_with_what_was_typed(
    browser: httpx.Client, form: dict[str, str], wrong: str
) -> None:
    answer = browser.post("/hooks", data={"key": "k", "description": "typed <here>"} | form)
    assert answer.status_code == 400
    assert wrong in text_of(answer)
    assert 'value="typed &lt;here&gt;"' in answer.text


def test_only_what_there_is_can_be_looked_at(browser: httpx.Client) -> None:
    assert browser.get("/hooks/hk_none").status_code == 404
    assert browser.get("/hooks?status=lost").status_code == 400
    assert browser.post("/hooks/hk_none/resend", data={"key": "k", "all": "failed"}).status_code == 404


@pytest.mark.parametrize("path", ["/hooks", "/hooks/x/switch", "/hooks/x/secret", "/hooks/x/resend"])
def test_forms_are_taken_from_the_dashboard_only(browser: httpx.Client, path: str) -> None:
    answer = browser.post(path, data={"key": "k", "url": MAIN}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
