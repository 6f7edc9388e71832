"""The end of the window by the clock alone: when it falls due, and what is recorded and told then."""

from datetime import datetime, timedelta
from typing import Final

from workflows.decision import Decision, Effect, EffectKind, Entry, announced, record
from workflows.instants import instant_text
from workflows.resource import Resource, changes
from workflows.words import REFUNDRY, WINDOW_CLOSING, WINDOW_EXPIRED, Availability, Outcome

REMIND_BEFORE: Final = timedelta(hours=24)


def expiry_due(resource: Resource) -> datetime | None:
    """When the end of an unclaimed window is to be recorded: once late arrivals are out of the question too."""
    return None if resource.expired or resource.claimed_at is not None else resource.late_until


def reminder_due(resource: Resource, remind_before: timedelta = REMIND_BEFORE) -> datetime | None:
    """When subscribers are reminded that the window closes; None where that moment lay before the payment."""
    moment = resource.deadline_at - remind_before
    return moment if moment > resource.payment.paid_at else None


def expired(resource: Resource, definition: str, now: datetime) -> Decision:
    """The end of the window, recorded as having happened at the deadline; the state stays what it is."""
    lapsed = resource.lapsed()
    entry = Entry(
        event=WINDOW_EXPIRED,
        occurred_at=resource.deadline_at,
        recorded_at=now,
        actor=REFUNDRY,
        source=REFUNDRY,
        event_id=f"{resource.id}:{WINDOW_EXPIRED}",
        data={},
        definition=definition,
    )
    after, row = record(resource, lapsed, entry, changes(resource, lapsed))
    return Decision(Outcome.APPLIED, after, (row,), effects=(announced(row, after),))


def reminder(resource: Resource, availability: Availability, now: datetime) -> Effect | None:
    """The word that the window is about to close; None where it is claimed, over, or nothing can be refunded anyway."""
    if resource.claimed_at is not None or now >= resource.deadline_at or availability == Availability.UNAVAILABLE:
        return None
    payload = {
        "resource_id": resource.id,
        "product": resource.payment.product,
        "order_id": resource.payment.order_id,
        "account_id": resource.payment.account_id,
        "state": resource.state,
        "availability": availability.value,
        "deadline_at": instant_text(resource.deadline_at),
    }
    return Effect(EffectKind.NOTIFY, WINDOW_CLOSING, resource.id, now, payload)
