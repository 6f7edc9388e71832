"""Whole lives: histories with what stands beside them in the inbox, many resources at a time."""

from collections.abc import Collection

from sqlalchemy import Connection

from persistence import history, inbox
from workflows.retelling import Life


def of_resources(connection: Connection, ids: Collection[str], without_rows: Collection[str] = ()) -> dict[str, Life]:
    """The life of each of these resources, and of others of which no row of history is needed."""
    rows = history.of_resources(connection, ids)
    waited = inbox.waited(connection, [*ids, *without_rows])
    return {resource_id: Life(rows.get(resource_id, ()), *beside) for resource_id, beside in waited.items()}
