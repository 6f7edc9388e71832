"""The way one resource has come through a machine, where it stands, and which arcs could be taken next.

A row of history may pass an arc in several machines at once: a request for a refund moves the resource, claims its
window and begins a refund. It is the same step in each of them, and bears the same number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from workflows.definition import Defined, Product
from workflows.diagrams.overlay import ArcKey, Visit
from workflows.eligibility import Answer
from workflows.history import Opening, Row, unfolded
from workflows.refund_machine import REFUND
from workflows.resource import Refund, Resource
from workflows.window import window_at
from workflows.window_machine import WINDOW
from workflows.words import (
    ORDER_PAID,
    REFUND_DECLINED,
    REFUND_OVERRIDE,
    REFUND_REQUESTED,
    REFUNDING,
    WINDOW_EXPIRED,
    Outcome,
    Window,
)


@dataclass(frozen=True, slots=True)
class Journey:
    """The arcs that were passed and when, the states it stands in, and the arcs that could be taken from there."""

    visits: dict[ArcKey, tuple[Visit, ...]]
    here: frozenset[str]
    possible: frozenset[ArcKey]


def journey(machines: Sequence[Defined], rows: Iterable[Row], answer: Answer, *, override: bool) -> Journey:
    """The journey of a resource through these machines.

    `rows` are its history up to the instant of the answer; `override` says whether an account manager could override
    then.
    """
    resource = answer.case.resource
    here = frozenset(filter(None, (_standing(machine, answer) for machine in machines)))
    offered = frozenset(
        chain(_from_lifecycle(answer, override), _from_window(answer, override), _from_refund(resource))
    )
    return Journey(_visits(machines, rows), here, offered & _arcs_of(machines))


def journey_of_refund(rows: Iterable[Row], refund_id: str) -> Journey:
    """The way of one refund through its own machine, whatever other refunds its resource had or has."""
    drawn, visits = _arcs_of((REFUND,)), dict[ArcKey, tuple[Visit, ...]]()
    before: Refund | None = None
    status: str | None = None
    for row, after in unfolded(rows):
        refund = after.refund
        if refund is not None and refund.id == refund_id and refund != before and not isinstance(row, Opening):
            passed, status = _in_refund(row, before, refund), refund.status
            if passed in drawn:
                visits[passed] = (*visits.get(passed, ()), Visit(sum(map(len, visits.values())) + 1, row.occurred_at))
        before = refund
    return Journey(visits, frozenset(filter(None, (status,))), frozenset(_onward(status)))


def _arcs_of(machines: Sequence[Defined]) -> set[ArcKey]:
    return {
        (source, arc.event, arc.target) for machine in machines for arc in machine.all_arcs for source in arc.sources
    } | {(None, event, target) for machine in machines for target, event in machine.starts.items()}


def _visits(machines: Sequence[Defined], rows: Iterable[Row]) -> dict[ArcKey, tuple[Visit, ...]]:
    """The steps that pass an arc of these machines, numbered from 1.

    A refused attempt passes none, nor does what was put away.
    """
    drawn, visits, number = _arcs_of(machines), dict[ArcKey, tuple[Visit, ...]](), 0
    before: Resource | None = None
    for row, after in unfolded(rows):
        shown = row.outcome == Outcome.APPLIED and not isinstance(row, Opening)
        passed = drawn.intersection(_passed(row, before, after)) if shown else ()
        number += bool(passed)
        for key in passed:
            visits[key] = (*visits.get(key, ()), Visit(number, row.occurred_at))
        before = after
    return visits


def _passed(row: Row, before: Resource | None, after: Resource) -> Iterator[ArcKey]:
    """The arcs that a row passes: in the lifecycle, the window, and the machine of the refund it is about."""
    yield row.from_state, row.event, row.to_state
    yield _in_window(row, before, after)
    if after.refund is not None and (before is None or before.refund != after.refund):
        yield _in_refund(row, None if before is None else before.refund, after.refund)


def _in_window(row: Row, before: Resource | None, after: Resource) -> ArcKey:
    if before is None:
        return None, ORDER_PAID, Window.OPEN
    if row.event == WINDOW_EXPIRED:
        return Window.OPEN, row.event, Window.CLOSED
    was, is_ = (window_at(row.occurred_at, one.deadline_at, one.claimed_at) for one in (before, after))
    return was, row.event, is_


def _in_refund(row: Row, before: Refund | None, after: Refund) -> ArcKey:
    if before is None or before.id != after.id:
        return None, REFUND.starts[after.status], after.status
    return before.status, row.event, after.status


def _standing(machine: Defined, answer: Answer) -> str | None:
    resource = answer.case.resource
    if isinstance(machine, Product):
        return resource.state
    if machine is WINDOW:
        return answer.window
    return None if resource.refund is None else resource.refund.status


def _from_lifecycle(answer: Answer, override: bool) -> Iterator[ArcKey]:
    """The arcs that could be taken: use arcs whose guards hold with the data that lets them pass, and a refund's."""
    product, resource = answer.case.product, answer.case.resource
    for arc in product.leaving[resource.state]:
        data = {} if arc.step is None else arc.step.data
        if all(guard.holds(resource, data) for guard in arc.guards):
            yield resource.state, arc.event, arc.target
    if answer.accepted:
        yield resource.state, REFUND_REQUESTED, REFUNDING
    if override:
        yield resource.state, REFUND_OVERRIDE, REFUNDING
    if resource.state == REFUNDING and resource.refund is not None:
        said = {event for _, event, _ in _from_refund(resource)}
        for arc in product.refund_arcs:
            if arc.sources == (REFUNDING,) and arc.event in said and arc.came_from in (None, resource.refund.origin):
                yield REFUNDING, arc.event, arc.target


def _from_window(answer: Answer, override: bool) -> Iterator[ArcKey]:
    case = answer.case
    by_clock = window_at(case.at, case.resource.deadline_at, None)
    if answer.window == Window.OPEN:
        yield Window.OPEN, WINDOW_EXPIRED, Window.CLOSED
        if answer.accepted:
            yield Window.OPEN, REFUND_REQUESTED, Window.CLAIMED
    if override:
        yield answer.window, REFUND_OVERRIDE, Window.CLAIMED
    if case.resource.state == REFUNDING and any(
        event == REFUND_DECLINED for _, event, _ in _from_refund(case.resource)
    ):
        yield Window.CLAIMED, REFUND_DECLINED, by_clock


def _from_refund(resource: Resource) -> Iterator[ArcKey]:
    return _onward(None if resource.refund is None else resource.refund.status)


def _onward(status: str | None) -> Iterator[ArcKey]:
    """The arcs of the refund's machine that leave a status."""
    for arc in REFUND.arcs:
        if status in arc.sources:
            yield status, arc.event, arc.target
