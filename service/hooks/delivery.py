"""Deliveries on their way: taken up under a lease, told outside any transaction, and their answers kept.

A process that dies after telling and before keeping the answer leaves a lease behind; when it has run out another
tells again, under the same message id, by which a receiver knows it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import uuid4

import structlog

from persistence import deliveries, hooks
from persistence.deliveries import Attempt, Delivery
from persistence.hooks import Hook
from persistence.store import Connection
from service.crash import point
from service.desk import Desk
from service.hooks.outgoing import Answer, Post
from service.hooks.schedule import verdict
from workflows.instants import instant_text

LEASE: Final = timedelta(minutes=2)
#: How many calls are made side by side.
MOST_AT_ONCE: Final = 50
log = structlog.get_logger("refundry.hooks")


def deliver_due(desk: Desk, now: datetime, portion: int, hook_id: str | None = None) -> int:
    """Tell a portion of what is due now, of all hooks or of one. Returns how many calls were made."""
    total = 0
    while total < portion:
        told = _deliver_some(desk, now, min(MOST_AT_ONCE, portion - total), hook_id)
        total += told
        if told == 0:
            break
    return total


def hooks_due(desk: Desk, now: datetime) -> list[str]:
    """The hooks that have something to be told now."""
    with desk.store.reading() as connection:
        return deliveries.hooks_due(connection, now)


def event_of(delivery: Delivery) -> dict[str, Any]:
    """What a hook is told. `timestamp` is when what it tells of was recorded."""
    return {"type": delivery.type, "timestamp": instant_text(delivery.told_at), "data": dict(delivery.payload)}


def _deliver_some(desk: Desk, now: datetime, limit: int, hook_id: str | None) -> int:
    with desk.store.writing() as connection:
        claimed = deliveries.claim(connection, now, uuid4().hex, now + LEASE, limit, hook_id)
        told = {one: hooks.find(connection, one) for one in {delivery.hook_id for delivery in claimed}}
    if not claimed:
        return 0
    point("delivery_claimed")
    posts = [_post(delivery, told[delivery.hook_id], now) for delivery in claimed]
    answers = desk.outgoing.send(posts)
    point("delivery_answered")
    _keep(desk, claimed, answers, now)
    return len(claimed)


def _post(delivery: Delivery, hook: Hook | None, now: datetime) -> Post:
    assert hook is not None  # a claim finds no delivery without its hook
    body = json.dumps(event_of(delivery), separators=(",", ":"), ensure_ascii=False).encode()
    secrets = tuple(secret.key for secret in hook.secrets if secret.holds_at(now))
    return Post(hook.url, delivery.webhook_id, body, secrets, now)


def _keep(desk: Desk, claimed: Sequence[Delivery], answers: Sequence[Answer], began: datetime) -> None:
    """Keep every answer with what follows from it; hook by hook, each locked before its deliveries."""
    by_hook = sorted(zip(claimed, answers, strict=True), key=lambda pair: (pair[0].hook_id, pair[0].outbox_id))
    with desk.store.writing() as connection:
        now = max(desk.clock.now(), began)
        for hook_id, pairs in groupby(by_hook, key=lambda pair: pair[0].hook_id):
            hook = hooks.find(connection, hook_id, to_change=True)
            if hook is None:
                continue  # deleted meanwhile, with its deliveries
            after = hook
            for delivery, answer in pairs:
                after = _settled(desk, connection, after, delivery, answer, began, now)
            if after != hook:
                hooks.save(connection, after)


def _settled(
    desk: Desk, connection: Connection, hook: Hook, delivery: Delivery, answer: Answer, began: datetime, now: datetime
) -> Hook:
    """Settle one delivery. Returns its hook as the answer leaves it."""
    if not deliveries.note(connection, _attempt(delivery, answer, began)):
        return hook
    since = None if answer.success else hook.failing_since or now
    found = verdict(answer, delivery.tries, since, now, desk.outgoing.chance)
    if answer.success:
        held = deliveries.finish(connection, delivery, deliveries.DELIVERED, now)
    elif found.retry_at is None:
        held = deliveries.finish(connection, delivery, deliveries.DEAD, now)
    else:
        held = deliveries.put_off(connection, delivery, found.retry_at)
    told = log.bind(hook_id=hook.id, delivery_id=delivery.id, event_type=delivery.type, tries=delivery.tries)
    if not held:
        told.warning("delivery_taken_over")
        return hook
    _log_outcome(told, answer, found.retry_at)
    if found.disabled_reason is None or not hook.enabled:
        return replace(hook, failing_since=since)
    told.error("hook_disabled", url=hook.url, reason=found.disabled_reason)
    return replace(hook, failing_since=since, enabled=False, disabled_reason=found.disabled_reason)


def _attempt(delivery: Delivery, answer: Answer, began: datetime) -> Attempt:
    """The attempt as it is kept; bytes that are no text, and NULs, which no text column takes, are marked as such."""
    text = answer.body.decode("utf-8", "replace").replace("\x00", "\ufffd")
    error = None if answer.error is None else _storable(answer.error)
    return Attempt(delivery.id, began, answer.duration_ms, answer.status, error, text)


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _log_outcome(told: Any, answer: Answer, retry_at: datetime | None) -> None:
    if answer.success:
        told.info("delivered", status=answer.status, duration_ms=answer.duration_ms)
    elif retry_at is None:
        told.error("delivery_dead", status=answer.status, error=answer.error)
    else:
        told.warning("delivery_failed", status=answer.status, error=answer.error, retry_at=instant_text(retry_at))
