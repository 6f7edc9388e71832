"""Shelves: where resources lie that are of one product and state and give the same answers around their deadline.

There are some dozens. An index for each order keeps every shelf in that order, together with all else that a filter
chooses by; so what comes first in a list is among what comes first on its shelves. No filter, however rare what it
lets through, makes the database look through everything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    bindparam,
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
FEW: Final = 500
#: What each index of shelves holds of a resource beside its shelf.
_KEPT: Final = ("id", "deadline_at", "paid_at", "currency", "cash_minor", "claimed_at")


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
    return query.where(*_on(RESOURCE, _EACH))


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
_Keys = Mapping[str, ColumnElement[Any]]
#: A shelf of those in the database, and one that is told with the question.
_EACH: Final[_Keys] = {name: SHELF.c[name] for name in KEYS}
_TOLD: Final[_Keys] = {name: bindparam(name, type_=RESOURCE.c[name].type) for name in KEYS}


def foremost(connection: Connection, look: Look, limit: int) -> list[str]:
    """The ids of what comes first over all shelves, in order."""
    hows = _hows(connection, look)
    if not hows:
        return []
    if connection.dialect.name == "sqlite":
        return _one_by_one(connection, look, hows, limit)
    found = (
        union_all(*(_search(look, how, shelves, limit) for how, shelves in hows.items())).offset(0).subquery("found")
    )
    return list(connection.execute(select(found.c.id).order_by(*_ordered(look, found)).limit(limit)).scalars())


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
    sides = _sides_of(connection, look.wanted)
    few = _few(connection, look, list(sides))
    passed = _few_passed(
        connection, look, [shelf for shelf, (_, after) in sides.items() if after and not shelf.expired]
    )
    found: dict[_How, list[Shelf]] = {}
    for shelf, (before, after) in sides.items():
        by = "deadline" if shelf in passed else few.get(shelf)
        found.setdefault(_How(before, after, by), []).append(shelf)
    return found


def _sides_of(connection: Connection, wanted: Filter) -> dict[Shelf, tuple[bool, bool]]:
    """The shelves on which something wanted can lie, with the side of the deadline on which alone it does."""
    holding, found = _holding(connection, wanted), {}
    for shelf in all_shelves(connection):
        before, after = _sides(shelf, wanted)
        empty = before and (after or shelf.expired)
        if not empty and _may_hold(shelf, wanted) and (shelf.product, shelf.state, shelf.from_deadline) in holding:
            found[shelf] = before, after
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


def _holding(connection: Connection, wanted: Filter) -> set[tuple[str, str, str]]:
    """Where anything lies with the claim and in the currency asked for, by the running sums: no index tells.

    As the product, the state and the answer from the deadline on.
    """
    found = set()
    for place, _ in tallies.read(connection, tallies.Kind.RESOURCES):
        if wanted.may_be_claimed in (None, place.claimed) and wanted.currency in (None, place.currency):
            found.add((place.product, place.state, place.from_deadline))
    return found


def _few(connection: Connection, look: Look, shelves: Sequence[Shelf]) -> dict[Shelf, str]:
    """Those that have few of the amounts or the moments of closing asked for, and by which that is known."""
    wanted, near = look.wanted, RESOURCE.alias("near")
    found: dict[Shelf, str] = {}
    if wanted.currency is not None and RESOURCE.c.cash_minor not in look.columns:
        found |= dict.fromkeys(_with_few(connection, near, amounts(wanted, near), shelves), "cash")
    if wanted.closing_before is not None and RESOURCE.c.deadline_at not in look.columns:
        closing = (near.c.deadline_at > wanted.at, near.c.deadline_at < wanted.closing_before)
        found |= dict.fromkeys(_with_few(connection, near, closing, shelves), "deadline")
    return found


def _few_passed(connection: Connection, look: Look, shelves: Sequence[Shelf]) -> list[Shelf]:
    """Those on which few ends of windows have passed unrecorded, of shelves where only these can be wanted."""
    near = RESOURCE.alias("near")
    if RESOURCE.c.deadline_at in look.columns:
        return []
    return _with_few(connection, near, [near.c.deadline_at <= look.wanted.at], shelves)


def _with_few(
    connection: Connection, near: FromClause, conditions: Iterable[ColumnElement[bool]], shelves: Sequence[Shelf]
) -> list[Shelf]:
    if not shelves:
        return []
    some = select(near.c.id).where(*_on(near, _EACH), *conditions).limit(FEW + 1)
    number = select(func.count()).select_from(some.correlate(SHELF).subquery()).scalar_subquery()
    query = select(*(SHELF.c[name] for name in KEYS)).where(_among(shelves), number <= FEW)
    return [Shelf(*row) for row in connection.execute(query)]


def _among(shelves: Iterable[Shelf]) -> ColumnElement[bool]:
    return tuple_(*_EACH.values()).in_([tuple(getattr(one, name) for name in KEYS) for one in shelves])


def _on(near: FromClause, shelf: _Keys) -> list[ColumnElement[bool]]:
    """The condition that something lies on a shelf."""
    return [near.c[name] == shelf[name] for name in KEYS]


def _one_by_one(connection: Connection, look: Look, hows: Mapping[_How, Sequence[Shelf]], limit: int) -> list[str]:
    """Each shelf is asked by itself; by payment, once enough is found, only for what comes before the last of it.

    Nobody is far away here, and the database knows the shelf when it decides how to search it. In the other orders
    what is wanted bounds the search already, and SQLite makes use of one bound alone.
    """
    bounded = RESOURCE.c.paid_at in look.columns
    best: list[tuple[Any, ...]] = []
    for how, shelves in hows.items():
        every = _first(look, how, limit, _TOLD, fenced=how.by is not None)
        columns = [every.selected_columns[column.name] for column in (*look.columns, RESOURCE.c.id)]
        last = [bindparam(f"last_{column.name}", type_=column.type) for column in columns]
        nearer = every.where(_before(columns, last, look.descending))
        for shelf in shelves:
            told, query = {name: getattr(shelf, name) for name in KEYS}, every
            if bounded and len(best) == limit:
                told |= {one.key: value for one, value in zip(last, best[-1], strict=True)}
                query = nearer
            rows = connection.execute(query, told).all()
            if rows:
                best = sorted([*best, *((*row[1:], row.id) for row in rows)], reverse=look.descending)[:limit]
    return [values[-1] for values in best]


def _search(look: Look, how: _How, shelves: Sequence[Shelf], limit: int) -> Select[Any]:
    """The ids and values of what comes first on each of these shelves."""
    front = _first(look, how, limit, _EACH, fenced=True).lateral("front")
    return select(*front.c).join_from(SHELF, front, true()).where(_among(shelves))


def _first(look: Look, how: _How, limit: int, shelf: _Keys, *, fenced: bool) -> Select[Any]:
    """What comes first on a shelf.

    `fenced` keeps everything out of how it is found but that by which it is to be found: PostgreSQL takes a shelf for
    far smaller than it is, and would rather sort all of it than walk along it.
    """
    near: FromClause = RESOURCE.alias("near")
    if fenced:
        few = select(*(near.c[name] for name in _KEPT)).where(*_on(near, shelf), *_found_by(look, how, near))
        few = few if how.by else few.order_by(*_ordered(look, near))
        near, found = few.correlate(SHELF).offset(0).subquery("few"), []
    else:
        found = _on(near, shelf)
    columns: list[ColumnElement[Any]] = [near.c[column.name] for column in (*look.columns, RESOURCE.c.id)]
    found += [*_moments(look.wanted, how, near), *amounts(look.wanted, near), *claims(look.wanted, near)]
    found += _behind(look, near)
    return select(near.c.id, *columns[:-1]).where(*found).order_by(*_ordered(look, near)).limit(limit).correlate(SHELF)


def _found_by(look: Look, how: _How, near: FromClause) -> list[ColumnElement[bool]]:
    """What decides where in an index of shelves one begins and ends."""
    if how.by is not None:
        return [*(amounts(look.wanted, near) if how.by == "cash" else _moments(look.wanted, how, near))]
    if RESOURCE.c.cash_minor in look.columns:
        return [*amounts(look.wanted, near), *_behind(look, near)]
    if RESOURCE.c.deadline_at in look.columns:
        return [*_moments(look.wanted, how, near), *_behind(look, near)]
    return _behind(look, near)


def _ordered(look: Look, near: FromClause) -> list[ColumnElement[Any]]:
    columns = [near.c[column.name] for column in (*look.columns, RESOURCE.c.id)]
    return [column.desc() if look.descending else column for column in columns]


def _behind(look: Look, near: FromClause) -> list[ColumnElement[bool]]:
    columns = [near.c[column.name] for column in (*look.columns, RESOURCE.c.id)]
    return [] if look.mark is None else [beyond(columns, look.mark, look.descending)]


def _moments(wanted: Filter, how: _How, near: FromClause) -> Iterator[ColumnElement[bool]]:
    if how.before:
        yield near.c.deadline_at > wanted.at
    if how.after:
        yield near.c.deadline_at <= wanted.at
    if wanted.closing_before is not None:
        yield near.c.deadline_at < wanted.closing_before


def beyond(columns: Sequence[ColumnElement[Any]], mark: Sequence[Any], descending: bool) -> ColumnElement[bool]:
    """Whether something lies behind a mark in the order of these columns."""
    there = [literal(value, column.type) for column, value in zip(columns, mark, strict=True)]
    return _before(there, columns, descending)


def _before(
    here: Sequence[ColumnElement[Any]], there: Sequence[ColumnElement[Any]], descending: bool
) -> ColumnElement[bool]:
    one, other = tuple_(*here), tuple_(*there)
    return one > other if descending else one < other
