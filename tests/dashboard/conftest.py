"""The dashboard over a desk that knows a few resources, asked as a browser asks."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx2 as httpx
import pytest

from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from service.clock import SetClock
from service.desk import Desk
from service.opening import open_desk
from tests.databases import quick_engine
from tests.robustness.services import InThread
from tests.robustness.tellings import BATCH, paid, told
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BROWSER = {"accept": "text/html,application/xhtml+xml", "sec-fetch-site": "same-origin"}
RULES = """
version = "tested"
effective_from = 2026-01-01T00:00:00Z
[review]
above = { USD = "500.00" }
[override]
up_to = { USD = "50.00" }
"""
Tell = Callable[..., None]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def desk(any_database_url: str, clock: SetClock) -> Iterator[Desk]:
    opened = open_desk(quick_engine(any_database_url), CATALOGUE, [parse_rules(RULES)], clock)
    yield opened
    opened.store.close()


@pytest.fixture
def browser(desk: Desk, clock: SetClock) -> Iterator[httpx.Client]:
    """A client that asks as a browser does, from the dashboard's own pages, and follows no redirect by itself."""
    managed = Desk(**{name: getattr(desk, name) for name in Desk.__slots__} | {"account_managers": frozenset({"ann"})})
    service = InThread(Wired(managed, Settings(), None, clock))
    service.client.headers.update(BROWSER)
    yield service.client
    service.stop()


@pytest.fixture
def tell(browser: httpx.Client) -> Tell:
    """Tells events and sees that each is taken."""

    def tell(*events: dict[str, object]) -> None:
        answer = browser.post("/v1/events", json=list(events), headers=BATCH)
        assert [one["outcome"] for one in answer.json()["results"]] == ["applied"] * len(events)

    return tell


@pytest.fixture
def world(tell: Tell) -> None:
    """A certificate that may be refunded, one that must be revoked, one over the limit, a gateway half used."""
    tell(
        paid("plain"),
        paid("issued", order_id="order-2"),
        paid("dear", cash_paid="900.00"),
        paid("gate", "https_acceleration_gateway", cash_paid="1.40", coupon_paid="0.20", quota_units=300),
        paid("used", "message_notification", account_id="account-2"),
        told("certificate.application_submitted", "issued", "s", "2026-03-01T11:00:00Z"),
        told("certificate.issued", "issued", "i", "2026-03-01T12:00:00Z"),
        told("gateway.domain_added", "gate", "d", "2026-03-01T11:00:00Z"),
        told("gateway.quota_consumed", "gate", "q", "2026-03-01T12:00:00Z", units=60),
        told("notification.configured", "used", "n", "2026-03-01T12:00:00Z"),
    )
