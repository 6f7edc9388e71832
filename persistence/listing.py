"""Lists of resources for people: filtered by what is stored and by what follows from it at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, case, select

from persistence.resources import REFUND, REFUND_COLUMNS, RESOURCE, to_resource
from workflows.resource import Resource
from workflows.words import Window


@dataclass(frozen=True, slots=True)
class Filter:
    """What a resource must be to be listed; None asks nothing. Window and availability are judged as of `at`."""

    at: datetime
    product: str | None = None
    state: str | None = None
    window: str | None = None
    availability: str | None = None
    account_id: str | None = None
    order_id: str | None = None
    closing_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource in a list, with its availability and window at the instant the list was asked for."""

    resource: Resource
    availability: str
    window: str
    unresolved: int


def availability_at(at: datetime) -> ColumnElement[str]:
    """The availability as of an instant: the stored one of the side of the deadline on which it lies."""
    return case((RESOURCE.c.deadline_at > at, RESOURCE.c.before_deadline), else_=RESOURCE.c.from_deadline)


def window_at(at: datetime, of: FromClause = RESOURCE) -> ColumnElement[str]:
    """The window as of an instant, of resources or of whatever else has a claim and a deadline."""
    return case(
        (of.c.claimed_at.is_not(None), Window.CLAIMED.value),
        (of.c.deadline_at > at, Window.OPEN.value),
        else_=Window.CLOSED.value,
    )


def page(connection: Connection, wanted: Filter, after_id: str | None, limit: int) -> Sequence[Listed]:
    """Resources in the order of their ids, from the one after `after_id`."""
    query = (
        select(
            RESOURCE,
            *REFUND_COLUMNS,
            availability_at(wanted.at).label("availability"),
            window_at(wanted.at).label("window"),
        )
        .join_from(RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True)
        .where(*_conditions(wanted))
        .order_by(RESOURCE.c.id)
        .limit(limit)
    )
    if after_id is not None:
        query = query.where(RESOURCE.c.id > after_id)
    return [
        Listed(to_resource(row), row["availability"], row["window"], row["unresolved"])
        for row in connection.execute(query).mappings()
    ]


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        RESOURCE.c[name] == value
        for name in ("product", "state", "account_id", "order_id")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.availability is not None:
        conditions.append(availability_at(wanted.at) == wanted.availability)
    if wanted.window is not None:
        conditions.append(window_at(wanted.at) == wanted.window)
    if wanted.closing_before is not None:
        conditions.append(window_at(wanted.at) == Window.OPEN.value)
        conditions.append(RESOURCE.c.deadline_at < wanted.closing_before)
    return conditions
