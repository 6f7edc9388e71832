"""Every figure of the pages of events, hooks, refusals and audit, held against a recount by plain SQL."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from service.desk import Desk
from tests.dashboard.figures import figures, recount
from tests.dashboard.unsettled import unsettled as unsettled

pytestmark = pytest.mark.usefixtures("unsettled")


@pytest.fixture
def any_database_url(database_url: str) -> str:
    """On each kind of database."""
    return database_url


def shown(browser: httpx.Client, path: str) -> dict[str, str]:
    page = browser.get(path)
    assert page.status_code == 200
    return figures(page.text)


def number(desk: Desk, query: str, **values: object) -> str:
    [(found,)] = recount(desk, query, **values)
    return str(found)


def refused(desk: Desk) -> Iterator[tuple[str, str, str, int, list[str]]]:
    """Every refusal: its resource, product, currency, cash, and the codes of its reasons."""
    query = (
        "SELECT r.id, r.product, r.currency, r.cash_minor, h.reasons FROM history h JOIN resource r"
        " ON r.id = h.resource_id WHERE h.outcome = 'refused'"
    )
    for id_, product, currency, cash, reasons in recount(desk, query):
        read: Any = json.loads(reasons) if isinstance(reasons, str) else reasons
        yield str(id_), str(product), str(currency), int(str(cash)), [reason["code"] for reason in read]


@pytest.mark.parametrize("kind", ["dead"])
def test_the_figures_of_events(browser: httpx.Client, desk: Desk, kind: str) -> None:
    assert shown(browser, f"/events?kind={kind}") == {
        f"events:{one}": number(desk, "SELECT COUNT(*) FROM inbox WHERE outcome = :one", one=one)
        for one in ("parked", "dead")
    }


@pytest.mark.parametrize("query", ["", "?status=failed"])
def test_the_figures_of_hooks(browser: httpx.Client, desk: Desk, query: str) -> None:
    expected = {
        "hooks": number(desk, "SELECT COUNT(*) FROM hook"),
        "hooks:dead": number(desk, "SELECT COUNT(*) FROM hook_delivery WHERE status = 'dead'"),
    }
    counted = "SELECT COUNT(*) FROM hook_delivery WHERE hook_id = :hook AND status = :status"
    for (hook,) in recount(desk, "SELECT id FROM hook"):
        of_hook = {one: number(desk, counted, hook=hook, status=one) for one in ("dead", "waiting")}
        if not query or of_hook["dead"] != "0":
            expected |= {f"hook:{hook}:{one}": found for one, found in of_hook.items()}
        assert shown(browser, f"/hooks/{hook}") == {f"hook:{one}": found for one, found in of_hook.items()}
    assert shown(browser, f"/hooks{query}") == expected
    assert int(expected["hooks:dead"]) > 0


@pytest.mark.parametrize("days", [7])
def test_the_figures_of_refusals(browser: httpx.Client, desk: Desk, days: int) -> None:
    by_reason, by_product = Counter[str](), Counter[tuple[str, str]]()
    stakes: dict[tuple[str, str], dict[str, int]] = {}
    found = list(refused(desk))
    for id_, product, currency, cash, codes in found:
        for code in codes:
            by_reason[code] += 1
            by_product[code, product] += 1
            stakes.setdefault((code, currency), {})[id_] = cash
    expected = {"refusals": len(found), "refusals:reasons": by_reason.total()}
    expected |= {f"refusals:{code}": count for code, count in by_reason.items()}
    expected |= {f"refusals:share:{code}": round(100 * n / by_reason.total()) for code, n in by_reason.items()}
    expected |= {f"refusals:{code}:{product}": count for (code, product), count in by_product.items()}
    expected |= {f"refusals:stake:{code}:{of}": sum(paid.values()) for (code, of), paid in stakes.items()}
    assert shown(browser, f"/refusals?days={days}") == {name: str(value) for name, value in expected.items()}
    assert len(by_reason) > 1


def test_the_figures_of_a_product_s_refusals_and_of_one_day(browser: httpx.Client, desk: Desk) -> None:
    of_product = [codes for _, product, _, _, codes in refused(desk) if product == "message_notification"]
    told = shown(browser, "/refusals?product=message_notification")
    assert told["refusals:reasons"] == str(sum(len(codes) for codes in of_product))
    assert "refusals" not in told
    today = "SELECT COUNT(*) FROM history WHERE outcome = 'refused' AND recorded_at >= '2026-03-03'"
    assert shown(browser, "/refusals?days=1")["refusals"] == number(desk, today)


def test_the_figures_of_audit(browser: httpx.Client, desk: Desk) -> None:
    resources, rows = (number(desk, f"SELECT COUNT(*) FROM {table}") for table in ("resource", "history"))
    per_resource = "SELECT resource_id, COUNT(*) FROM history GROUP BY resource_id"
    expected = {"audit:histories": resources}
    expected |= {f"audit:head:{id_}": str(count) for id_, count in recount(desk, per_resource)}
    assert shown(browser, "/audit") == expected
    checked = {"audit:checked": resources, "audit:rows": rows}
    assert shown(browser, "/audit?check=newest") == expected | checked
    one = {"audit:checked": "1", "audit:rows": expected["audit:head:issued"]}
    assert shown(browser, "/audit?resource=issued") == expected | one
