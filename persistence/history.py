"""History: appended, read in order, never changed. Where its first rows were put away, it begins with their opening."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, select

from persistence import anchors
from persistence.anchors import ANCHOR
from persistence.bulk_writing import Insertion
from persistence.portions import portions
from persistence.tables import HistoryRecord, table_of
from workflows.history import Row
from workflows.words import Outcome

HISTORY = table_of(HistoryRecord)
#: Stands for a hash that was taken away, so that the row is not given a fresh one when it is read.
NO_HASH: Final = "none"
ROWS_IN_MEMORY: Final = 2000
_OUTCOME, _REASONS, _HASH = (Row.__struct_fields__.index(name) for name in ("outcome", "reasons", "hash"))
_APPENDING: Final = Insertion(HISTORY)
_AS_IN_ROW: Final = [HISTORY.c[name] for name in Row.__struct_fields__]


def append(connection: Connection, rows: Collection[Row]) -> None:
    _APPENDING.write(connection, rows)


def of_resource(
    connection: Connection, resource_id: str, after_seq: int = 0, limit: int | None = None
) -> Iterator[Row]:
    """A resource's rows, oldest first, from the one after `after_seq`."""
    opening = anchors.opening(connection, resource_id)
    opened = opening is not None and opening.seq > after_seq
    if opening is not None and opened:
        yield opening
    query = (
        select(HISTORY)
        .where(HISTORY.c.resource_id == resource_id, HISTORY.c.seq > after_seq)
        .order_by(HISTORY.c.seq)
        .limit(None if limit is None else limit - opened)
    )
    yield from map(to_row, connection.execute(query).mappings())


def of_resources(connection: Connection, resource_ids: Collection[str]) -> dict[str, list[Row]]:
    """The rows of several resources, oldest first."""
    openings = anchors.openings(connection, resource_ids)
    found: dict[str, list[Row]] = {one: [openings[one]] if one in openings else [] for one in resource_ids}
    for some in portions(resource_ids):
        query = select(HISTORY).where(HISTORY.c.resource_id.in_(some)).order_by(HISTORY.c.resource_id, HISTORY.c.seq)
        for record in connection.execute(query).mappings():
            found[record["resource_id"]].append(to_row(record))
    return found


def prefix(connection: Connection, resource_id: str, at: datetime) -> list[Row]:
    """A resource's rows up to, not including, the first that happened after `at`.

    Raises PutAwayError where how things stood then cannot be told any more.
    """
    anchors.check_known(connection, at)
    first_after = (
        select(HISTORY.c.seq)
        .where(HISTORY.c.resource_id == resource_id, HISTORY.c.occurred_at > at)
        .order_by(HISTORY.c.seq)
        .limit(1)
    )
    end = connection.execute(first_after).scalar()
    rows = of_resource(connection, resource_id)
    return [row for row in rows if end is None or row.seq < end]


def in_order(connection: Connection, wanted: Callable[[Column[str]], ColumnElement[bool]]) -> Iterator[Row]:
    """The rows of all the resources that are wanted, resource by resource, oldest first; few of them in memory.

    `wanted` is the condition on a column that names them.
    """
    openings: dict[str, Row] = {**anchors.those_where(connection, wanted(ANCHOR.c.resource_id))}
    for row in kept(connection, wanted(HISTORY.c.resource_id)):
        if row.resource_id in openings:
            yield openings.pop(row.resource_id)
        yield row
    yield from openings.values()


def kept(connection: Connection, wanted: ColumnElement[bool]) -> Iterator[Row]:
    """The rows that are wanted of those that are there, resource by resource, oldest first; few of them in memory."""
    query = select(*_AS_IN_ROW).where(wanted).order_by(HISTORY.c.resource_id, HISTORY.c.seq)
    with connection.execute(query, execution_options={"yield_per": ROWS_IN_MEMORY}) as found:
        for one in found:
            values = list(one)
            values[_OUTCOME] = Outcome(values[_OUTCOME])
            values[_REASONS] = tuple(values[_REASONS])
            values[_HASH] = values[_HASH] or NO_HASH
            yield Row(*values)


def to_row(record: RowMapping) -> Row:
    read = {
        "outcome": Outcome(record["outcome"]),
        "reasons": tuple(record["reasons"]),
        "hash": record["hash"] or NO_HASH,
    }
    return Row(**{name: record[name] for name in Row.__struct_fields__} | read)
