"""How a refund under way goes on: every word about it moves its own machine, and some move its resource's too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from workflows import refund_machine
from workflows.decision import Decision, Effect, EffectKind, Entry, announced, record
from workflows.instants import instant_text
from workflows.machine import Engine
from workflows.reasons import Reason
from workflows.resource import Resource, changes
from workflows.values import replace
from workflows.words import (
    REFUND_APPROVED,
    REFUND_DECLINED,
    REFUND_FAILED,
    REFUND_SUCCEEDED,
    REFUNDRY,
    REVIEW_OVERDUE,
    Outcome,
    RefundStatus,
)

ENDINGS: Final = frozenset({REFUND_SUCCEEDED, REFUND_FAILED, REFUND_DECLINED})


class RefundStateError(ValueError):
    """The refund is not in a state in which this can be said of it."""


@dataclass(frozen=True, slots=True)
class Word:
    """Something said of the refund of a resource: by whom, when, and what else the history keeps of it."""

    event: str
    actor: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


def refund_moved(engine: Engine, resource: Resource, word: Word, **changed: Any) -> Decision:
    """The refund after a word about it; `changed` are members of it that change with the state.

    Paid, its resource is refunded. Declined or failed, the resource goes back to where it came from: a declined refund
    gives its claim back, after a failed one the window stays claimed, so that it can be asked for again.
    Raises RefundStateError where the word does not fit.
    """
    refund = resource.refund
    cursor = None if refund is None else refund_machine.ENGINE.fire(word.event, resource, {}, refund.status)
    if refund is None or cursor is None:
        status = "without a refund" if refund is None else f"with a refund that is {refund.status}"
        raise RefundStateError(f"{resource.id} is {resource.state}, {status}: no {word.event} is possible")
    after = replace(resource, refund=replace(refund, status=RefundStatus(cursor.state), **changed))
    if word.event in ENDINGS:
        after = _given_back_or_refunded(engine, after, word.event)
    entry = Entry(
        event=word.event,
        occurred_at=word.at,
        recorded_at=word.at,
        actor=word.actor,
        source=REFUNDRY,
        event_id=f"{refund.id}:{word.event}:{resource.seq + 1}",
        data={"refund_id": refund.id, **word.data},
        definition=refund_machine.REFUND.definition_hash,
    )
    after, row = record(resource, after, entry, changes(resource, after), word.reasons)
    effects = [announced(row, after)]
    if word.event == REFUND_APPROVED:
        effects.append(payout(after, word.at))
    return Decision(Outcome.APPLIED, after, (row,), word.reasons, tuple(effects), lets_in=word.event in ENDINGS)


def _given_back_or_refunded(engine: Engine, resource: Resource, event: str) -> Resource:
    cursor = engine.fire(event, resource, {})
    if cursor is None:
        raise RefundStateError(f"{resource.id} is {resource.state}: no {event} is possible")
    claim = None if event == REFUND_DECLINED else resource.claimed_at
    return replace(resource, state=cursor.state, claimed_at=claim)


def payout(resource: Resource, due_at: datetime) -> Effect:
    """The wish that the present refund of a resource be paid out."""
    assert resource.refund is not None
    return Effect(EffectKind.PAY, "refund.payout", resource.id, due_at, {"refund_id": resource.refund.id})


def review_due(resource: Resource, due_at: datetime) -> Effect:
    """The wish that somebody look, at that instant, whether the present refund still waits for a person."""
    assert resource.refund is not None
    return Effect(EffectKind.REVIEW, REVIEW_OVERDUE, resource.id, due_at, {"refund_id": resource.refund.id})


def overdue(resource: Resource, now: datetime) -> Effect | None:
    """The word to subscribers that a refund still waits for review; None where it no longer does."""
    refund = resource.refund
    if refund is None or refund.status != RefundStatus.IN_REVIEW:
        return None
    payload = {
        "resource_id": resource.id,
        "product": resource.payment.product,
        "order_id": resource.payment.order_id,
        "account_id": resource.payment.account_id,
        "refund_id": refund.id,
        "requested_at": instant_text(refund.requested_at),
    }
    return Effect(EffectKind.NOTIFY, REVIEW_OVERDUE, resource.id, now, payload)
