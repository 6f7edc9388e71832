"""From one word in the outbox to one delivery for each hook that wants it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from persistence import deliveries, hooks
from persistence.deliveries import Announcement, Delivery
from persistence.hooks import Hook
from service.crash import point
from service.desk import Desk
from service.hooks.patterns import wants


def fan_out(desk: Desk, now: datetime, portion: int) -> int:
    """Make the deliveries of a portion of what was announced, and note that it is done, in one transaction.

    Every hook is told of an event under the same message id. Returns how much was taken up.
    """
    with desk.store.reading() as connection:
        if not deliveries.is_anything_unannounced(connection):
            return 0  # nothing is locked where there is nothing to do
    with desk.store.writing() as connection:
        unheard = deliveries.announced_to_nobody(connection, portion, now)
        if unheard:
            return unheard
        found = deliveries.unannounced(connection, portion)
        wanted = hooks.enabled(connection)
        deliveries.add(connection, [one for word in found for one in _deliveries(word, wanted, now)])
        deliveries.announced(connection, [word.outbox_id for word in found], now)
    point("fanned_out")
    return len(found)


def _deliveries(word: Announcement, wanted: Sequence[Hook], now: datetime) -> list[Delivery]:
    webhook_id = f"msg_{uuid4().hex}"
    return [
        Delivery(
            id=f"dl_{uuid4().hex}",
            hook_id=hook.id,
            outbox_id=word.outbox_id,
            webhook_id=webhook_id,
            type=word.type,
            resource_id=word.resource_id,
            payload=word.payload,
            told_at=word.told_at,
            created_at=now,
            status=deliveries.WAITING,
            tries=0,
            due_at=now,
            lease=None,
            finished_at=None,
        )
        for hook in wanted
        if wants(hook.events, word.type)
    ]
