"""Resources leafed through, forwards and backwards, in an order people choose; and how many there are of each kind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Connection, func, literal, select, tuple_

from persistence.listing import Filter, Listed, availability_at, conditions, listed, selected, window_at
from persistence.resources import RESOURCE

#: Beyond so many resources nothing is counted: a count reads each of them.
MOST_COUNTED: Final = 100_000


class Order(StrEnum):
    """What resources are put in order by; the id decides between equals. Each has an index."""

    DEADLINE = "deadline"
    PAID = "paid"
    AMOUNT = "amount"


_COLUMNS: Final[dict[Order, tuple[Column[Any], ...]]] = {
    Order.DEADLINE: (RESOURCE.c.deadline_at, RESOURCE.c.id),
    Order.PAID: (RESOURCE.c.paid_at, RESOURCE.c.id),
    Order.AMOUNT: (RESOURCE.c.currency, RESOURCE.c.cash_minor, RESOURCE.c.id),
}


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order and its direction."""

    order: Order
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins: behind the resource with these values of the sorted columns, or `backwards`, before it."""

    values: tuple[Any, ...]
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Resources in order, and the marks of the pages on either side; None where there is no page."""

    items: Sequence[Listed]
    before: Mark | None
    after: Mark | None


@dataclass(frozen=True, slots=True)
class Kind:
    """What resources are counted by."""

    product: str
    state: str
    availability: str
    window: str
    currency: str


def page(connection: Connection, wanted: Filter, sorting: Sorting, mark: Mark | None, limit: int) -> Page:
    """The page at a mark; the first one where there is none."""
    columns, backwards = _COLUMNS[sorting.order], mark is not None and mark.backwards
    descending = sorting.descending != backwards
    query = selected(connection, wanted).limit(limit + 1)
    query = query.order_by(*(column.desc() if descending else column for column in columns))
    if mark is not None:
        here = tuple_(*columns)
        there = tuple_(*(literal(value, column.type) for column, value in zip(columns, mark.values, strict=True)))
        query = query.where(here < there if descending else here > there)
    found = listed(connection, query)
    more, items = len(found) > limit, found[:limit]
    if backwards:
        items.reverse()
    return _between(sorting.order, items, before=more if backwards else mark is not None, after=backwards or more)


def _between(order: Order, items: list[Listed], *, before: bool, after: bool) -> Page:
    if not items:
        return Page(items, None, None)
    first, last = _values(order, items[0]), _values(order, items[-1])
    return Page(items, Mark(first, backwards=True) if before else None, Mark(last) if after else None)


def _values(order: Order, one: Listed) -> tuple[Any, ...]:
    resource = one.resource
    if order == Order.DEADLINE:
        return resource.deadline_at, resource.id
    if order == Order.PAID:
        return resource.payment.paid_at, resource.id
    return resource.payment.currency, resource.payment.cash_minor, resource.id


def counts(connection: Connection, wanted: Filter) -> Counter[Kind] | None:
    """How many resources of each kind a filter lets through; None where they are too many to be counted."""
    asked = conditions(connection, wanted)
    some = select(RESOURCE.c.id).where(*asked).limit(MOST_COUNTED + 1).subquery()
    if connection.execute(select(func.count()).select_from(some)).scalar_one() > MOST_COUNTED:
        return None
    kinds = (
        RESOURCE.c.product,
        RESOURCE.c.state,
        availability_at(wanted.at).label("availability"),
        window_at(wanted.at).label("window"),
        RESOURCE.c.currency,
    )
    inner = select(*kinds).where(*asked).subquery()
    query = select(*inner.c, func.count()).group_by(*inner.c)
    return Counter({Kind(*values): count for *values, count in connection.execute(query)})
