"""History: appended, read in order, never changed."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, insert, select

from persistence.tables import HistoryRecord, table_of
from workflows.history import Row
from workflows.words import Outcome

HISTORY = table_of(HistoryRecord)
#: Stands for a hash that was taken away, so that the row is not given a fresh one when it is read.
NO_HASH: Final = "none"


def append(connection: Connection, rows: Collection[Row]) -> None:
    if rows:
        connection.execute(insert(HISTORY), [_to_record(row) for row in rows])


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


def _to_record(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Row.__slots__}
    return values | {"outcome": row.outcome.value, "reasons": list(row.reasons)}


def to_row(record: RowMapping) -> Row:
    read = {
        "outcome": Outcome(record["outcome"]),
        "reasons": tuple(record["reasons"]),
        "hash": record["hash"] or NO_HASH,
    }
    return Row(**{**record, **read})
