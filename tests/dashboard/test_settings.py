"""Kill switches turned from the dashboard and told of on every page, and what is configured."""

import re

import httpx2 as httpx
import pytest
from sqlalchemy import event

from persistence import switches as stored
from persistence.switches import Turning
from service import switches
from service.desk import Desk
from tests.dashboard.conftest import NOW
from tests.dashboard.figures import figures, recount
from tests.dashboard.test_pages import PROGRAM, text_of

pytestmark = pytest.mark.usefixtures("world")
STOP = {"switch": "product private_ca", "to": "stop", "reason": "Wrong <b>prices</b>"}
HELD = '<section class="banner bad" aria-label="Kill switches that are on">'


def key_of(page: httpx.Response, of: str) -> str:
    found = re.search(rf'name="key" value="(\w+-{of})"', page.text)
    assert found
    return found[1]


def turned(browser: httpx.Client) -> list[dict[str, object]]:
    items: list[dict[str, object]] = browser.get("/v1/switches", headers=PROGRAM).json()["turnings"]
    return items


def test_payouts_are_stopped_once_and_let_go_by_whom_and_why(browser: httpx.Client) -> None:
    browser.post("/actor", data={"actor": "zoë"})
    form = STOP | {"key": key_of(browser.get("/settings"), "stop")}
    for _ in range(2):
        answer = browser.post("/settings/switches", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "../settings?done=stopped")
    assert [(one["key"], one["actor"], one["stop"]) for one in turned(browser)] == [("private_ca", "zoë", True)]
    page = browser.get("/settings?done=stopped")
    assert "The kill switch is on" in text_of(page)
    assert "Wrong &lt;b&gt;prices&lt;/b&gt;" in page.text
    back = {
        "switch": "product private_ca",
        "to": "go",
        "reason": "Put right",
        "key": key_of(page, "product private_ca"),
    }
    assert browser.post("/settings/switches", data=back).headers["location"] == "../settings?done=released"
    assert len(turned(browser)) == 2
    assert "Let go: payouts for Private certificate authority" in text_of(browser.get("/settings"))
    assert HELD not in browser.get("/settings").text


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"reason": ""}, 400, "needs a reason"),
        ({"switch": "product luck"}, 400, "'luck' is no product"),
        ({"switch": ""}, 400, "has no kill switch"),
        ({"to": "sideways"}, 400, "turned to stop or to go"),
        ({"to": "go"}, 409, "already stands on go"),
        ({"key": ""}, 400, "Idempotency-Key is required"),
    ],
)
def test_what_is_not_turned_is_said_over_what_was_typed(
    browser: httpx.Client, wrong: dict[str, str], status: int, says: str
) -> None:
    answer = browser.post("/settings/switches", data=STOP | {"key": "k", "reason": "Typed with care"} | wrong)
    assert answer.status_code == status
    assert says in text_of(answer)
    if wrong.keys() == {"key"}:
        assert 'value="Typed with care"' in answer.text
        assert '<option value="product private_ca" selected>' in answer.text
    assert turned(browser) == []


def test_every_page_tells_of_switches_that_are_on(browser: httpx.Client, desk: Desk) -> None:
    paths = ("/", "/resources", "/resources/plain", "/search?q=zz", "/settings", "/nothing/here", "/resources/nobody")
    assert not [path for path in paths if HELD in browser.get(path).text]
    switches.turn(desk, "product", "private_ca", "olga", "wrong prices", stop=True)
    for path in paths:
        page = browser.get(path)
        assert HELD in page.text, path
        assert "Payouts for Private certificate authority are stopped since 2026-03-02 12:00 UTC 0 s ago by olga" in (
            text_of(page)
        )
    for kind, keys in switches.keys(desk).items():
        for key in keys:
            if key != "private_ca":
                switches.turn(desk, kind, key, "a" * 256, "r" * 2000, stop=True)
    crowded = browser.get("/settings")
    assert crowded.text.count(" are stopped</strong>") == 3
    assert "And more." in text_of(crowded)
    assert "Stop payouts" not in text_of(crowded)


def test_the_switches_cost_a_page_one_query(browser: httpx.Client, desk: Desk) -> None:
    told: list[str] = []
    with desk.store.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", lambda *arguments: told.append(arguments[2]))
    browser.get("/search")
    assert len([statement for statement in told if "switch_change" in statement]) == 1


def test_a_switch_of_a_provider_that_is_gone_is_told_of_and_left_alone(browser: httpx.Client, desk: Desk) -> None:
    with desk.store.writing() as connection:
        stored.turn(connection, Turning("provider", "old bank", True, "olga", "it went away", NOW))
    page = browser.get("/settings")
    assert "Payouts through old bank" in text_of(page)
    assert "This provider is not configured here any more." in text_of(page)
    assert 'value="provider old bank"' not in page.text


def test_what_is_configured_is_what_is_in_force(browser: httpx.Client, desk: Desk) -> None:
    page = browser.get("/settings")
    assert figures(page.text)["rules"] == str(recount(desk, "SELECT COUNT(*) FROM rules_version")[0][0])
    words = text_of(page)
    for told in (
        "Version tested", "7 days, counted by the calendar, UTC", "within 1 h of the deadline",
        "Review above 500.00 USD", "Override up to 50.00 USD", "Account managers ann", "Providers sandbox",
        "A test clock moves the time.",
    ):  # fmt: skip
        assert told in words, told
    assert re.search(r"Database (SQLite 3\.\d|PostgreSQL \d\d)", words)


def test_who_acts_is_told_what_they_may_do(browser: httpx.Client) -> None:
    assert "You act as local , who is no account manager" in text_of(browser.get("/settings"))
    answer = browser.post("/actor", data={"actor": "ann", "back": "settings"})
    assert answer.headers["location"] == "./settings"
    page = text_of(browser.get("/settings"))
    assert "You act as ann , an account manager" in page
    assert "in the cookie refundry_actor" in page
