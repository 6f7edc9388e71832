"""Resources and history as the contract's JSON."""

from typing import Any

from persistence.inbox import WaitingEvent
from persistence.listing import Listed
from service.desk import Desk
from service.questions import ResourceView
from workflows.history import Row
from workflows.instants import instant_text
from workflows.resource import Refund, Resource


def summary(desk: Desk, listed: Listed) -> dict[str, Any]:
    return _common(desk, listed.resource, listed.window, listed.availability)


def resource_view(desk: Desk, view: ResourceView) -> dict[str, Any]:
    resource = view.resource
    return _common(desk, resource, view.answer.window.value, view.answer.availability.value) | {
        "promotion": resource.payment.promotion,
        "facts": dict(resource.facts),
        "refund": None if resource.refund is None else _refund(resource, resource.refund),
        "next_events": list(view.next_events),
        "unresolved_events": [_unresolved(waiting) for waiting in view.unresolved],
        "history_length": resource.seq,
    }


def history_row(row: Row) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "event": row.event,
        "outcome": row.outcome.value,
        "from": row.from_state,
        "to": row.to_state,
        "occurred_at": instant_text(row.occurred_at),
        "recorded_at": instant_text(row.recorded_at),
        "actor": row.actor,
        "source": row.source,
        "event_id": row.event_id,
        "reasons": [dict(reason) for reason in row.reasons],
        "definition": row.definition,
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    }


def _common(desk: Desk, resource: Resource, window: str, availability: str) -> dict[str, Any]:
    payment = resource.payment
    return {
        "id": resource.id,
        "product": payment.product,
        "state": resource.state,
        "state_label": desk.policy.product(resource).label(resource.state),
        "order_id": payment.order_id,
        "account_id": payment.account_id,
        "money": {
            "cash": resource.money(payment.cash_minor).to_json(),
            "coupon": resource.money(payment.coupon_minor).to_json(),
            "fee": resource.money(payment.fee_minor).to_json(),
        },
        "paid_at": instant_text(payment.paid_at),
        "deadline_at": instant_text(resource.deadline_at),
        "window": window,
        "availability": availability,
        "rules_version": resource.rules_version,
    }


def _refund(resource: Resource, refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "status": refund.status.value,
        "amount": resource.money(refund.amount_minor).to_json(),
        "destination": refund.destination,
        "requested_by": refund.requested_by,
        "requested_at": instant_text(refund.requested_at),
    }


def _unresolved(waiting: WaitingEvent) -> dict[str, Any]:
    event = waiting.event
    return {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "time": instant_text(event.time),
        "arrived_at": instant_text(event.arrived_at),
        "outcome": waiting.outcome,
        "reasons": list(waiting.reasons),
        "detail": waiting.detail,
    }
