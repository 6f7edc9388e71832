"""The outbox: what is to be done outside, stored with the decision that asked for it.

Who takes a row up holds a lease on it. A lease that has run out can be taken over; then the first holder's word about
the row no longer counts, because it names a lease that is not the row's any more.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, select, update

from persistence.bulk_writing import Insertion
from persistence.tables import OutboxRecord, table_of
from workflows.decision import Effect, EffectKind

OUTBOX = table_of(OutboxRecord)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect taken up: `tries` counts how often it has been, this time included."""

    id: int
    kind: EffectKind
    type: str
    resource_id: str
    due_at: datetime
    payload: dict[str, Any]
    tries: int
    lease: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that is still to be done, and when; while it is being done, until when somebody holds it."""

    kind: EffectKind
    due_at: datetime
    tries: int
    payload: dict[str, Any]
    leased_until: datetime | None


class _Added(NamedTuple):
    effect: Effect
    created_at: datetime
    tries: int = 0


_ADDING: Final = Insertion(
    OUTBOX,
    {name: f"effect.{name}" for name in ("kind", "type", "resource_id", "due_at", "payload")},
    without=("id", "done_at", "lease", "leased_until"),
)


def add(connection: Connection, effects: Collection[Effect], now: datetime) -> None:
    _ADDING.write(connection, [_Added(effect, now) for effect in effects])


def claim(
    connection: Connection, kinds: Collection[EffectKind], now: datetime, lease: str, until: datetime, limit: int
) -> Sequence[Claimed]:
    """Take up effects of these kinds that are due and that nobody holds, earliest first."""
    query = (
        select(OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.type, OUTBOX.c.resource_id, OUTBOX.c.due_at, OUTBOX.c.payload,
               OUTBOX.c.tries)
        .where(
            OUTBOX.c.kind.in_([kind.value for kind in kinds]),
            OUTBOX.c.done_at.is_(None),
            OUTBOX.c.due_at <= now,
            OUTBOX.c.leased_until.is_(None) | (OUTBOX.c.leased_until <= now),
        )
        .order_by(OUTBOX.c.due_at, OUTBOX.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    rows = connection.execute(query).mappings().all()
    taken = [
        Claimed(**{**row, "kind": EffectKind(row["kind"]), "tries": row["tries"] + 1, "lease": lease}) for row in rows
    ]
    if taken:
        connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.id.in_([effect.id for effect in taken]))
            .values(lease=lease, leased_until=until, tries=OUTBOX.c.tries + 1)
        )
    return taken


def holds(connection: Connection, effect: Claimed) -> bool:
    """Whether the effect is still in the hands of who claimed it, and not done or taken over since."""
    query = select(OUTBOX.c.id).where(OUTBOX.c.id == effect.id, OUTBOX.c.lease == effect.lease)
    return connection.execute(query).scalar() is not None


def finish(connection: Connection, effect: Claimed, now: datetime) -> None:
    """Note that an effect is done; without effect where its lease was lost meanwhile."""
    connection.execute(_held(effect).values(done_at=now, lease=None, leased_until=None))


def put_off(connection: Connection, effect: Claimed, until: datetime, kind: EffectKind | None = None) -> None:
    """Have an effect taken up again later, possibly as one of another kind; its tries go on counting."""
    changed: dict[str, Any] = {"due_at": until, "lease": None, "leased_until": None}
    if kind is not None:
        changed["kind"] = kind.value
    connection.execute(_held(effect).values(changed))


def hasten(connection: Connection, kind: EffectKind, now: datetime) -> None:
    """Have everything of a kind that was put off taken up now."""
    waiting = (OUTBOX.c.kind == kind.value) & OUTBOX.c.done_at.is_(None) & OUTBOX.c.lease.is_(None)
    connection.execute(update(OUTBOX).where(waiting, OUTBOX.c.due_at > now).values(due_at=now))


def pending(connection: Connection, resource_id: str, kinds: Collection[EffectKind]) -> Sequence[Pending]:
    """What of these kinds is still to be done about a resource, earliest first."""
    columns = [OUTBOX.c[name] for name in Pending.__slots__]
    query = select(*columns).where(*_undone(resource_id, kinds)).order_by(OUTBOX.c.due_at, OUTBOX.c.id)
    return [Pending(EffectKind(kind), *rest) for kind, *rest in connection.execute(query)]


def hasten_of(connection: Connection, resource_id: str, kinds: Collection[EffectKind], now: datetime) -> int:
    """Have what was put off about one resource taken up now. Returns how much that is."""
    waiting = (*_undone(resource_id, kinds), OUTBOX.c.lease.is_(None), OUTBOX.c.due_at > now)
    return connection.execute(update(OUTBOX).where(*waiting).values(due_at=now)).rowcount


def _undone(resource_id: str, kinds: Collection[EffectKind]) -> tuple[ColumnElement[bool], ...]:
    of_kinds = OUTBOX.c.kind.in_([kind.value for kind in kinds])
    return OUTBOX.c.resource_id == resource_id, OUTBOX.c.done_at.is_(None), of_kinds


def _held(effect: Claimed) -> Any:
    return update(OUTBOX).where(OUTBOX.c.id == effect.id, OUTBOX.c.lease == effect.lease)
