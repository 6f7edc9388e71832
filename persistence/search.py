"""Things found by their names, or by how these begin: resources, orders, accounts, refunds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, Connection, select

from persistence.prefixes import begins, walk
from persistence.resources import REFUND, RESOURCE


class Sort(StrEnum):
    """What sort of thing was found."""

    RESOURCE = "resource"
    ORDER = "order"
    ACCOUNT = "account"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing by its name. `exact`: that is its whole name; `resource_id` is what a refund is about."""

    sort: Sort
    name: str
    exact: bool
    resource_id: str | None = None


_PLACES: Final[dict[Sort, tuple[Column[Any], Column[Any] | None]]] = {
    Sort.RESOURCE: (RESOURCE.c.id, None),
    Sort.ORDER: (RESOURCE.c.order_id, None),
    Sort.ACCOUNT: (RESOURCE.c.account_id, None),
    Sort.REFUND: (REFUND.c.id, REFUND.c.resource_id),
}


def find(connection: Connection, text: str, limit_each: int) -> list[Hit]:
    """What bears this name, or a name that begins so; of each sort at most so many, whole names first."""
    return [hit for sort in Sort for hit in _of_sort(connection, sort, text, limit_each)]


def names(connection: Connection, sort: Sort, beginning: str, limit: int) -> list[str]:
    """Names of a sort that begin so, each once, in the order of their characters."""
    return walk(connection, _PLACES[sort][0], beginning, limit)


def _of_sort(connection: Connection, sort: Sort, text: str, limit: int) -> list[Hit]:
    name, about = _PLACES[sort]
    columns = (name,) if about is None else (name, about)
    query = select(*columns).where(begins(connection, name, text)).distinct().order_by(name).limit(limit)
    hits = [Hit(sort, row[0], row[0] == text, None if about is None else row[1]) for row in connection.execute(query)]
    return sorted(hits, key=lambda hit: not hit.exact)
