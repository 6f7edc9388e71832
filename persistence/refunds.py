"""Refunds for people: found, listed, with what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, literal, select, tuple_

from persistence.resources import REFUND, REFUND_REPEATS, RESOURCE
from workflows.money import Money
from workflows.resource import Refund
from workflows.words import RefundStatus

_COLUMNS = [REFUND.c[name] for name in (*Refund.__struct_fields__, "resource_id", *REFUND_REPEATS)]


@dataclass(frozen=True, slots=True)
class Listed:
    """A refund and what it is about; `provider` is whom its payment went through."""

    refund: Refund
    resource_id: str
    order_id: str
    account_id: str
    product: str
    amount: Money
    provider: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What a refund must be to be listed; None asks nothing. `since` and `before` bound when it was asked for."""

    resource_id: str | None = None
    account_id: str | None = None
    status: str | None = None
    product: str | None = None
    provider: str | None = None
    currency: str | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of refunds begins: behind the refund asked for at this instant, with this id."""

    requested_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins in either direction: behind a place, or `backwards`, before it."""

    place: Place
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Refunds in order, and the marks of the pages on either side; None where there is no page."""

    items: Sequence[Listed]
    before: Mark | None
    after: Mark | None


def find(connection: Connection, refund_id: str) -> Listed | None:
    row = connection.execute(_joined().where(REFUND.c.id == refund_id)).mappings().first()
    return None if row is None else _listed(row)


def page(connection: Connection, wanted: Filter, after: Place | None, limit: int) -> Sequence[Listed]:
    """Refunds in the order in which they were asked for."""
    return _found(connection, wanted, after, limit, descending=False)


def leaf(connection: Connection, wanted: Filter, mark: Mark | None, limit: int, *, newest_first: bool) -> Page:
    """The page at a mark; the first one where there is none."""
    backwards = mark is not None and mark.backwards
    place = None if mark is None else mark.place
    found = _found(connection, wanted, place, limit + 1, descending=newest_first != backwards)
    more, items = len(found) > limit, found[:limit]
    if backwards:
        items.reverse()
    if not items:
        return Page(items, None, None)
    before = Mark(place_of(items[0]), backwards=True) if (more if backwards else mark is not None) else None
    return Page(items, before, Mark(place_of(items[-1])) if backwards or more else None)


def place_of(listed: Listed) -> Place:
    return Place(listed.refund.requested_at, listed.refund.id)


def counts(connection: Connection, wanted: Filter, most: int) -> dict[str, int] | None:
    """How many refunds of each status a filter lets through, whatever status it names.

    None where its account and its days alone leave more than `most` to look at.
    """
    near = Filter(account_id=wanted.account_id, since=wanted.since, before=wanted.before)
    far = Filter(product=wanted.product, provider=wanted.provider, currency=wanted.currency)
    names = ("status", "product", "provider", "currency")
    some = select(*(REFUND.c[name] for name in names)).where(*_conditions(near, REFUND.c)).limit(most + 1).subquery()
    if connection.execute(select(func.count()).select_from(some)).scalar_one() > most:
        return None
    query = select(some.c.status, func.count()).where(*_conditions(far, some.c)).group_by(some.c.status)
    return {status: int(number) for status, number in connection.execute(query)}


def _found(
    connection: Connection, wanted: Filter, behind: Place | None, limit: int, *, descending: bool
) -> list[Listed]:
    columns = (REFUND.c.requested_at, REFUND.c.id)
    query = _joined().where(*_conditions(wanted, REFUND.c)).limit(limit)
    query = query.order_by(*(column.desc() if descending else column for column in columns))
    if behind is not None:
        there = tuple_(literal(behind.requested_at, REFUND.c.requested_at.type), literal(behind.id))
        query = query.where(tuple_(*columns) < there if descending else tuple_(*columns) > there)
    return [_listed(row) for row in connection.execute(query).mappings()]


def _conditions(wanted: Filter, columns: Any) -> list[ColumnElement[bool]]:
    names = ("resource_id", "account_id", "status", "product", "provider", "currency")
    told = {name: getattr(wanted, name) for name in names}
    found = [columns[name] == value for name, value in told.items() if value is not None]
    if wanted.since is not None:
        found.append(columns.requested_at >= wanted.since)
    if wanted.before is not None:
        found.append(columns.requested_at < wanted.before)
    return found


def _joined() -> Select[Any]:
    return select(*_COLUMNS, RESOURCE.c.order_id).join_from(REFUND, RESOURCE, REFUND.c.resource_id == RESOURCE.c.id)


def _listed(row: RowMapping) -> Listed:
    values = {name: row[name] for name in Refund.__struct_fields__}
    refund = Refund(**{**values, "status": RefundStatus(values["status"])})
    return Listed(
        refund,
        row["resource_id"],
        row["order_id"],
        row["account_id"],
        row["product"],
        Money(row["currency"], refund.amount_minor),
        row["provider"],
    )
