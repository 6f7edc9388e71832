"""Every number of the machines' pages, held against a recount by SQL over a world in which much has happened."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import httpx2 as httpx
import pytest

from entrypoints.cli.demonstration import fill
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.dashboard.conftest import BROWSER, NOW
from tests.dashboard.figures import figures, recount
from tests.databases import KINDS, fresh_postgres_url, fresh_sqlite_url, quick_engine
from tests.robustness.services import InThread
from workflows.instants import EARLIEST, instant_text
from workflows.machines import MACHINES
from workflows.money import format_amount
from workflows.products import CATALOGUE
from workflows.refund_machine import REFUND
from workflows.rules import parse_rules
from workflows.window_machine import WINDOW

SIZE = 8
WINDOWS = "CASE WHEN claimed_at IS NOT NULL THEN 'claimed' WHEN deadline_at > :now THEN 'open' ELSE 'closed' END"
MONEY = re.compile(r'<data class="money" value="([^"]+)" data-currency="([^"]+)"')


@pytest.fixture(scope="module", params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Ten days of the demonstration, told and folded; the tests only look at it."""
    clock, sqlite = SetClock(EARLIEST), request.param == "sqlite"
    folder = tmp_path_factory.mktemp("numbers")
    url = fresh_sqlite_url(folder) if sqlite else fresh_postgres_url(request.getfixturevalue("postgres"))
    opened = open_desk(quick_engine(url), CATALOGUE, [parse_rules(DEMO_RULES)], clock)
    fill(opened, clock, demo_events(NOW, SIZE), NOW + timedelta(minutes=20), lambda _count: None)
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def browser(desk: Desk) -> Iterator[httpx.Client]:
    service = InThread(Wired(desk, Settings(), None, None))
    service.client.headers.update(BROWSER)
    yield service.client
    service.stop()


REFUNDS = """
SELECT refund.status, refund.amount_minor, resource.currency, resource.account_id, resource.product, resource.paid_at
FROM refund JOIN resource ON resource.id = refund.resource_id
"""


def of_states(desk: Desk, key: str, where: str = "1 = 1", **values: object) -> dict[str, dict[str, tuple[int, int]]]:
    """Number and amount by state and currency of a machine, from the tables themselves."""
    values |= {"now": desk.clock.now().strftime("%Y-%m-%d %H:%M:%S.%f+00:00")}
    if key == REFUND.key:
        told = f"SELECT status, currency, COUNT(*), SUM(amount_minor) FROM ({REFUNDS}) AS refunds"
    else:
        what = WINDOWS if key == WINDOW.key else "state"
        told = f"SELECT {what}, currency, COUNT(*), SUM(cash_minor) FROM resource"
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for state, currency, number, minor in recount(desk, f"{told} WHERE {where} GROUP BY 1, 2", **values):
        found.setdefault(str(state), {})[str(currency)] = (int(str(number)), int(str(minor)))
    return found


def rows_of(page: str) -> dict[str, set[tuple[str, str]]]:
    """The amounts beside each state's figure."""
    rows = re.findall(r'data-figure="state:([^"]+)".*?</tr>', page, re.DOTALL)
    texts = re.findall(r'data-figure="state:[^"]+"(.*?)</tr>', page, re.DOTALL)
    return {state: set(MONEY.findall(text)) for state, text in zip(rows, texts, strict=True)}


def test_the_overview_is_a_recount(browser: httpx.Client, desk: Desk) -> None:
    shown = figures(browser.get("/machines").text)
    expected = {}
    for key in MACHINES:
        where = "1 = 1" if key in (REFUND.key, WINDOW.key) else f"product = '{key}'"
        counts = {state: sum(number for number, _ in of.values()) for state, of in of_states(desk, key, where).items()}
        expected |= {f"machine:{key}:{state}": str(number) for state, number in counts.items()}
        expected[f"machine:{key}"] = str(sum(counts.values()))
    assert shown == expected
    assert len(shown) > 40


@pytest.mark.parametrize("key", MACHINES)
@pytest.mark.parametrize("filtered", [False, True])
def test_a_machine_is_a_recount(browser: httpx.Client, desk: Desk, key: str, filtered: bool) -> None:
    account = str(recount(desk, "SELECT account_id FROM resource GROUP BY 1 ORDER BY COUNT(*) DESC, 1")[0][0])
    own = "1 = 1" if key in (REFUND.key, WINDOW.key) else f"product = '{key}'"
    where = f"{own} AND account_id = :account" if filtered else own
    values = {"account": account} if filtered else {}
    page = browser.get(f"/machines/{key}?account_id={quote(account)}" if filtered else f"/machines/{key}").text
    expected = of_states(desk, key, where, **values)
    if key not in (REFUND.key, WINDOW.key):
        expected |= of_states(desk, WINDOW.key, where, **values)
    shown, money = figures(page), rows_of(page)
    states = {name.partition(":")[2]: int(value) for name, value in shown.items() if name.startswith("state:")}
    assert {state: number for state, number in states.items() if number} == {
        state: sum(number for number, _ in of.values()) for state, of in expected.items()
    }
    assert money == {
        state: {(format_amount(minor, currency), currency) for currency, (_, minor) in expected.get(state, {}).items()}
        for state in states
    }
    assert int(shown["total"]) == sum(states[str(state)] for state in MACHINES[key].states)


@pytest.mark.parametrize("key", MACHINES)
def test_passings_are_a_recount_of_history(browser: httpx.Client, desk: Desk, key: str) -> None:
    shown = figures(browser.get(f"/machines/{key}").text)
    since = (NOW - timedelta(days=7)).replace(hour=0).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    told = "SELECT event, from_state, to_state, COUNT(*) FROM history JOIN resource ON resource.id = resource_id"
    own = "" if key in (REFUND.key, WINDOW.key) else f" AND product = '{key}'"
    for name, more in (("ever", ""), ("recent", " AND recorded_at >= :since")):
        query = f"{told} WHERE outcome = 'applied'{own}{more} GROUP BY 1, 2, 3"
        rows = recount(desk, query, **({"since": since} if more else {}))
        passed = {figure: value for figure, value in shown.items() if figure.startswith(f"{name}:")}
        assert passed
        for figure, value in passed.items():
            _, event, sources, target = figure.split(":")
            alike = [row for row in rows if row[0] == event]
            if own:
                froms = sources.split("+")
                alike = [row for row in alike if (row[1] or "") in froms and row[2] == target]
            assert int(value) == sum(int(str(row[3])) for row in alike), figure


def test_a_past_moment_is_a_recount_of_who_was_paid_for_by_then(browser: httpx.Client, desk: Desk) -> None:
    at = NOW - timedelta(days=4)
    shown = figures(browser.get(f"/machines/window?at={instant_text(at)}").text)
    paid = "SELECT COUNT(*) FROM resource WHERE paid_at <= :at"
    moment = at.strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    assert int(shown["total"]) == recount(desk, paid, at=moment)[0][0] > 0
    closed = recount(desk, f"{paid} AND deadline_at <= :at", at=moment)[0][0]
    assert int(shown["state:closed"]) + int(shown["state:claimed"]) >= int(str(closed))
