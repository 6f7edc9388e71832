"""The refund's part of a resource's life: asked for, amended while in review, settled."""

import hashlib
from datetime import datetime

from workflows.amounts import payable
from workflows.conditions import Case, nothing_payable
from workflows.decision import Decision, announced, entry_of, record, refused
from workflows.eligibility import Answer, answer, past_grace
from workflows.events import Event
from workflows.machine import Engine
from workflows.resource import Refund, Resource, changes
from workflows.settling import Word, payout, refund_moved, review_due
from workflows.values import replace
from workflows.words import REFUND_DECLINED, REFUND_REQUESTED, REFUNDRY, Availability, Outcome, RefundStatus


def requested(engine: Engine, case: Case, event: Event, now: datetime) -> Decision:
    """A request gets the answer that the present state gives at its time; accepted, it claims the window."""
    resource = case.resource
    late = past_grace(event.time, event.arrived_at, resource.deadline_at, resource.late_until)
    found = answer(replace(case, arrived_at=event.arrived_at if late else None))
    entry = entry_of(event, now, case.product.definition_hash)
    cursor = engine.fire(REFUND_REQUESTED, resource, event.data) if found.accepted else None
    if cursor is None:
        return refused(resource, entry, found.reasons)
    asked = replace(
        resource,
        state=cursor.state,
        claimed_at=resource.claimed_at or event.time,
        refund=_refund(found, event),
    )
    after, row = record(resource, asked, entry, changes(resource, asked), found.reasons)
    assert after.refund is not None
    reviewed = after.refund.status == RefundStatus.IN_REVIEW
    following = review_due(after, now + case.rules.review_within) if reviewed else payout(after, now)
    return Decision(Outcome.APPLIED, after, (row,), found.reasons, (announced(row, after), following))


def _refund(found: Answer, event: Event) -> Refund:
    resource = found.case.resource
    assert found.amount is not None and found.destination is not None and found.way is not None
    reviewed = found.availability == Availability.REVIEW_REQUIRED
    return Refund(
        id=refund_id(resource.id, resource.seq + 1),
        status=RefundStatus.IN_REVIEW if reviewed else RefundStatus.PROCESSING,
        amount_minor=found.amount.minor,
        destination=found.destination,
        origin=resource.state,
        partial=found.way.partial,
        requested_by=event.actor,
        requested_at=event.time,
    )


def refund_id(resource_id: str, seq: int) -> str:
    """A refund's id: the same for the same request of the same resource, whoever works it out."""
    return "rf_" + hashlib.sha256(f"{seq}:{resource_id}".encode()).hexdigest()[:24]


def amended(engine: Engine, case: Case, before: Resource, event: Event, now: datetime) -> Decision:
    """Consumption told while a partial refund is in review: the amount follows; at nothing left it is declined."""
    refund = case.resource.refund
    assert refund is not None
    restored = replace(case.resource, state=refund.origin)
    way = next(way for way in case.product.ways_from(refund.origin) if way.partial)
    amount = payable(case.product, restored, case.rules, way)
    changed = replace(case.resource, refund=replace(refund, amount_minor=amount))
    entry = entry_of(event, now, case.product.definition_hash)
    after, row = record(before, changed, entry, changes(before, changed))
    if amount > 0:
        return Decision(Outcome.APPLIED, after, (row,), effects=(announced(row, after),))
    why = tuple(nothing_payable(replace(case, resource=restored)))
    end = refund_moved(engine, after, Word(REFUND_DECLINED, REFUNDRY, now, reasons=why))
    return replace(end, rows=(row, *end.rows), reasons=(), effects=(announced(row, after), *end.effects))
