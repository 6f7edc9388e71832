"""Resources and history as the contract's JSON."""

from collections.abc import Sequence
from typing import Any

from persistence.attempts import Attempt
from persistence.inbox import WaitingEvent
from persistence.ledger import Credit
from persistence.listing import Listed
from service import putting_away
from service.desk import Desk
from service.questions import ResourceView
from service.refunds import Asked, RefundView
from workflows.history import Row
from workflows.instants import instant_text
from workflows.money import Money
from workflows.resource import Refund, Resource
from workflows.words import REFUNDED


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


def kept_since(desk: Desk) -> dict[str, str]:
    """From when on single records are here; nothing is said where all of them are."""
    since = putting_away.kept_since(desk)
    return {} if since is None else {"kept_since": instant_text(since)}


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
        "resource_id": resource.id,
        "order_id": resource.payment.order_id,
        "account_id": resource.payment.account_id,
        "product": resource.payment.product,
        "amount": resource.money(refund.amount_minor).to_json(),
    } | _standing(refund)


def _standing(refund: Refund) -> dict[str, Any]:
    return {
        "status": refund.status.value,
        "destination": refund.destination,
        "partial": refund.partial,
        "override": refund.override,
        "requested_by": refund.requested_by,
        "requested_at": instant_text(refund.requested_at),
        "decided_by": refund.decided_by,
        "note": refund.note,
    }


def asked(one: Asked) -> dict[str, Any]:
    """The refund that was just asked for."""
    assert one.resource.refund is not None
    return _refund(one.resource, one.resource.refund) | {"attempts": []}


def asked_in_order(one: Asked) -> dict[str, Any]:
    """What became of one resource of an order."""
    return {
        "resource_id": one.resource.id,
        "outcome": one.result.outcome.value,
        "refund": asked(one) if one.accepted else None,
        "reasons": [reason.to_json() for reason in one.result.reasons],
    }


def refund_view(view: RefundView) -> dict[str, Any]:
    listed = view.listed
    return {
        "id": listed.refund.id,
        "resource_id": listed.resource_id,
        "order_id": listed.order_id,
        "account_id": listed.account_id,
        "product": listed.product,
        "amount": listed.amount.to_json(),
        **_standing(listed.refund),
        "attempts": [_attempt(attempt) for attempt in view.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "kind": attempt.kind,
        "destination": attempt.destination,
        "key": attempt.key,
        "started_at": instant_text(attempt.started_at),
        "answered_at": None if attempt.answered_at is None else instant_text(attempt.answered_at),
        "reply": attempt.reply,
    }


def balance(account_id: str, credited: Sequence[Credit]) -> dict[str, Any]:
    """An account's credits and their sums by currency."""
    sums: dict[str, int] = {}
    for credit in credited:
        sums[credit.currency] = sums.get(credit.currency, 0) + credit.amount_minor
    return {
        "account_id": account_id,
        "balance": [Money(currency, minor).to_json() for currency, minor in sorted(sums.items())],
        "credits": [
            {
                "refund_id": credit.refund_id,
                "resource_id": credit.resource_id,
                "amount": Money(credit.currency, credit.amount_minor).to_json(),
                "credited_at": instant_text(credit.credited_at),
            }
            for credit in credited
        ],
    }


def order(desk: Desk, order_id: str, listed: Sequence[Listed]) -> dict[str, Any]:
    """An order, `refunded` where all of it is, `partly_refunded` where some of it is."""
    refunded = sum(one.resource.state == REFUNDED for one in listed)
    partly = "partly_refunded" if refunded else "paid"
    return {
        "order_id": order_id,
        "status": "refunded" if refunded == len(listed) else partly,
        "resources": [summary(desk, one) for one in listed],
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
