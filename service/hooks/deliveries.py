"""Deliveries as people see them: listed with every try, looked into, and told again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from persistence import deliveries, hook_health, hooks
from persistence.deliveries import Attempt, Delivery
from persistence.store import Connection
from service.desk import Desk
from service.hooks.subscriptions import HookConflictError
from service.questions import NotFoundError

MOST_RESENT: Final = 10_000


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery with every try at it, oldest first."""

    delivery: Delivery
    attempts: Sequence[Attempt]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries of a hook are listed; None asks nothing."""

    status: str | None = None
    resource_id: str | None = None


def list_deliveries(desk: Desk, hook_id: str, wanted: Filter, before: int | None, limit: int) -> list[DeliveryView]:
    """A page of a hook's deliveries, newest first. Raises NotFoundError."""
    with desk.store.reading() as connection:
        if hooks.find(connection, hook_id) is None:
            raise NotFoundError(f"there is no hook {hook_id[:80]!r}")
        found = deliveries.page(connection, hook_id, wanted.status, wanted.resource_id, before, limit)
        return _viewed(connection, found)


def view(desk: Desk, delivery_id: str) -> DeliveryView:
    """A delivery by its id. Raises NotFoundError."""
    with desk.store.reading() as connection:
        return _viewed(connection, [_found(deliveries.find(connection, delivery_id), delivery_id)])[0]


def resend(desk: Desk, delivery_id: str) -> DeliveryView:
    """Have a delivery told again at once, under the same message id and with every try before it.

    Raises NotFoundError; HookConflictError while it is being told, or where its hook is disabled.
    """
    with desk.store.writing() as connection:
        return resend_within(desk, connection, delivery_id)


def resend_within(desk: Desk, connection: Connection, delivery_id: str) -> DeliveryView:
    """The same within a transaction."""
    now = desk.clock.now()
    hook_id = _found(deliveries.find(connection, delivery_id), delivery_id).hook_id
    _check_told(connection, hook_id)
    delivery = _found(deliveries.find(connection, delivery_id, to_change=True), delivery_id)
    if _under_way(delivery, now):
        raise HookConflictError(f"delivery {delivery_id} is being told at this moment")
    deliveries.set_going(connection, delivery_id, now)
    going = replace(delivery, status=deliveries.WAITING, tries=0, due_at=now, lease=None, finished_at=None)
    return DeliveryView(going, deliveries.attempts_of(connection, [delivery_id])[delivery_id])


def resend_dead(desk: Desk, hook_id: str) -> int:
    """Have all that a hook was not told in the end told again: the oldest MOST_RESENT at most.

    Returns how many they were. Raises NotFoundError; HookConflictError where the hook is disabled.
    """
    with desk.store.writing() as connection:
        return resend_dead_within(desk, connection, hook_id)


def resend_dead_within(desk: Desk, connection: Connection, hook_id: str) -> int:
    """The same within a transaction."""
    if hooks.find(connection, hook_id) is None:
        raise NotFoundError(f"there is no hook {hook_id[:80]!r}")
    _check_told(connection, hook_id)
    return hook_health.set_all_going(connection, hook_id, desk.clock.now(), MOST_RESENT)


def _check_told(connection: Connection, hook_id: str) -> None:
    """Lock a hook, and raise HookConflictError where it is told nothing now."""
    hook = hooks.find(connection, hook_id, to_change=True)
    if hook is None or not hook.enabled:
        raise HookConflictError(f"hook {hook_id} is disabled; enable it, and then send again")


def _under_way(delivery: Delivery, now: datetime) -> bool:
    return delivery.lease is not None and delivery.due_at > now


def _found(delivery: Delivery | None, delivery_id: str) -> Delivery:
    if delivery is None:
        raise NotFoundError(f"there is no delivery {delivery_id[:80]!r}")
    return delivery


def _viewed(connection: Connection, found: Sequence[Delivery]) -> list[DeliveryView]:
    made = deliveries.attempts_of(connection, [delivery.id for delivery in found])
    return [DeliveryView(delivery, made[delivery.id]) for delivery in found]
