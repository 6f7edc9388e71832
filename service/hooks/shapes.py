"""Hooks and deliveries as JSON, the same for every way of asking. A secret is in none of it but where it is made."""

from datetime import datetime
from typing import Any

from persistence.deliveries import WAITING, Attempt
from persistence.hooks import Hook
from service.hooks.deliveries import DeliveryView
from service.hooks.delivery import event_of
from service.hooks.subscriptions import Shown
from workflows.instants import instant_text


def hook_json(hook: Hook, now: datetime) -> dict[str, Any]:
    """A hook. `old_secret_until` is when the last of its former secrets stops being signed with."""
    ends = [secret.until for secret in hook.secrets if secret.until is not None and secret.holds_at(now)]
    return {
        "id": hook.id,
        "url": hook.url,
        "events": list(hook.events),
        "description": hook.description,
        "enabled": hook.enabled,
        "disabled_reason": hook.disabled_reason,
        "failing_since": _instant(hook.failing_since),
        "old_secret_until": _instant(max(ends, default=None)),
        "created_at": instant_text(hook.created_at),
    }


def shown_json(shown: Shown, now: datetime) -> dict[str, Any]:
    """A hook with its newest secret, for the one answer in which it stands."""
    return hook_json(shown.hook, now) | {"secret": shown.secret}


def delivery_json(view: DeliveryView) -> dict[str, Any]:
    """A delivery with what it tells and every try, oldest first."""
    delivery = view.delivery
    return {
        "id": delivery.id,
        "hook_id": delivery.hook_id,
        "webhook_id": delivery.webhook_id,
        "resource_id": delivery.resource_id,
        "type": delivery.type,
        "status": delivery.status,
        "tries": delivery.tries,
        "next_attempt_at": instant_text(delivery.due_at) if delivery.status == WAITING else None,
        "created_at": instant_text(delivery.created_at),
        "finished_at": _instant(delivery.finished_at),
        "event": event_of(delivery),
        "attempts": [_attempt(attempt) for attempt in view.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "started_at": instant_text(attempt.started_at),
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "error": attempt.error,
        "answer": attempt.answer,
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)
