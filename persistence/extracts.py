"""History and events in portions, each from behind the last row of the one before: for exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, literal, select, tuple_

from persistence.history import HISTORY, to_row
from persistence.inbox import INBOX, Received, to_received
from workflows.history import Row


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of history are meant; None asks nothing. `since` and `before` bound when they were recorded."""

    resource_id: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    refused_only: bool = False


@dataclass(frozen=True, slots=True)
class Events:
    """Which events are meant; None asks nothing. `since` and `before` bound when they arrived."""

    outcome: str | None = None
    subject: str | None = None
    since: datetime | None = None
    before: datetime | None = None


def history(connection: Connection, wanted: Rows, after: tuple[str, int] | None, limit: int) -> Sequence[Row]:
    """Rows of history by resource and number."""
    key = (HISTORY.c.resource_id, HISTORY.c.seq)
    query = select(HISTORY).order_by(*key).limit(limit)
    query = query.where(*_within(HISTORY.c.recorded_at, wanted.since, wanted.before))
    if wanted.resource_id is not None:
        query = query.where(HISTORY.c.resource_id == wanted.resource_id)
    if wanted.refused_only:
        query = query.where(HISTORY.c.outcome == "refused")
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*(literal(value) for value in after)))
    return [to_row(record) for record in connection.execute(query).mappings()]


def events(connection: Connection, wanted: Events, after: int, limit: int) -> Sequence[Received]:
    """Events in the order of their arrival numbers."""
    query = select(INBOX).where(INBOX.c.arrival > after).order_by(INBOX.c.arrival).limit(limit)
    query = query.where(*_within(INBOX.c.arrived_at, wanted.since, wanted.before))
    for column, value in ((INBOX.c.outcome, wanted.outcome), (INBOX.c.subject, wanted.subject)):
        if value is not None:
            query = query.where(column == value)
    return [to_received(record) for record in connection.execute(query).mappings()]


def _within(
    column: ColumnElement[datetime], since: datetime | None, before: datetime | None
) -> list[ColumnElement[bool]]:
    bounds = [] if since is None else [column >= since]
    return bounds if before is None else [*bounds, column < before]
