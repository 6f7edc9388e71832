"""Whole lives: histories with what stands beside them in the inbox, many resources at a time."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from persistence import inbox
from persistence.history import HISTORY, to_row
from persistence.portions import portions
from workflows.history import Row
from workflows.retelling import Life


def of_resources(connection: Connection, ids: Collection[str]) -> dict[str, Life]:
    """The life of each of these resources."""
    rows: dict[str, list[Row]] = {resource_id: [] for resource_id in ids}
    for some in portions(ids):
        query = select(HISTORY).where(HISTORY.c.resource_id.in_(some)).order_by(HISTORY.c.resource_id, HISTORY.c.seq)
        for record in connection.execute(query).mappings():
            rows[record["resource_id"]].append(to_row(record))
    waited = inbox.waited(connection, ids)
    return {resource_id: Life(rows[resource_id], *waited[resource_id]) for resource_id in ids}
