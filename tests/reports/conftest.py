"""A world in which something of every kind has happened up to the present moment, on each kind of database.

It stands at the real time, because views ask the database what time it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest

from entrypoints.cli.demonstration import fill
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from persistence.tallies import hour_of
from scheduler.sweeps import sweep
from service import switches
from service.clock import SetClock
from service.desk import Desk
from service.hooks import subscriptions
from service.hooks.addresses import parse_reach
from service.hooks.fan_out import fan_out
from service.hooks.opening import with_hooks
from service.ingest import Message, ingest
from service.opening import open_desk
from tests.databases import KINDS, fresh_postgres_url, fresh_sqlite_url, quick_engine
from tests.robustness.services import InThread
from tests.robustness.tellings import paid, told
from workflows.instants import EARLIEST, instant_text
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

PURCHASES = 150
HALF_HOURS = """
version = "half-hours"
effective_from = {since}
[window]
zone = "Asia/Kolkata"
"""
EXACT = """
version = "exact"
effective_from = {since}
[window]
convention = "exact"
[review]
above = {{ USD = "500.00" }}
"""


@dataclass(frozen=True)
class Filled:
    """A desk full of everything, the moment at which its clock stands, and a client of the service over it."""

    desk: Desk
    clock: SetClock
    moment: datetime
    client: httpx.Client

    def report(self, path: str) -> list[dict[str, Any]]:
        answer = self.client.get(f"/v1/reports/{path}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["as_of"] == instant_text(self.moment)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


def paid_with_deadline(subject: str, deadline: datetime, **data: Any) -> dict[str, Any]:
    """A payment under the exact convention, seven times 24 hours before its deadline."""
    return paid(subject, time=instant_text(deadline - timedelta(days=7)), **data)


def happenings(moment: datetime) -> list[dict[str, Any]]:
    """What the demonstration has none of: deadlines around the moment, and money in each kind of trouble."""
    into_the_hour = moment - hour_of(moment)
    lost = {"payment": {"provider": "sandbox", "reference": "sandbox_lost_reply"}}
    down = {"payment": {"provider": "sandbox", "reference": "sandbox_down_2h"}}
    fails = {"payment": {"provider": "sandbox", "reference": "sandbox_fails"}}
    requests = [
        told("refund.requested", name, f"ask-{name}") for name in ("lost", "down", "fails", "dear", "over", "held")
    ]
    return [
        paid_with_deadline("just-over", moment - into_the_hour / 2),
        paid_with_deadline("over-at-once", moment),
        paid_with_deadline("hardly-open", moment + timedelta(seconds=1)),
        paid_with_deadline("open", moment + timedelta(hours=1), currency="JPY", cash_paid="500"),
        paid_with_deadline("recorded-late", moment - timedelta(hours=1, minutes=40)),
        paid_with_deadline("lost", moment + timedelta(days=1), **lost),
        paid_with_deadline("down", moment + timedelta(days=1), **down),
        paid_with_deadline("fails", moment + timedelta(minutes=1), **fails),
        paid_with_deadline("dear", moment + timedelta(days=2), cash_paid="900.00"),
        paid_with_deadline("held", moment + timedelta(days=2), product="private_ca"),
        paid_with_deadline("over", moment - timedelta(minutes=50)),
        told("certificate.issued", "open", "too-soon"),
        told("certificate.issued", "nobody's", "unpaid"),
        *requests,
    ]


def opened(url: str, clock: SetClock, moment: datetime) -> Desk:
    """A desk whose payments of the last days are under zones with half hours, the latest under the exact convention."""
    later = [
        parse_rules(rules.format(since=instant_text(moment - timedelta(days=days))))
        for rules, days in ((HALF_HOURS, 14), (EXACT, 8))
    ]
    desk = open_desk(quick_engine(url), CATALOGUE, [parse_rules(DEMO_RULES), *later], clock)
    return with_hooks(desk, parse_reach("loopback"), {})


def filled(url: str, purchases: int = PURCHASES) -> tuple[Desk, SetClock, datetime]:
    moment = datetime.now(UTC)
    clock = SetClock(EARLIEST)
    desk = opened(url, clock, moment)
    fill(desk, clock, demo_events(moment, purchases), moment - timedelta(minutes=1), lambda _count: None)
    subscriptions.add(desk, {"url": "http://127.0.0.1:9/", "events": ["refund.*"]})
    clock.advance(moment - timedelta(seconds=30))
    switches.turn(desk, "product", "private_ca", "operator", "looking into it", stop=True)
    ingest(desk, [Message(one) for one in happenings(moment)])
    sweep(desk, clock.now(), most_portions=1, sweeps={"fan_out": fan_out})
    clock.advance(moment)
    return desk, clock, moment


@pytest.fixture(scope="package", params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    if request.param == "sqlite":
        url = fresh_sqlite_url(tmp_path_factory.mktemp("reports"))
    else:
        url = fresh_postgres_url(request.getfixturevalue("postgres"))
    desk, clock, moment = filled(url)
    sweep(desk, moment)
    service = InThread(Wired(desk, Settings(), None, clock))
    yield Filled(desk, clock, moment, service.client)
    service.stop()
