"""What happened to one resource beside its state: newest first, each kind by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from persistence import anchors
from persistence.deliveries import DELIVERY, Delivery
from persistence.history import HISTORY, to_row
from persistence.hooks import HOOK
from persistence.inbox import INBOX, WaitingEvent, to_event
from workflows.history import Row


@dataclass(frozen=True, slots=True)
class Waited:
    """An event that had to wait, and when it was resolved; None where it still waits."""

    told: WaitingEvent
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Addressed:
    """A delivery, and the address of its hook."""

    delivery: Delivery
    url: str


def rows(connection: Connection, resource_id: str, limit: int) -> Sequence[Row]:
    """The newest rows of a resource's history; the last of them is its opening, where it has one."""
    query = select(HISTORY).where(HISTORY.c.resource_id == resource_id).order_by(HISTORY.c.seq.desc()).limit(limit)
    found: list[Row] = [to_row(record) for record in connection.execute(query).mappings()]
    opening = anchors.opening(connection, resource_id) if len(found) < limit else None
    return found if opening is None else [*found, opening]


def waited(connection: Connection, resource_id: str, limit: int) -> Sequence[Waited]:
    """The newest events of a resource that did not fit when they were told."""
    query = (
        select(INBOX)
        .where(INBOX.c.subject == resource_id, INBOX.c.waited)
        .order_by(INBOX.c.arrival.desc())
        .limit(limit)
    )
    return [
        Waited(
            WaitingEvent(to_event(record), record["outcome"], tuple(record["reasons"]), record["detail"]),
            record["resolved_at"],
        )
        for record in connection.execute(query).mappings()
    ]


def deliveries(connection: Connection, resource_id: str, limit: int) -> Sequence[Addressed]:
    """The newest words about a resource to its subscribers."""
    query = (
        select(DELIVERY, HOOK.c.url)
        .join_from(DELIVERY, HOOK, HOOK.c.id == DELIVERY.c.hook_id)
        .where(DELIVERY.c.resource_id == resource_id)
        .order_by(DELIVERY.c.outbox_id.desc())
        .limit(limit)
    )
    return [
        Addressed(Delivery(**{name: row[name] for name in Delivery.__slots__}), row["url"])
        for row in connection.execute(query).mappings()
    ]
