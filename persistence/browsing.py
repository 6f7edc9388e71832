"""Resources leafed through, forwards and backwards, in an order people choose; and how many there are of each kind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Connection, func, select

from persistence import shelves, stock
from persistence.listing import (
    Filter,
    Listed,
    availability_at,
    called,
    conditions,
    listed,
    otherwise,
    selected,
    window_at,
)
from persistence.resources import RESOURCE
from persistence.shelves import Look, beyond

#: So many resources at most are counted one by one.
MOST_COUNTED: Final = 5_000


class Order(StrEnum):
    """What resources are put in order by; the id decides between equals. Each has an index of shelves."""

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
    if wanted.of_few:  # an offset of nothing keeps all but the names out of how they are found
        few = selected(wanted.at).where(*called(connection, wanted)).offset(0).subquery()
        ordered = [few.c[column.name] for column in columns]
        query = select(few).where(*otherwise(wanted, few))
        query = query if mark is None else query.where(beyond(ordered, mark.values, descending))
        query = query.order_by(*(column.desc() if descending else column for column in ordered))
        found = listed(connection, query.limit(limit + 1))
    else:
        look = Look(wanted, columns[:-1], descending, None if mark is None else mark.values)
        found = _of_ids(connection, wanted.at, shelves.foremost(connection, look, limit + 1))
    more, items = len(found) > limit, found[:limit]
    if backwards:
        items.reverse()
    return _between(sorting.order, items, before=more if backwards else mark is not None, after=backwards or more)


def _of_ids(connection: Connection, at: datetime, ids: Sequence[str]) -> list[Listed]:
    place = {id_: number for number, id_ in enumerate(ids)}
    found = listed(connection, selected(at).where(RESOURCE.c.id.in_(ids))) if ids else []
    return sorted(found, key=lambda one: place[one.resource.id])


def is_vague(connection: Connection, wanted: Filter) -> bool:
    """Whether more than MOST_COUNTED names begin as a filter asks: too many to look at each, and to be of any help."""
    if wanted.begins is None or wanted.account_id is not None or wanted.order_id is not None:
        return False
    some = select(RESOURCE.c.id).where(*called(connection, wanted)).limit(MOST_COUNTED + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() > MOST_COUNTED


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
    """How many resources of each kind a filter lets through; None where that is more than MOST_COUNTED.

    What can be told from the running sums is counted however many they are.
    """
    if wanted == Filter(wanted.at):
        return _from_sums(connection, wanted)
    kinds = (
        RESOURCE.c.product,
        RESOURCE.c.state,
        availability_at(wanted.at).label("availability"),
        window_at(wanted.at).label("window"),
        RESOURCE.c.currency,
    )
    if wanted.of_few:
        few = select(*kinds, RESOURCE.c.cash_minor, RESOURCE.c.deadline_at).where(*called(connection, wanted))
        inner = few.offset(0).subquery()
        some = select(*(inner.c[column.name] for column in kinds)).where(*otherwise(wanted, inner))
    else:
        some = shelves.along(select(*kinds).where(*conditions(connection, wanted)))
    one = some.limit(MOST_COUNTED + 1).subquery()
    query = select(*one.c, func.count()).group_by(*one.c)
    found = Counter({Kind(*values): count for *values, count in connection.execute(query)})
    return found if found.total() <= MOST_COUNTED else None


def _from_sums(connection: Connection, wanted: Filter) -> Counter[Kind]:
    found: Counter[Kind] = Counter()
    for one in stock.totals(connection, wanted.at):
        found[Kind(one.product, one.state, one.availability, one.window, one.currency)] += one.count
    return +found
