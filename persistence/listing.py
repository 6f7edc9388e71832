"""Lists of resources for people: filtered by what is stored and by what follows from it at an instant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, or_, select

from persistence.prefixes import begins
from persistence.resources import AS_READ, REFUND, RESOURCE, to_resource
from workflows.resource import Resource
from workflows.words import Window


@dataclass(frozen=True, slots=True)
class Filter:
    """What a resource must be to be listed; None asks nothing. Window and availability are judged as of `at`.

    `least_minor` and `most_minor` bound the cash paid, in minor units of the currency that is named beside them;
    `begins` is how its id, its order or its account begins.
    """

    at: datetime
    product: str | None = None
    state: str | None = None
    window: str | None = None
    availability: str | None = None
    account_id: str | None = None
    order_id: str | None = None
    closing_before: datetime | None = None
    currency: str | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    begins: str | None = None

    @property
    def of_few(self) -> bool:
        """Whether it names something that few resources bear."""
        return self.account_id is not None or self.order_id is not None or self.begins is not None

    @property
    def may_be_claimed(self) -> bool | None:
        """Whether windows that are claimed are asked for, or others; None: either."""
        if self.window is None and self.closing_before is None:
            return None
        return self.window == Window.CLAIMED


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
    query = selected(wanted.at).where(*conditions(connection, wanted)).order_by(RESOURCE.c.id).limit(limit)
    if after_id is not None:
        query = query.where(RESOURCE.c.id > after_id)
    return listed(connection, query)


def selected(at: datetime) -> Select[Any]:
    """All resources, with what `listed` reads of them as of an instant."""
    return select(
        *AS_READ,
        RESOURCE.c.unresolved,
        availability_at(at).label("availability"),
        window_at(at).label("window"),
    ).join_from(RESOURCE, REFUND, REFUND.c.id == RESOURCE.c.refund_id, isouter=True)


def listed(connection: Connection, query: Select[Any]) -> list[Listed]:
    return [Listed(to_resource(row), row.availability, row.window, row.unresolved) for row in connection.execute(query)]


def conditions(connection: Connection, wanted: Filter) -> list[ColumnElement[bool]]:
    """What a filter asks, as conditions on the resource."""
    return [*called(connection, wanted), *_stored(wanted), *amounts(wanted), *_judged(wanted), *claims(wanted)]


def called(connection: Connection, wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """What a filter asks of names: of few resources, wherever one is asked for."""
    for name in ("account_id", "order_id"):
        if getattr(wanted, name) is not None:
            yield RESOURCE.c[name] == getattr(wanted, name)
    if wanted.begins is not None:
        columns = (RESOURCE.c.id, RESOURCE.c.order_id, RESOURCE.c.account_id)
        yield or_(*(begins(connection, column, wanted.begins) for column in columns))


def _stored(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    for name in ("product", "state"):
        if getattr(wanted, name) is not None:
            yield RESOURCE.c[name] == getattr(wanted, name)


def otherwise(wanted: Filter, of: FromClause) -> Iterator[ColumnElement[bool]]:
    """What a filter asks besides names, of resources that bear their availability and window already."""
    for name in ("product", "state", "availability", "window"):
        if getattr(wanted, name) is not None:
            yield of.c[name] == getattr(wanted, name)
    yield from amounts(wanted, of)
    if wanted.closing_before is not None:
        yield of.c.window == Window.OPEN.value
        yield of.c.deadline_at < wanted.closing_before


def amounts(wanted: Filter, of: FromClause = RESOURCE) -> Iterator[ColumnElement[bool]]:
    """What a filter asks of the cash paid."""
    if wanted.currency is not None:
        yield of.c.currency == wanted.currency
    if wanted.least_minor is not None:
        yield of.c.cash_minor >= wanted.least_minor
    if wanted.most_minor is not None:
        yield of.c.cash_minor <= wanted.most_minor


def claims(wanted: Filter, of: FromClause = RESOURCE) -> Iterator[ColumnElement[bool]]:
    """Whether a filter asks for claimed windows, or for others."""
    if wanted.window == Window.CLAIMED:
        yield of.c.claimed_at.is_not(None)
    if wanted.window in (Window.OPEN, Window.CLOSED) or wanted.closing_before is not None:
        yield of.c.claimed_at.is_(None)


def _judged(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.availability is not None:
        yield availability_at(wanted.at) == wanted.availability
    if wanted.window == Window.OPEN or wanted.closing_before is not None:
        yield RESOURCE.c.deadline_at > wanted.at
    if wanted.window == Window.CLOSED:
        yield RESOURCE.c.deadline_at <= wanted.at
    if wanted.closing_before is not None:
        yield RESOURCE.c.deadline_at < wanted.closing_before
