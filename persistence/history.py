"""History: appended, read in order, never changed."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, select

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
    query = (
        select(HISTORY)
        .where(HISTORY.c.resource_id == resource_id, HISTORY.c.seq > after_seq)
        .order_by(HISTORY.c.seq)
        .limit(limit)
    )
    return (to_row(record) for record in connection.execute(query).mappings())


def of_resources(connection: Connection, resource_ids: Collection[str]) -> dict[str, list[Row]]:
    """The rows of several resources, oldest first."""
    found: dict[str, list[Row]] = {resource_id: [] for resource_id in resource_ids}
    for some in portions(resource_ids):
        query = select(HISTORY).where(HISTORY.c.resource_id.in_(some)).order_by(HISTORY.c.resource_id, HISTORY.c.seq)
        for record in connection.execute(query).mappings():
            found[record["resource_id"]].append(to_row(record))
    return found


def prefix(connection: Connection, resource_id: str, at: datetime) -> list[Row]:
    """A resource's rows up to, not including, the first that happened after `at`."""
    first_after = (
        select(HISTORY.c.seq)
        .where(HISTORY.c.resource_id == resource_id, HISTORY.c.occurred_at > at)
        .order_by(HISTORY.c.seq)
        .limit(1)
    )
    end = connection.execute(first_after).scalar()
    rows = of_resource(connection, resource_id)
    return [row for row in rows if end is None or row.seq < end]


def in_order(connection: Connection, wanted: ColumnElement[bool]) -> Iterator[Row]:
    """The rows of all the resources that are wanted, resource by resource, oldest first; few of them in memory."""
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
