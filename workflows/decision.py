"""What `step` returns: the outcome of one event, the resource behind it, what to record, and what to set going."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflows.events import Event
from workflows.history import UNCHAINED, Row
from workflows.reasons import Reason
from workflows.resource import Resource
from workflows.values import Value
from workflows.words import Outcome


class EffectKind(StrEnum):
    """What a decision asks of the world."""

    NOTIFY = "notify"  # tell subscribers
    PAY = "pay"  # send a payout to the provider
    ASK = "ask"  # ask the provider what became of a payout
    REVIEW = "review"  # look whether a refund still waits for a person


class Effect(Value, frozen=True):
    """Something to do outside once the decision is stored; performed at least once."""

    kind: EffectKind
    type: str
    resource_id: str
    due_at: datetime
    payload: Mapping[str, Any]


class Decision(Value, frozen=True):
    """The outcome of one event. `lets_in` says that parked events of the resource are tried again now."""

    outcome: Outcome
    resource: Resource | None
    rows: tuple[Row, ...] = ()
    reasons: tuple[Reason, ...] = ()
    effects: tuple[Effect, ...] = ()
    lets_in: bool = False
    detail: str | None = None

    @property
    def state(self) -> str | None:
        return None if self.resource is None else self.resource.state


class Entry(Value, frozen=True):
    """What the row in history says of an event, beside what it changed."""

    event: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    source: str
    event_id: str
    data: Mapping[str, Any]
    definition: str


def entry_of(event: Event, now: datetime, definition: str) -> Entry:
    return Entry(event.type, event.time, now, event.actor, event.source, event.id, event.data, definition)


def record(
    before: Resource | None,
    after: Resource,
    entry: Entry,
    changes: Mapping[str, Any],
    reasons: tuple[Reason, ...] = (),
    outcome: Outcome = Outcome.APPLIED,
) -> tuple[Resource, Row]:
    """The row for one change or refusal, chained to the row before it, and the resource that stands behind it.

    What follows something that is not chained is not chained either.
    """
    row = Row(
        resource_id=after.id,
        seq=after.seq + 1,
        event=entry.event,
        outcome=outcome,
        from_state=None if before is None else before.state,
        to_state=after.state,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        source=entry.source,
        event_id=entry.event_id,
        data=entry.data,
        changes=changes,
        reasons=tuple(reason.to_json() for reason in reasons),
        definition=entry.definition,
        previous_hash=after.head,
        hash=UNCHAINED if after.head == UNCHAINED else "",
    )
    stays = before is not None and before.state == after.state
    return after.recorded(row.seq, row.hash, after.entered_at if stays else row.occurred_at), row


def announced(row: Row, resource: Resource) -> Effect:
    """The word to subscribers that a row was recorded; it carries ids and states, never payment data."""
    payload = {
        "resource_id": resource.id,
        "product": resource.payment.product,
        "order_id": resource.payment.order_id,
        "account_id": resource.payment.account_id,
        "from": row.from_state,
        "to": row.to_state,
        "seq": row.seq,
    }
    return Effect(EffectKind.NOTIFY, row.event, resource.id, row.recorded_at, payload)


def refused(resource: Resource, entry: Entry, why: tuple[Reason, ...]) -> Decision:
    """A refusal, recorded in the history with every reason for it."""
    after, row = record(resource, resource, entry, {}, why, Outcome.REFUSED)
    return Decision(Outcome.REFUSED, after, (row,), why)
