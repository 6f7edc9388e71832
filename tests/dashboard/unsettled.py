"""A world in which something of everything waits: parked, dead, refused, in review, untold and given up."""

from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest

from scheduler.sweeps import sweep_until
from service.clock import SetClock
from service.desk import Desk
from service.hooks import subscriptions
from tests.dashboard.conftest import NOW
from tests.robustness.tellings import BATCH, told

#: After so long, what was parked is dead and what could not be told is given up.
LATER = NOW + timedelta(hours=30)
MAIN, SECOND = "https://one.example/hooks", "https://two.example/hooks"


def say(browser: httpx.Client, *events: dict[str, Any]) -> list[str]:
    """Tell events; what became of each."""
    answer = browser.post("/v1/events", json=list(events), headers=BATCH)
    return [one["outcome"] for one in answer.json()["results"]]


@pytest.fixture
def unsettled(world: None, browser: httpx.Client, desk: Desk, clock: SetClock) -> None:
    """Over the small world: two dead letters, two parked events, refusals of three kinds, two hooks nobody answers."""
    subscriptions.add(desk, {"url": MAIN, "events": ["refund.*"], "description": "The <ledger>"})
    subscriptions.add(desk, {"url": SECOND, "events": ["refund_window.expired"]})
    outcomes = say(
        browser,
        told("certificate.issued", "plain", "early"),
        told("certificate.issued", "nobody", "unpaid"),
        told("refund.requested", "used", "ask-used"),
        told("refund.requested", "issued", "ask-issued"),
        told("refund.requested", "dear", "ask-dear"),
    )
    assert outcomes == ["parked", "parked", "refused", "refused", "applied"]
    sweep_until(desk, clock, LATER)
    outcomes = say(
        browser,
        told("certificate.issued", "plain", "early-again"),
        told("ca.enabled", "nobody-else", "unpaid-too", level="root"),
        told("refund.requested", "plain", "ask-plain"),
        told("refund.requested", "used", "ask-used-again"),
    )
    assert outcomes == ["parked", "parked", "applied", "refused"]
    sweep_until(desk, clock, LATER + timedelta(minutes=1))
