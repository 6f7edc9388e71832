"""Shelves: where resources lie that are of one product and state and give the same answers around their deadline.

There are some dozens. An index for each order keeps every shelf in that order, together with all else that a filter
chooses by; so what comes first in a list is among what comes first on its shelves. No filter, however rare what it
lets through, makes the database look through everything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Select, bindparam, func, select

from persistence import tallies
from persistence.listing import Filter, amounts, claims
from persistence.resources import RESOURCE
from persistence.tables import SHELF as KEYS
from workflows.words import Window

#: A shelf with at most so many resources of the currency and amounts asked for is searched by these first.
FEW: Final = 200


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
    behind: ColumnElement[bool] | None


def all_shelves(connection: Connection) -> list[Shelf]:
    """Every shelf on which something lies."""
    found = _found()
    return [Shelf(*row) for row in connection.execute(select(*(found.c[name] for name in KEYS)))]


def along(query: Select[Any]) -> Select[Any]:
    """A query of resources, asked shelf by shelf: so an index of shelves finds what it wants by amount."""
    found = _found()
    return query.where(*(RESOURCE.c[name] == found.c[name] for name in KEYS))


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


def foremost(connection: Connection, look: Look, limit: int) -> list[str]:
    """The ids of the first resources over all shelves, with any that are equal to the last of them; in no order."""
    found = [
        (tuple(values), id_)
        for search in _searches(connection, look)
        for id_, *values in connection.execute(search.statement, search.shelf | {"depth": limit})
    ]
    found.sort(reverse=look.descending)
    taken = {values for values, _ in found[:limit]}
    return [id_ for values, id_ in found if values in taken]


@dataclass(frozen=True, slots=True)
class _Search:
    """How a shelf is searched."""

    statement: Select[Any]
    shelf: dict[str, Any]


def _searches(connection: Connection, look: Look) -> Iterator[_Search]:
    """The searches of all shelves on which something wanted can lie."""
    wanted = look.wanted
    claimed = _claimed(connection) if wanted.window == Window.CLAIMED else None
    statements: dict[tuple[bool, bool, bool], Select[Any]] = {}
    for shelf in all_shelves(connection):
        if claimed is not None and (shelf.product, shelf.state, shelf.from_deadline) not in claimed:
            continue
        if (wanted.product or shelf.product, wanted.state or shelf.state) != (shelf.product, shelf.state):
            continue
        answers = [wanted.availability in (None, one) for one in (shelf.before_deadline, shelf.from_deadline)]
        before = wanted.window == Window.OPEN or wanted.closing_before is not None or not answers[1]
        after = wanted.window == Window.CLOSED or not answers[0]
        if before and after:
            continue
        values = {f"shelf_{name}": getattr(shelf, name) for name in KEYS}
        apart = _is_apart(connection, look, shelf, before, after, values)
        if (before, after, apart) not in statements:
            statements[before, after, apart] = _statement(look, before, after, apart=apart)
        yield _Search(statements[before, after, apart], values)


def _claimed(connection: Connection) -> set[tuple[str, str, str]]:
    """On which shelves there are claimed windows, by the running sums: few have any, and no index tells which."""
    sums = tallies.read(connection, tallies.Kind.RESOURCES)
    return {(place.product, place.state, place.from_deadline) for place, _ in sums if place.claimed}


def _is_apart(
    connection: Connection, look: Look, shelf: Shelf, before: bool, after: bool, values: dict[str, Any]
) -> bool:
    """Whether what is wanted of a shelf is few: found by its deadlines or amounts first, put in order then."""
    wanted = look.wanted
    few = wanted.closing_before is not None or (before and shelf.expired) or (after and not shelf.expired)
    if few and RESOURCE.c.deadline_at not in look.columns:
        return True
    if wanted.currency is None or RESOURCE.c.cash_minor in look.columns:
        return False
    some = select(RESOURCE.c.id).where(*_on_shelf(), *amounts(wanted)).limit(FEW + 1).subquery()
    return connection.execute(select(func.count()).select_from(some), values).scalar_one() <= FEW


def _on_shelf() -> list[ColumnElement[bool]]:
    return [RESOURCE.c[name] == bindparam(f"shelf_{name}", type_=RESOURCE.c[name].type) for name in KEYS]


def _statement(look: Look, before: bool, after: bool, *, apart: bool) -> Select[Any]:
    """What comes first on a shelf, on one side of the deadline where only that can be wanted."""
    wanted = look.wanted
    conditions = [*_on_shelf(), *amounts(wanted), *claims(wanted)]
    conditions += [RESOURCE.c.deadline_at > wanted.at] if before else []
    conditions += [RESOURCE.c.deadline_at <= wanted.at] if after else []
    conditions += [] if wanted.closing_before is None else [RESOURCE.c.deadline_at < wanted.closing_before]
    conditions += [] if look.behind is None else [look.behind]
    query = select(RESOURCE.c.id, *look.columns).where(*conditions)
    if apart:  # an offset of nothing keeps the order out of the search
        query = select(query.offset(0).subquery())
    columns = [query.selected_columns[column.name] for column in (*look.columns, RESOURCE.c.id)]
    ordered = query.order_by(*(column.desc() if look.descending else column for column in columns))
    return ordered.limit(bindparam("depth"))
