"""Events as people leaf through them: the newest first, or those that wait, the longest waiting first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, literal, select, text, tuple_

from persistence.history import HISTORY, to_row
from persistence.inbox import INBOX, Received, to_received
from persistence.portions import portions
from persistence.resources import RESOURCE
from workflows.history import Row

#: Through so many arrivals a page looks for what no index finds; the next page goes on from there.
LOOKED_THROUGH: Final = 20_000
#: Written as the partial indexes have it.
_NOT_APPLIED: Final = text("inbox.outcome <> 'applied'")
_WAITING: Final = {one: text(f"inbox.outcome = '{one}'") for one in ("parked", "dead")}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are meant; None asks nothing."""

    outcome: str | None = None
    type: str | None = None
    source: str | None = None
    subject: str | None = None

    @property
    def has_index(self) -> bool:
        """Whether an index leads to all of them, however few they are."""
        unlike_most = self.outcome not in (None, "applied")
        return self.subject is not None or (
            self.type is None and self.source is None and (unlike_most or not self.outcome)
        )


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of events. It goes on before the arrival number `following`; None where nothing is left.

    `looked_to`: the number down to which was looked, where older ones were not looked through.
    """

    items: Sequence[Received]
    following: int | None
    looked_to: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of waiting events begins: behind the one that arrived at this instant under this number."""

    arrived_at: datetime
    arrival: int


def newest(
    connection: Connection, wanted: Filter, before: int | None, limit: int, through: int = LOOKED_THROUGH
) -> Leaf:
    """Events in the order of their arrival, the last first, from the one before the number `before`.

    What no index finds is looked for among so many arrivals as `through` says.
    """
    lowest, highest = connection.execute(select(_least(), _most())).one()
    if lowest is None or highest is None:
        return Leaf((), None)
    top = highest + 1 if before is None else before
    floor = lowest if wanted.has_index else max(top - through, lowest)
    query = select(INBOX).where(INBOX.c.arrival < top, INBOX.c.arrival >= floor, *_conditions(wanted))
    found = connection.execute(query.order_by(INBOX.c.arrival.desc()).limit(limit + 1)).mappings().all()
    items = [to_received(row) for row in found[:limit]]
    if len(found) > limit:
        return Leaf(items, found[limit - 1]["arrival"])
    return Leaf(items, floor, floor) if floor > lowest else Leaf(items, None)


def waiting(connection: Connection, outcome: str, wanted: Filter, after: Place | None, limit: int) -> list[Received]:
    """The events that wait as `parked` or as `dead`, in the order in which they arrived."""
    key = (INBOX.c.arrived_at, INBOX.c.arrival)
    query = select(INBOX).where(_WAITING[outcome], *_conditions(wanted)).order_by(*key).limit(limit)
    if after is not None:
        values = (after.arrived_at, after.arrival)
        there = tuple_(*(literal(value, column.type) for column, value in zip(key, values, strict=True)))
        query = query.where(tuple_(*key) > there)
    return [to_received(row) for row in connection.execute(query).mappings()]


def rows_of(connection: Connection, subject: str, source: str, event_id: str) -> list[Row]:
    """The rows of history that an event has made, oldest first; none where it changed nothing."""
    query = select(HISTORY).where(
        HISTORY.c.resource_id == subject, HISTORY.c.source == source, HISTORY.c.event_id == event_id
    )
    return [to_row(record) for record in connection.execute(query.order_by(HISTORY.c.seq)).mappings()]


def known(connection: Connection, subjects: Collection[str]) -> frozenset[str]:
    """Those subjects that are resources; an event may be told of one that nobody has paid for yet."""
    found: set[str] = set()
    for some in portions(subjects):
        found.update(connection.execute(select(RESOURCE.c.id).where(RESOURCE.c.id.in_(some))).scalars())
    return frozenset(found)


def _conditions(wanted: Filter) -> "list[ColumnElement[bool]]":
    asked = (
        (INBOX.c.outcome, wanted.outcome),
        (INBOX.c.type, wanted.type),
        (INBOX.c.source, wanted.source),
        (INBOX.c.subject, wanted.subject),
    )
    found = [column == value for column, value in asked if value is not None]
    by_outcome = wanted.subject is None and wanted.outcome not in (None, "applied")
    return [*found, _NOT_APPLIED] if by_outcome else found  # type: ignore[list-item]


def _least() -> "ColumnElement[int | None]":
    return select(func.min(INBOX.c.arrival)).scalar_subquery()


def _most() -> "ColumnElement[int | None]":
    return select(func.max(INBOX.c.arrival)).scalar_subquery()
