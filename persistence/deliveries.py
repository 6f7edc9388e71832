"""Deliveries as they are stored: taken up under a lease, in order for each resource of a hook.

A lease that has run out can be taken over; then the first holder's word about the delivery no longer counts, because it
names a lease that is not the delivery's any more. While a lease runs, `due_at` is its end, so one column says of every
delivery when it may next be taken up.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, insert, select, text, update

from persistence.hook_tables import DeliveryAttemptRecord, DeliveryRecord
from persistence.hooks import HOOK
from persistence.outbox import OUTBOX
from persistence.tables import table_of
from workflows.decision import EffectKind

DELIVERY = table_of(DeliveryRecord)
ATTEMPT = table_of(DeliveryAttemptRecord)
FAN_OUT_LOCK = 4_720_918
WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A word to subscribers as the outbox holds it; `told_at` is when what it tells of was recorded."""

    outbox_id: int
    type: str
    resource_id: str
    payload: Mapping[str, Any]
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one hook. `tries` counts the calls begun since it was last set going, one under way included."""

    id: str
    hook_id: str
    outbox_id: int
    webhook_id: str
    type: str
    resource_id: str
    payload: Mapping[str, Any]
    told_at: datetime
    created_at: datetime
    status: str
    tries: int
    due_at: datetime
    lease: str | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call: its answer's status and first bytes, or the error in whose place there is no status."""

    delivery_id: str
    started_at: datetime
    duration_ms: int
    status: int | None
    error: str | None
    answer: str


def is_anything_unannounced(connection: Connection) -> bool:
    """Whether any word to subscribers waits to be fanned out."""
    return connection.execute(select(OUTBOX.c.id).where(_unannounced()).limit(1)).first() is not None


def unannounced(connection: Connection, limit: int) -> Sequence[Announcement]:
    """Words to subscribers that nobody has fanned out, in the order they were written down.

    One transaction at a time does so, on all replicas together: two could make deliveries of one resource out of turn.
    """
    _one_at_a_time(connection)
    query = (
        select(OUTBOX.c.id, OUTBOX.c.type, OUTBOX.c.resource_id, OUTBOX.c.payload, OUTBOX.c.due_at)
        .where(_unannounced())
        .order_by(OUTBOX.c.id)
        .limit(limit)
    )
    return [Announcement(*row) for row in connection.execute(query)]


def announced(connection: Connection, outbox_ids: Collection[int], now: datetime) -> None:
    """Note that these words are with their subscribers' deliveries, or that nobody wanted them."""
    connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(outbox_ids)).values(done_at=now))


def announced_to_nobody(connection: Connection, limit: int, now: datetime) -> int:
    """Note of the first words that they are done with, where no hook is enabled. Returns of how many.

    One statement sees both: a word that was written once a hook was there finds the hook.
    """
    _one_at_a_time(connection)
    first = select(OUTBOX.c.id).where(_unannounced(), ~exists().where(HOOK.c.enabled)).order_by(OUTBOX.c.id)
    return connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(first.limit(limit))).values(done_at=now)).rowcount


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FAN_OUT_LOCK})


def add(connection: Connection, made: Sequence[Delivery]) -> None:
    if made:
        connection.execute(insert(DELIVERY), [_to_record(delivery) for delivery in made])


def claim(
    connection: Connection, now: datetime, lease: str, until: datetime, limit: int, hook_id: str | None = None
) -> Sequence[Delivery]:
    """Take up deliveries, earliest first: due, of an enabled hook, and none before it of the same resource open."""
    due = _next_ones().where(DELIVERY.c.due_at <= now)
    if hook_id is not None:
        due = due.where(DELIVERY.c.hook_id == hook_id)
    query = (
        due.add_columns(DELIVERY)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.outbox_id)
        .limit(limit)
        .with_for_update(of=DELIVERY, skip_locked=True)
    )
    taken = [
        Delivery(**{**row, "tries": row["tries"] + 1, "lease": lease, "due_at": until})
        for row in connection.execute(query).mappings()
    ]
    if taken:
        connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.id.in_([delivery.id for delivery in taken]))
            .values(lease=lease, due_at=until, tries=DELIVERY.c.tries + 1)
        )
    return taken


def hooks_due(connection: Connection, now: datetime) -> list[str]:
    """The hooks that have something to be told now."""
    query = _next_ones().where(DELIVERY.c.due_at <= now).add_columns(DELIVERY.c.hook_id).distinct()
    return list(connection.execute(query).scalars())


def earliest(connection: Connection) -> datetime | None:
    """When the next word is to be fanned out or told; None where nothing is."""
    unheard = connection.execute(select(func.min(OUTBOX.c.due_at)).where(_unannounced())).scalar()
    query = _next_ones().add_columns(DELIVERY.c.due_at).order_by(DELIVERY.c.due_at).limit(1)
    moments = (unheard, connection.execute(query).scalar())
    return min((moment for moment in moments if moment is not None), default=None)


def note(connection: Connection, attempt: Attempt) -> bool:
    """Keep an attempt, also where its delivery was taken over meanwhile; not where it was deleted. Returns whether."""
    query = select(DELIVERY.c.id).where(DELIVERY.c.id == attempt.delivery_id).with_for_update(key_share=True)
    if connection.execute(query).first() is None:
        return False
    values = {name: getattr(attempt, name) for name in Attempt.__slots__}
    connection.execute(insert(ATTEMPT).values(values))
    return True


def finish(connection: Connection, delivery: Delivery, status: str, now: datetime) -> bool:
    """Note that a delivery is over. Returns False, without effect, where its lease was lost meanwhile."""
    return _settle(connection, delivery, status=status, finished_at=now, due_at=now, lease=None)


def put_off(connection: Connection, delivery: Delivery, until: datetime) -> bool:
    """Have a delivery taken up again later. Returns False, without effect, where its lease was lost meanwhile."""
    return _settle(connection, delivery, due_at=until, lease=None)


def find(connection: Connection, delivery_id: str, *, to_change: bool = False) -> Delivery | None:
    """A delivery by its id; locked where it is read in order to change it."""
    query = select(DELIVERY).where(DELIVERY.c.id == delivery_id)
    if to_change:
        query = query.with_for_update(key_share=True)
    row = connection.execute(query).mappings().first()
    return None if row is None else Delivery(**row)


def set_going(connection: Connection, delivery_id: str, now: datetime) -> None:
    """Have a delivery told anew, at once and with every try before it."""
    values = {"status": WAITING, "tries": 0, "due_at": now, "lease": None, "finished_at": None}
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == delivery_id).values(values))


def page(
    connection: Connection,
    hook_id: str,
    status: str | None,
    resource_id: str | None,
    before: int | None,
    limit: int,
) -> Sequence[Delivery]:
    """A hook's deliveries, newest first, from the one before the outbox row `before`."""
    query = select(DELIVERY).where(DELIVERY.c.hook_id == hook_id).order_by(DELIVERY.c.outbox_id.desc()).limit(limit)
    if status is not None:
        query = query.where(DELIVERY.c.status == status)
    if resource_id is not None:
        query = query.where(DELIVERY.c.resource_id == resource_id)
    if before is not None:
        query = query.where(DELIVERY.c.outbox_id < before)
    return [Delivery(**row) for row in connection.execute(query).mappings()]


def attempts_of(connection: Connection, delivery_ids: Sequence[str]) -> dict[str, list[Attempt]]:
    """The attempts of each of these deliveries, oldest first."""
    found: dict[str, list[Attempt]] = {delivery_id: [] for delivery_id in delivery_ids}
    columns = [ATTEMPT.c[name] for name in Attempt.__slots__]
    query = select(*columns).where(ATTEMPT.c.delivery_id.in_(delivery_ids)).order_by(ATTEMPT.c.id)
    for row in connection.execute(query):
        found[row.delivery_id].append(Attempt(*row))
    return found


def _unannounced() -> ColumnElement[bool]:
    return (OUTBOX.c.kind == EffectKind.NOTIFY.value) & OUTBOX.c.done_at.is_(None)


def _next_ones() -> Select[Any]:
    """Each waiting delivery of an enabled hook that no earlier one of the same resource keeps waiting."""
    earlier = DELIVERY.alias("earlier")
    kept_waiting = exists().where(
        earlier.c.status == WAITING,
        earlier.c.hook_id == DELIVERY.c.hook_id,
        earlier.c.resource_id == DELIVERY.c.resource_id,
        earlier.c.outbox_id < DELIVERY.c.outbox_id,
    )
    return (
        select()
        .select_from(DELIVERY.join(HOOK, HOOK.c.id == DELIVERY.c.hook_id))
        .where(DELIVERY.c.status == WAITING, HOOK.c.enabled, ~kept_waiting)
    )


def _settle(connection: Connection, delivery: Delivery, **values: Any) -> bool:
    held = update(DELIVERY).where(DELIVERY.c.id == delivery.id, DELIVERY.c.lease == delivery.lease)
    return connection.execute(held.values(values)).rowcount > 0


def _to_record(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in Delivery.__slots__} | {"payload": dict(delivery.payload)}
