"""Shelves: where resources lie that are of one product and state and give the same answers around their deadline.

There are some dozens. An index for each order keeps every shelf in that order, together with all else that a filter
chooses by; so what comes first in a list is among what comes first on its shelves. No filter, however rare what it
lets through, makes the database look through everything.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)

from persistence import tallies
from persistence.listing import Filter, amounts, claims
from persistence.resources import RESOURCE
from persistence.tables import SHELF as KEYS
from workflows.words import Window

#: A shelf with at most so many of the amounts or moments of closing asked for is searched by these first.
FEW: Final = 1_000


@dataclass(frozen=True, slots=True)
class Shelf:
    """What all resources of a shelf share. Where their ends are recorded, their deadlines have passed."""

    product: str
    state: str
    before_deadline: str
    from_deadline: str
    expired: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for: in the order of these columns and of the id after them, maybe from behind a mark."""

    wanted: Filter
    columns: Sequence[Column[Any]]
    descending: bool
    mark: Sequence[Any] | None


def all_shelves(connection: Connection) -> list[Shelf]:
    """Every shelf on which something lies."""
    return [Shelf(*row) for row in connection.execute(select(*(SHELF.c[name] for name in KEYS)))]


def along(query: Select[Any]) -> Select[Any]:
    """A query of resources, asked shelf by shelf: so an index of shelves finds what it wants by amount."""
    return query.where(*_on(RESOURCE))


def _found() -> FromClause:
    """The shelves, each found from the one before it through an index."""
    start = (
        select(RESOURCE.c.id)
        .where(RESOURCE.c.product > "")
        .order_by(*(RESOURCE.c[name] for name in KEYS))
        .limit(1)
        .subquery()
    )
    found = select(start.c.id).cte("found", recursive=True)
    here = RESOURCE.alias("here")
    found = found.union_all(select(_next(here)).join_from(found, here, here.c.id == found.c.id))
    one = RESOURCE.alias("one")
    return select(*(one.c[name] for name in KEYS)).join_from(found, one, one.c.id == found.c.id).cte("shelf")


def _next(here: FromClause) -> ColumnElement[str]:
    """The id of some resource on the shelf behind that of `here`; nothing behind the last."""
    following = RESOURCE.alias("following")
    steps = []
    for depth in reversed(range(len(KEYS))):
        same = [following.c[name] == here.c[name] for name in KEYS[:depth]]
        query = select(following.c.id).where(*same, following.c[KEYS[depth]] > here.c[KEYS[depth]])
        steps.append(query.order_by(*(following.c[name] for name in KEYS[depth:])).limit(1).scalar_subquery())
    return func.coalesce(*steps)


#: Every shelf on which something lies, in the database.
SHELF: Final = _found()


def foremost(connection: Connection, look: Look, limit: int) -> list[str]:
    """The ids of what comes first over all shelves, in order."""
    searches = [_search(connection, look, how, shelves, limit) for how, shelves in _hows(connection, look).items()]
    if not searches:
        return []
    found = union_all(*searches).offset(0).subquery("found")
    columns = [found.c[column.name] for column in (*look.columns, RESOURCE.c.id)]
    ordered = (column.desc() if look.descending else column for column in columns)
    return list(connection.execute(select(found.c.id).order_by(*ordered).limit(limit)).scalars())


@dataclass(frozen=True, slots=True)
class _How:
    """How a shelf is searched: on one side of the deadline, where only that can be wanted.

    `by` names what little of it is found by before that is put in order: `deadline` or `cash`; None: in its order.
    """

    before: bool
    after: bool
    by: str | None


def _hows(connection: Connection, look: Look) -> dict[_How, list[Shelf]]:
    """The shelves on which something wanted can lie, by how they are searched."""
    found: dict[_How, list[Shelf]] = {}
    shelves = [one for one in all_shelves(connection) if _may_hold(one, look.wanted)]
    few = _few(connection, look)
    claimed = _claimed(connection) if look.wanted.window == Window.CLAIMED else None
    for shelf in shelves:
        before, after = _sides(shelf, look.wanted)
        if (before and (after or shelf.expired)) or (claimed is not None and shelf not in claimed):
            continue
        unrecorded = after and not shelf.expired and RESOURCE.c.deadline_at not in look.columns
        found.setdefault(_How(before, after, "deadline" if unrecorded else few.get(shelf)), []).append(shelf)
    return found


def _may_hold(shelf: Shelf, wanted: Filter) -> bool:
    if wanted.window == Window.CLAIMED and wanted.closing_before is not None:
        return False
    return wanted.product in (None, shelf.product) and wanted.state in (None, shelf.state)


def _sides(shelf: Shelf, wanted: Filter) -> tuple[bool, bool]:
    """Whether only what is before its deadline can be wanted, and whether only what is behind it."""
    before = wanted.window == Window.OPEN or wanted.closing_before is not None
    before = before or wanted.availability not in (None, shelf.from_deadline)
    return before, wanted.window == Window.CLOSED or wanted.availability not in (None, shelf.before_deadline)


def _claimed(connection: Connection) -> set[Shelf]:
    """The shelves on which there may be claimed windows, by the running sums: no index tells."""
    sums = tallies.read(connection, tallies.Kind.RESOURCES)
    places = {(place.product, place.state, place.from_deadline) for place, _ in sums if place.claimed}
    return {one for one in all_shelves(connection) if (one.product, one.state, one.from_deadline) in places}


def _few(connection: Connection, look: Look) -> dict[Shelf, str]:
    """The shelves that have few of the amounts or the moments of closing asked for, and by which that is known."""
    wanted, near = look.wanted, RESOURCE.alias("near")
    found: dict[Shelf, str] = {}
    if wanted.currency is not None and RESOURCE.c.cash_minor not in look.columns:
        found |= dict.fromkeys(_with_few(connection, near, amounts(wanted, near)), "cash")
    if wanted.closing_before is not None and RESOURCE.c.deadline_at not in look.columns:
        closing = (near.c.deadline_at > wanted.at, near.c.deadline_at < wanted.closing_before)
        found |= dict.fromkeys(_with_few(connection, near, closing), "deadline")
    return found


def _with_few(connection: Connection, near: FromClause, conditions: Iterable[ColumnElement[bool]]) -> list[Shelf]:
    some = select(near.c.id).where(*_on(near), *conditions).limit(FEW + 1)
    number = select(func.count()).select_from(some.correlate(SHELF).subquery()).scalar_subquery()
    query = select(*(SHELF.c[name] for name in KEYS)).where(number <= FEW)
    return [Shelf(*row) for row in connection.execute(query)]


def _on(near: FromClause) -> list[ColumnElement[bool]]:
    """The condition that something lies on the shelf beside it."""
    return [near.c[name] == SHELF.c[name] for name in KEYS]


def _search(connection: Connection, look: Look, how: _How, shelves: Sequence[Shelf], limit: int) -> Select[Any]:
    """The ids and values of what comes first on each of these shelves; SQLite and PostgreSQL write it differently."""
    within = tuple_(*(SHELF.c[name] for name in KEYS)).in_(
        [tuple(getattr(one, name) for name in KEYS) for one in shelves]
    )
    first = _first(look, how, limit)
    if connection.dialect.name == "postgresql":
        front = first.lateral("front")
        return select(*front.c).join_from(SHELF, front, true()).where(within)
    ids = (
        select(first.correlate(SHELF).subquery().c.id) if how.by else first.with_only_columns(first.selected_columns.id)
    )
    columns = (RESOURCE.c.id, *look.columns)
    return select(*columns).join_from(SHELF, RESOURCE, RESOURCE.c.id.in_(ids.correlate(SHELF))).where(within)


def _first(look: Look, how: _How, limit: int) -> Select[Any]:
    """What comes first on a shelf."""
    near: FromClause = RESOURCE.alias("near")
    found = [*_on(near)]
    if how.by is not None:  # an offset of nothing keeps all else out of how it is found
        found += amounts(look.wanted, near) if how.by == "cash" else _moments(look.wanted, how, near)
        kept = ("id", "deadline_at", "paid_at", "currency", "cash_minor", "claimed_at")
        few = select(*(near.c[name] for name in kept)).where(*found).correlate(SHELF)
        near, found = few.offset(0).subquery("few"), []
    columns: list[ColumnElement[Any]] = [near.c[column.name] for column in (*look.columns, RESOURCE.c.id)]
    found += [*_moments(look.wanted, how, near), *amounts(look.wanted, near), *claims(look.wanted, near)]
    found += [] if look.mark is None else [beyond(columns, look.mark, look.descending)]
    ordered = (column.desc() if look.descending else column for column in columns)
    return select(near.c.id, *columns[:-1]).where(*found).order_by(*ordered).limit(limit).correlate(SHELF)


def _moments(wanted: Filter, how: _How, near: FromClause) -> Iterator[ColumnElement[bool]]:
    if how.before:
        yield near.c.deadline_at > wanted.at
    if how.after:
        yield near.c.deadline_at <= wanted.at
    if wanted.closing_before is not None:
        yield near.c.deadline_at < wanted.closing_before


def beyond(columns: Sequence[ColumnElement[Any]], mark: Sequence[Any], descending: bool) -> ColumnElement[bool]:
    """Whether something lies behind a mark in the order of these columns."""
    here = tuple_(*columns)
    there = tuple_(*(literal(value, column.type) for column, value in zip(columns, mark, strict=True)))
    return here < there if descending else here > there
