"""The page of refusals: every reason has its sentence and its advice, and leads to the refusals it stood in."""

import re

import httpx2 as httpx
import pytest

from entrypoints.dashboard.advice import ADVICE
from persistence.refusals import Filter
from service import refusal_overview
from service.clock import SetClock
from service.desk import Desk
from tests.dashboard.conftest import NOW
from tests.dashboard.test_pages import text_of
from tests.dashboard.unsettled import say
from tests.robustness.tellings import told
from workflows.reasons import CODES

pytestmark = pytest.mark.usefixtures("world")
#: Said of events that are rejected or told of nothing known; no row of history has them.
NEVER_IN_HISTORY = {
    "already_paid", "unknown_resource", "malformed", "unknown_type", "reserved_type", "wrong_product", "time_ahead",
    "id_reused", "bad_data", "unprocessable", "earlier_definition",
}  # fmt: skip


def refuse(browser: httpx.Client, subject: str, times: int) -> None:
    told_so = say(browser, *(told("refund.requested", subject, f"{subject}-{number}") for number in range(times)))
    assert told_so == ["refused"] * times


def test_every_reason_that_can_stand_in_a_refusal_has_its_advice() -> None:
    assert set(ADVICE) == set(CODES) - NEVER_IN_HISTORY


def test_a_reason_leads_to_its_refusals(browser: httpx.Client) -> None:
    refuse(browser, "used", 2)
    refuse(browser, "issued", 1)
    page = browser.get("/refusals")
    assert "It had been used. Ask before it is used for the first time." in text_of(page)
    assert text_of(page).index("It had been used.") < text_of(page).index("It was not revoked first.")
    chosen = browser.get("/refusals?days=30&reason=already_used")
    assert 'href="refusals?days=30&amp;reason=already_used"' in browser.get("/refusals?days=30").text
    assert chosen.text.count("<tr data-row>") == 2
    assert 'href="resources/used"' in chosen.text and 'href="resources/issued"' not in chosen.text
    assert "What could have been done: Ask before" in text_of(chosen)
    assert "Not in this period" in text_of(browser.get("/refusals?reason=window_closed"))
    of_other = browser.get("/refusals?reason=already_used&product=private_ca")
    assert "Not in this period" in text_of(of_other)


def test_a_period_ends_with_today(browser: httpx.Client, clock: SetClock) -> None:
    refuse(browser, "used", 1)
    clock.advance(NOW.replace(day=5))
    for days, found in ((1, False), (7, True)):
        assert ("It had been used." in text_of(browser.get(f"/refusals?days={days}"))) == found
    assert "Nothing was refused" in text_of(browser.get("/refusals?days=1"))


def test_the_chart_has_every_hour_or_day_of_the_period(browser: httpx.Client) -> None:
    refuse(browser, "used", 1)
    for days, spans in ((1, NOW.hour + 1), (7, 7), (30, 30)):
        page = browser.get(f"/refusals?days={days}")
        assert len(re.findall(r'<th scope="row">2026-', page.text)) == spans


def test_refusals_are_met_once_a_stretch_at_a_time(browser: httpx.Client, desk: Desk, clock: SetClock) -> None:
    refuse(browser, "used", 4)
    refuse(browser, "issued", 5)
    clock.advance(NOW.replace(day=3))
    assert say(browser, told("refund.requested", "issued", "late")) == ["refused"]
    assert say(browser, *(told("refund.requested", "used", f"late-{n}") for n in range(3))) == ["refused"] * 3
    wanted, seen, after = Filter(reason="already_used"), list[int](), None
    for _ in range(30):
        leaf = refusal_overview.leaf(desk, wanted, after, 2, through=3)
        seen += [refusal.row.seq for refusal, _ in leaf.items if refusal.row.seq not in seen]
        after = leaf.following
        if after is None:
            break
    assert after is None
    assert len(seen) == 7


@pytest.mark.parametrize("query", ["days=5", "reason=luck", "product=luck", "reason=already_used&cursor=AAAA"])
def test_what_cannot_be_understood_is_said(browser: httpx.Client, query: str) -> None:
    page = browser.get(f"/refusals?{query}")
    assert (page.status_code, 'role="alert"' in page.text) == (400, True)
