"""Everything that is kept, as rows of a table: read in portions, so that however much it is, little is held at once.

Each portion is read on a snapshot of its own; what changes while an export runs is exported as it was when its portion
was read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from persistence import bulk, extracts, listing, refunds
from persistence.extracts import Events, Rows
from persistence.listing import Filter as ResourceFilter
from persistence.listing import Listed
from persistence.refunds import Filter as RefundFilter
from persistence.refunds import Place
from persistence.store import Connection
from service import export_columns as columns
from service.bulk import view
from service.desk import Desk
from service.export_columns import Column, Judged, Refusal
from workflows.eligibility import answer
from workflows.step import EarlierDefinitionError

PORTION: Final = 1000
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Extract:
    """A table on its way out: its name, its columns, and its rows, a portion at a time."""

    name: str
    columns: Sequence[Column]
    portions: Iterator[list[tuple[Any, ...]]]


def of_resources(desk: Desk, wanted: ResourceFilter, portion: int = PORTION) -> Extract:
    """Resources in the order of their ids, with their answers as of the filter's instant."""

    def read(connection: Connection, after: str | None) -> list[Judged]:
        found = listing.page(connection, wanted, after, portion)
        return [_judged(desk, one, wanted.at) for one in found]

    portions = _portions(desk, read, None, lambda one: one.listed.resource.id)
    return _extract("resources", columns.RESOURCES, portions)


def of_refunds(desk: Desk, wanted: RefundFilter, portion: int = PORTION) -> Extract:
    """Refunds in the order in which they were asked for."""
    portions = _portions(
        desk,
        lambda connection, after: refunds.page(connection, wanted, after, portion),
        None,
        lambda one: Place(one.refund.requested_at, one.refund.id),
    )
    return _extract("refunds", columns.REFUNDS, portions)


def of_history(desk: Desk, wanted: Rows, portion: int = PORTION) -> Extract:
    """Rows of history by resource and number."""
    return _extract("history", columns.HISTORY, _rows(desk, wanted, portion))


def of_refusals(desk: Desk, wanted: Rows, portion: int = PORTION) -> Extract:
    """Every reason of every refusal, by resource and number."""
    portions = (
        [Refusal(row, dict(reason)) for row in some for reason in row.reasons] for some in _rows(desk, wanted, portion)
    )
    return _extract("refusals", columns.REFUSALS, portions)


def of_events(desk: Desk, wanted: Events, portion: int = PORTION) -> Extract:
    """Events as they were told, in the order in which they arrived."""
    portions = _portions(
        desk,
        lambda connection, after: extracts.events(connection, wanted, after, portion),
        0,
        lambda one: one.event.arrival,
    )
    return _extract("events", columns.EVENTS, portions)


def of_bulk_results(desk: Desk, run_id: str, portion: int = PORTION) -> Extract:
    """What became of each resource of a bulk run. Raises NotFoundError."""
    view(desk, run_id)
    portions = _portions(
        desk,
        lambda connection, after: bulk.page(connection, run_id, None, after, portion),
        -1,
        lambda item: item.position,
    )
    return _extract("bulk-results", columns.BULK_RESULTS, portions)


def _judged(desk: Desk, one: Listed, at: datetime) -> Judged:
    try:
        return Judged(one, answer(desk.policy.case(one.resource, at, one.unresolved)))
    except EarlierDefinitionError:
        return Judged(one, None)


def _rows(desk: Desk, wanted: Rows, portion: int) -> Iterator[Sequence[Any]]:
    def read(connection: Connection, after: tuple[str, int] | None) -> Sequence[Any]:
        return extracts.history(connection, wanted, after, portion)

    return _portions(desk, read, None, lambda row: (row.resource_id, row.seq))


def _portions(
    desk: Desk, read: Callable[[Connection, Any], Sequence[One]], start: Any, key: Callable[[One], Any]
) -> Iterator[Sequence[One]]:
    """What `read` finds behind each last one, from the start on, until it finds nothing."""
    after = start
    while some := _read(desk, read, after):
        yield some
        after = key(some[-1])


def _read(desk: Desk, read: Callable[[Connection, Any], Sequence[One]], after: Any) -> Sequence[One]:
    with desk.store.reading() as connection:
        return read(connection, after)


def _extract(name: str, of: Sequence[Column], portions: Iterator[Sequence[Any]]) -> Extract:
    rows = ([tuple(column.of(one) for column in of) for one in some] for some in portions)
    return Extract(name, of, rows)
