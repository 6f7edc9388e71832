"""A second opinion on tallies: every history folded in Python, one resource at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from math import ceil

from workflows.diagrams.overlay import Tally
from workflows.history import Row, unfolded
from workflows.machines import MACHINES
from workflows.money import Money
from workflows.refund_machine import REFUND
from workflows.resource import Refund, Resource
from workflows.window import window_at
from workflows.window_machine import WINDOW
from workflows.words import Window


@dataclass(frozen=True)
class Stands:
    """One thing in a state: since when, and how much money it is about."""

    state: str
    since: datetime
    money: Money


def recounted(machine: str, histories: Iterable[list[Row]], at: datetime, *, past: bool) -> dict[str, Tally]:
    """The tally of every state of a machine's drawing; `past`: by the rows up to the first that happened later."""
    found: list[Stands] = []
    for rows in histories:
        then = list(takewhile(lambda row: row.occurred_at <= at, rows)) if past else rows
        if then:
            found += _in_machine(machine, list(unfolded(then)), at)
    states = [*MACHINES[machine].states, *(WINDOW.states if machine not in (WINDOW.key, REFUND.key) else ())]
    return {state: _tally([one for one in found if one.state == state], at) for state in states}


def _in_machine(machine: str, unfolding: list[tuple[Row, Resource]], at: datetime) -> Iterable[Stands]:
    resource = unfolding[-1][1]
    if machine == REFUND.key:
        return _refunds(unfolding)
    cash = resource.money(resource.payment.cash_minor)
    window = window_at(at, resource.deadline_at, resource.claimed_at)
    begun = {
        Window.OPEN: resource.payment.paid_at,
        Window.CLOSED: resource.deadline_at,
        Window.CLAIMED: resource.claimed_at,
    }[window]
    assert begun is not None
    in_window = Stands(window, begun, cash)
    if machine == WINDOW.key:
        return [in_window]
    lifecycle = Stands(resource.state, resource.entered_at, cash)
    return [lifecycle, in_window] if resource.payment.product == machine else []


def _refunds(unfolding: list[tuple[Row, Resource]]) -> list[Stands]:
    latest: dict[str, tuple[Refund, datetime]] = {}
    for row, resource in unfolding:
        refund = resource.refund
        if refund is None:
            continue
        before = latest.get(refund.id)
        stays = before is not None and before[0].status == refund.status
        latest[refund.id] = (refund, before[1] if stays and before is not None else row.occurred_at)
    money = unfolding[-1][1].money
    return [Stands(refund.status, since, money(refund.amount_minor)) for refund, since in latest.values()]


def _tally(stands: list[Stands], at: datetime) -> Tally:
    if not stands:
        return Tally(0)
    sums: dict[str, int] = defaultdict(int)
    for one in stands:
        sums[one.money.currency] += one.money.minor
    spans = sorted(max(at - one.since, at - at) for one in stands)
    median, high = (spans[ceil(len(spans) * percent / 100) - 1] for percent in (50, 95))
    return Tally(len(stands), tuple(Money(*pair) for pair in sorted(sums.items())), median, high)
