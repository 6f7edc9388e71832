"""A situation: all that can matter to what happens next, and what the search has noted by itself on the way."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workflows.intake import Standing
from workflows.proof.notes import Notes
from workflows.proof.promises import UNUSED_AGAIN, promise_of
from workflows.proof.starts import Start
from workflows.proof.steps import Step
from workflows.resource import Refund, Resource
from workflows.words import (
    REFUND_DECLINED,
    REFUND_OVERRIDE,
    REFUND_REQUESTED,
    REFUND_SUCCEEDED,
    Outcome,
    RefundStatus,
)

Place = tuple[Any, ...]
SETTLED = frozenset({RefundStatus.DECLINED, RefundStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Situation:
    """A standing at one of the instants of its start: `now`, the `phase`-th of them."""

    start: Start
    phase: int
    now: datetime
    standing: Standing
    notes: Notes

    @property
    def resource(self) -> Resource:
        assert self.standing.resource is not None
        return self.standing.resource


def noted(notes: Notes, step: Step) -> Notes:
    """The notes after a step."""
    if step.outcome != Outcome.APPLIED:
        return notes
    for row in step.rows:
        notes = _of_refund(notes, step, row.event)
    return _of_use(notes, step) if step.use else notes


def _of_refund(notes: Notes, step: Step, event: str) -> Notes:
    refund = step.after.refund
    if event in (REFUND_REQUESTED, REFUND_OVERRIDE):
        return replace(notes, claimed=True)
    if event == REFUND_DECLINED:
        return replace(notes, claimed=False)
    if event == REFUND_SUCCEEDED and refund is not None:
        return replace(notes, successes=notes.successes + 1, out_minor=notes.out_minor + refund.amount_minor)
    return notes


def _of_use(notes: Notes, step: Step) -> Notes:
    if not step.rows:  # a repeat: nothing changed
        return notes
    promise, event = promise_of(step.start.product.key), step.event
    if step.after.state != step.before.state:
        notes = replace(notes, late=step.after.state in UNUSED_AGAIN and step.counts_at >= step.start.deadline_at)
    if event in promise.combining:
        notes = replace(notes, combined=step.data[promise.combining[event]])
    elif event in promise.clearing:
        notes = replace(notes, combined=False)
    if event in promise.metering:
        notes = replace(notes, consumed=notes.consumed + step.data[promise.metering[event]])
    return notes


def place_of(situation: Situation) -> Place:
    """Two situations in one place have the same future: instants only count by the side of the deadline they are on."""
    resource, standing, start = situation.resource, situation.standing, situation.start
    remedied, refund, notes = resource.remedied_at, resource.refund, situation.notes
    return (
        start.name,
        situation.phase,
        resource.state,
        _facts(resource, start),
        resource.claimed_at is not None,
        None if remedied is None else remedied < start.deadline_at,
        resource.expired,
        resource.last_use,
        None if refund is None else _refund(refund),
        tuple((event.type, repr(event.data), event.time, event.arrived_at) for event in standing.parked),
        len(standing.dead),
        notes.claimed,
        notes.late,
        notes.combined,
        min(notes.consumed, (start.units or 0) + 1),
        notes.successes,
        notes.out_minor,
    )


def _facts(resource: Resource, start: Start) -> Place:
    """The facts; consumption beyond what was bought is all the same."""
    meter, facts = start.product.meter, resource.facts
    if meter is None or start.units is None:
        return tuple(sorted(facts.items()))
    capped = {**facts, meter.used: min(facts.get(meter.used, 0), start.units + 1)}
    return tuple(sorted(capped.items()))


def _refund(refund: Refund) -> Place:
    """What can matter of a refund; of one that came to nothing only that it did."""
    if refund.status in SETTLED:
        return (refund.status,)
    return (refund.status, refund.amount_minor, refund.origin, refund.partial, refund.override)
