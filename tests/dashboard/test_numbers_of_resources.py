"""Every number of refund management, of its bulk pages and of a resource's page, held against a recount by SQL."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx2 as httpx
import pytest

from service import questions
from service.clock import SetClock
from service.desk import Desk
from tests.dashboard.conftest import Tell
from tests.dashboard.figures import figures, recount
from tests.dashboard.test_bulk import previewed, start
from tests.dashboard.test_pages import key_of
from tests.robustness.tellings import BATCH, paid, told
from workflows.money import Money

_MONEY = re.compile(r'<data class="money" value="([^"]+)" data-currency="([^"]+)"')
_GROUP = re.compile(r'<tr data-group="(\w+)">(.*?)</tr>', re.DOTALL)
_ROW = re.compile(r'<tr data-row data-key="([^"]+)">(.*?)</tr>', re.DOTALL)
STOCK = """SELECT id, product, state, currency, cash_minor, claimed_at, deadline_at, unresolved FROM resource"""


@pytest.fixture
def any_database_url(database_url: str) -> str:
    """Numbers are held on each kind of store."""
    return database_url


@pytest.fixture
def lively(world: None, browser: httpx.Client, tell: Tell, clock: SetClock) -> None:
    """Windows open, closed and claimed; refunds paid, in review and refused; a word that fits nowhere."""
    tell(
        paid("yen", currency="JPY", cash_paid="300", order_id="order-3"),
        paid("euro", currency="EUR", cash_paid="7.10", account_id="account-2"),
        paid("free", cash_paid="0.00", coupon_paid="5.00"),
    )
    puzzling = told("certificate.revocation_completed", "plain", "puzzle", "2026-03-02T11:00:00Z")
    assert browser.post("/v1/events", json=[puzzling], headers=BATCH).json()["results"][0]["outcome"] == "parked"
    for name in ("dear", "euro"):
        browser.post(f"/v1/resources/{name}/refunds", headers={"Idempotency-Key": name})
    clock.advance(clock.now() + timedelta(days=3))
    tell(paid("late", time=clock.now().isoformat()), paid("late-2", "private_ca", time=clock.now().isoformat()))
    clock.advance(clock.now() + timedelta(days=5))
    tell(paid("last", time=clock.now().isoformat(), currency="EUR", cash_paid="1.00"))


pytestmark = pytest.mark.usefixtures("lively")


def instant(stored: object) -> datetime:
    """A stored instant: SQLite gives it as a text without its zone, which is UTC."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def money_in(html: str) -> list[tuple[str, str]]:
    return _MONEY.findall(html)


def sums(rows: Iterable[tuple[object, object]]) -> list[tuple[str, str]]:
    """The money of rows of currency and minor units, as a page writes their sums."""
    minor: Counter[str] = Counter()
    for currency, amount in rows:
        if currency is not None:
            minor[str(currency)] += int(str(amount))
    return [(Money(currency, minor[currency]).text, currency) for currency in sorted(minor)]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"product": "ssl_certificate"},
        {"availability": "available"},
        {"window": "closed", "state": "pending"},
        {"currency": "EUR", "account_id": "account-1"},
        {"availability": "unavailable", "product": "message_notification", "currency": "USD"},
    ],
    ids=str,
)
def test_the_list_counts_what_a_recount_counts(
    browser: httpx.Client, desk: Desk, clock: SetClock, query: dict[str, str]
) -> None:
    stock = []
    for id_, product, state, currency, minor, claimed, deadline, unresolved in recount(desk, STOCK):
        window = "claimed" if claimed else "open" if instant(deadline) > clock.now() else "closed"
        availability = str(questions.eligibility(desk, str(id_)).availability)
        one = {"product": product, "state": state, "currency": currency, "window": window, "availability": availability}
        stock.append((id_, one, minor, unresolved))
    if "account_id" in query:
        ids = {
            row[0] for row in recount(desk, "SELECT id FROM resource WHERE account_id = :id", id=query["account_id"])
        }
        stock = [kept for kept in stock if kept[0] in ids]
    facets = {name: value for name, value in query.items() if name != "account_id"}
    page = browser.get("/resources", params=query)
    shown = figures(page.text)
    expected: dict[str, str] = {}
    for facet in ("product", "state", "window", "availability", "currency"):
        others = {name: value for name, value in facets.items() if name != facet}
        counts = Counter(one[facet] for _, one, *_ in stock if others.items() <= one.items())
        names = {name.partition(":")[2] for name in shown if name.startswith(f"{facet}:")}
        assert counts.keys() <= names, facet
        expected |= {f"{facet}:{name}": str(counts[name]) for name in names - {"all"}}
        if facet == "availability":
            expected["availability:all"] = str(counts.total())
    matching = [kept for kept in stock if facets.items() <= kept[1].items()]
    expected["matching"] = str(len(matching))
    expected |= {f"unresolved:{id_}": str(unresolved) for id_, _, _, unresolved in matching if unresolved}
    assert shown == expected
    assert rows_in(page.text) == {id_: sums([(one["currency"], minor)]) for id_, one, minor, _ in matching}


def test_a_preview_and_its_run_come_to_what_a_recount_comes_to(browser: httpx.Client, desk: Desk) -> None:
    preview = previewed(browser, "q=account-")
    run_id = preview.url.path.split("/")[-1]
    seen = results(desk, run_id)
    foreseen = {key: sums(row.paid for row in seen if row.foreseen in kinds) for key, kinds in KINDS.items()}
    accepted = sum(row.foreseen in KINDS["all"] for row in seen)
    assert figures(preview.text) == {
        **counted(seen, "foreseen", "foreseen"),
        **counted(seen, "foreseen", "tab"),
        **reasons_of(row for row in seen if row.foreseen in ("refused", "failed")),
        "count": str(len(seen)),
        "accepted": str(accepted),
        "others": str(len(seen) - accepted),
    }
    assert groups(preview.text) == {key: foreseen[key] for key in groups(preview.text)}
    assert rows_in(preview.text) == {row.id: sums([row.paid]) for row in seen}

    done = start(browser, preview)
    came = results(desk, run_id)
    assert figures(done.text) == {
        **counted(seen, "foreseen", "foreseen"),
        **counted(came, "outcome", "done"),
        **counted(came, "outcome", "tab"),
        **reasons_of(row for row in came if row.outcome in ("refused", "failed")),
        "count": str(len(came)),
        "done": str(len(came)),
    }
    money = {key: sums(row.paid for row in came if row.outcome in kinds) for key, kinds in KINDS.items()}
    assert groups(done.text) == {key: foreseen[key] + money[key] for key in groups(done.text)}
    assert rows_in(done.text) == {row.id: sums([row.paid]) for row in came}
    asked = recount(
        desk,
        "SELECT r.currency, f.amount_minor FROM refund f JOIN resource r ON r.id = f.resource_id "
        "JOIN bulk_result b ON b.refund_id = f.id WHERE b.run_id = :run",
        run=run_id,
    )
    assert money["all"] == sums((row[0], row[1]) for row in asked)

    listed = browser.get("/bulk")
    assert figures(listed.text) == {f"count:{run_id}": str(len(came)), f"done:{run_id}": str(len(came))}
    assert rows_in(listed.text) == {run_id: foreseen["all"]}


#: The outcomes of a line; those of the last one are accepted.
KINDS = {
    "at_once": {"at_once"},
    "in_review": {"in_review"},
    "refused": {"refused"},
    "failed": {"failed"},
    "all": {"at_once", "in_review"},
}


@dataclass(frozen=True)
class Result:
    """A row of a run as it is stored."""

    id: str
    foreseen: str
    outcome: str | None
    paid: tuple[object, object]
    codes: frozenset[str]


def results(desk: Desk, run_id: str) -> list[Result]:
    query = (
        "SELECT resource_id, foreseen, outcome, currency, amount_minor, reasons FROM bulk_result WHERE run_id = :run"
    )
    return [
        Result(str(id_), str(foreseen), outcome, (currency, minor), codes_in(said))  # type: ignore[arg-type]
        for id_, foreseen, outcome, currency, minor, said in recount(desk, query, run=run_id)
    ]


def codes_in(said: object) -> frozenset[str]:
    """The codes of stored reasons: SQLite gives JSON as a text."""
    return frozenset(one["code"] for one in (json.loads(said) if isinstance(said, str) else said))  # type: ignore[attr-defined]


def counted(rows: list[Result], by: str, name: str) -> dict[str, str]:
    counts = Counter(getattr(row, by) for row in rows)
    return {f"{name}:{key}": str(count) for key, count in counts.items()} | {f"{name}:all": str(len(rows))}


def reasons_of(rows: Iterable[Result]) -> dict[str, str]:
    """Of how many rows each reason was said."""
    said = Counter(code for row in rows for code in row.codes)
    return {f"reason:{code}": str(count) for code, count in said.items()}


def groups(html: str) -> dict[str, list[tuple[str, str]]]:
    """The money of every line of the totals."""
    return {key: money_in(row) for key, row in _GROUP.findall(html)}


def rows_in(html: str) -> dict[str, list[tuple[str, str]]]:
    """The money of every row, by what the row is about."""
    return {unescape(key): money_in(row) for key, row in _ROW.findall(html)}


@pytest.mark.parametrize("name", ["plain", "issued", "dear", "gate", "used", "euro", "free", "yen", "last"])
def test_a_resources_page_says_the_numbers_that_are_stored(browser: httpx.Client, desk: Desk, name: str) -> None:
    key = key_of(browser.get(f"/resources/{name}"), "note")
    browser.post(f"/resources/{name}/notes", data={"key": key, "text": "Seen."})
    page = browser.get(f"/resources/{name}")
    [(unresolved, currency, cash, coupon)] = recount(
        desk, "SELECT unresolved, currency, cash_minor, coupon_minor FROM resource WHERE id = :id", id=name
    )
    notes = recount(desk, "SELECT count(*) FROM staff_note WHERE resource_id = :id", id=name)[0][0]
    expected = {"notes": str(notes)} | ({"unresolved": str(unresolved)} if unresolved else {})
    shown = figures(page.text)
    assert {key: value for key, value in shown.items() if key != "silent"} == expected
    assert len(re.findall(r'class="reason quiet"', page.text)) == int(shown.get("silent", "0"))
    refunds = recount(desk, "SELECT amount_minor FROM refund WHERE resource_id = :id", id=name)
    listed = re.search(r'id="refunds".*?</section>', page.text, re.DOTALL)
    assert money_in(listed[0] if listed else "") == [sums([(currency, row[0])])[0] for row in refunds]
    facts = re.search(r'aria-labelledby="facts-title".*?</section>', page.text, re.DOTALL)
    assert facts
    assert money_in(facts[0]) == sums([(currency, cash)]) + (sums([(currency, coupon)]) if coupon else [])
    answer = questions.eligibility(desk, name)
    verdict = re.search(r'class="amount">(.*?)</p>', page.text)
    assert money_in(verdict[1] if verdict else "") == (
        [(answer.amount.text, answer.amount.currency)] if answer.amount else []
    )
    entries = recount(desk, "SELECT count(*) FROM history WHERE resource_id = :id", id=name)[0][0]
    waited = recount(desk, "SELECT count(*) FROM inbox WHERE subject = :id AND waited", id=name)[0][0]
    calls = recount(
        desk, "SELECT count(*) FROM attempt a JOIN refund f ON f.id = a.refund_id WHERE f.resource_id = :id", id=name
    )[0][0]
    assert page.text.count('class="timeline-mark"') == int(str(entries)) + int(str(waited)) + int(str(calls))
