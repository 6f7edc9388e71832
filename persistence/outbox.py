"""The outbox: what is to be done outside, stored with the decision that asked for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from persistence.tables import OutboxRecord, table_of
from workflows.decision import Effect, EffectKind

OUTBOX = table_of(OutboxRecord)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An effect that is due."""

    id: int
    resource_id: str
    due_at: datetime
    payload: dict[str, Any]


def add(connection: Connection, effects: Collection[Effect], now: datetime) -> None:
    if effects:
        connection.execute(insert(OUTBOX), [_to_record(effect, now) for effect in effects])


def due(connection: Connection, kind: EffectKind, until: datetime, limit: int) -> list[Waiting]:
    """Effects of a kind that are due at `until`, earliest first."""
    query = (
        select(OUTBOX.c.id, OUTBOX.c.resource_id, OUTBOX.c.due_at, OUTBOX.c.payload)
        .where(OUTBOX.c.kind == kind.value, OUTBOX.c.done_at.is_(None), OUTBOX.c.due_at <= until)
        .order_by(OUTBOX.c.due_at, OUTBOX.c.id)
        .limit(limit)
    )
    return [Waiting(**row) for row in connection.execute(query).mappings()]


def done(connection: Connection, ids: Collection[int], now: datetime) -> None:
    if ids:
        connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(done_at=now))


def _to_record(effect: Effect, now: datetime) -> dict[str, Any]:
    return {
        "kind": effect.kind.value,
        "type": effect.type,
        "resource_id": effect.resource_id,
        "due_at": effect.due_at,
        "payload": dict(effect.payload),
        "created_at": now,
    }


def put_off(connection: Connection, ids: Collection[int], until: datetime) -> None:
    if ids:
        connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(due_at=until))
