"""How subscriptions do: what waits for them, what was given up, and when they last took something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select, text, update

from persistence.deliveries import DEAD, DELIVERED, DELIVERY, WAITING, Delivery

#: Written as the partial indexes have it.
_IS: Final = {one: text(f"hook_delivery.status = '{one}'") for one in (WAITING, DELIVERED, DEAD)}


@dataclass(frozen=True, slots=True)
class Health:
    """Deliveries of a hook that wait, and that were given up; when the next is tried and when it last took one."""

    waiting: int
    dead: int
    next_try: datetime | None
    last_success: datetime | None


def health(connection: Connection, hook_id: str) -> Health:
    """How a hook does, each figure from an index of its own."""
    of_hook = DELIVERY.c.hook_id == hook_id
    waits = select(func.count(), func.min(DELIVERY.c.due_at)).where(of_hook, _IS[WAITING])
    waiting, next_try = connection.execute(waits).one()
    dead = connection.execute(select(func.count()).where(of_hook, _IS[DEAD])).scalar_one()
    taken = select(func.max(DELIVERY.c.finished_at)).where(of_hook, _IS[DELIVERED])
    return Health(int(waiting), int(dead), next_try, connection.execute(taken).scalar())


def dead(connection: Connection, hook_id: str, limit: int) -> Sequence[Delivery]:
    """The newest deliveries of a hook that were given up."""
    query = select(DELIVERY).where(DELIVERY.c.hook_id == hook_id, _IS[DEAD])
    found = connection.execute(query.order_by(DELIVERY.c.outbox_id.desc()).limit(limit)).mappings()
    return [Delivery(**row) for row in found]


def next_one(connection: Connection, hook_id: str) -> Delivery | None:
    """The delivery that a hook is told next."""
    query = select(DELIVERY).where(DELIVERY.c.hook_id == hook_id, _IS[WAITING])
    row = connection.execute(query.order_by(DELIVERY.c.due_at).limit(1)).mappings().first()
    return None if row is None else Delivery(**row)


def set_all_going(connection: Connection, hook_id: str, now: datetime, limit: int) -> int:
    """Have what was given up told anew, the oldest first, at most so many. Returns how many they were."""
    some = select(DELIVERY.c.id).where(DELIVERY.c.hook_id == hook_id, _IS[DEAD])
    ids = some.order_by(DELIVERY.c.outbox_id).limit(limit)
    values = {"status": WAITING, "tries": 0, "due_at": now, "lease": None, "finished_at": None}
    return connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(ids)).values(values)).rowcount
