"""The pure core beside a bare `transitions` trigger, in interleaved rounds of one process."""

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from transitions import Machine

from bench.lines import Line
from service.standard_rules import STANDARD_RULES
from workflows.eligibility import answer
from workflows.events import Event, read_event
from workflows.intake import Standing, tell
from workflows.products import CATALOGUE
from workflows.rules import RuleBook, parse_rules
from workflows.step import Policy, step

ROUNDS, CALLS = 15, 2_000
BASE = "bare trigger"
PAID_AT = datetime(2026, 4, 1, 10, tzinfo=UTC)
PAYMENT = {
    "order_id": "order-1",
    "account_id": "account-1",
    "product": "ssl_certificate",
    "currency": "USD",
    "cash_paid": "1.60",
    "coupon_paid": "0.00",
    "payment": {"provider": "sandbox", "reference": "sandbox_ok"},
}


class Bare:
    """The least that `transitions` can be asked to move."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def event(number: int, type_: str, data: dict[str, Any]) -> Event:
    time_ = PAID_AT + timedelta(hours=number)
    message = {"specversion": "1.0", "id": f"e{number}", "source": "/bench", "type": type_, "subject": "cert-1"}
    return read_event(message | {"time": time_.isoformat(), "data": data}, time_, CATALOGUE)


def cases() -> dict[str, Callable[[], object]]:
    """What is measured, by name; the first is what the others are compared with."""
    policy = Policy(CATALOGUE, RuleBook([parse_rules(STANDARD_RULES)]))
    standing = Standing()
    story = [("order.paid", PAYMENT), ("certificate.application_submitted", {}), ("certificate.issued", {})]
    for number, (type_, data) in enumerate(story):
        told = event(number, type_, data)
        standing, _ = tell(policy, standing, told, told.arrived_at)
    issued = standing.resource
    assert issued is not None
    case = policy.case(issued, PAID_AT + timedelta(days=1))
    revocation = event(9, "certificate.revocation_requested", {})
    machine = Machine(
        model=None,
        states=["issued", "revoking"],
        initial="issued",
        transitions=[{"trigger": "go", "source": "issued", "dest": "revoking", "conditions": [lambda _event: True]}],
        auto_transitions=False,
        send_event=True,
    )
    return {
        BASE: lambda: machine.events["go"].trigger(Bare("issued")),
        "step": lambda: step(policy, issued, revocation, revocation.arrived_at),
        "eligibility with remedy": lambda: answer(case),
    }


def measure(run: Callable[[], object]) -> float:
    """Microseconds a call, as the median over one round."""
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1e6


def lines() -> list[Line]:
    measured = cases()
    rounds: dict[str, list[float]] = {name: [] for name in measured}
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for name, run in measured.items():
            rounds[name].append(measure(run))
    gc.unfreeze()
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    base = medians.pop(BASE)
    return [Line(name, microseconds / base, BASE, ROUNDS) for name, microseconds in medians.items()]
