"""What stands in JSON lists, as rows: SQLite and PostgreSQL write it differently."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, TableValuedAlias, cast, func, type_coerce
from sqlmodel.sql.sqltypes import UTCDateTime


def members(
    connection: Connection, column: ColumnElement[Any]
) -> tuple[TableValuedAlias, Callable[[str], ColumnElement[Any]]]:
    """A JSON list's objects as rows, and how to take a text from each."""
    if connection.dialect.name == "postgresql":
        each = func.json_array_elements(column).table_valued("value", joins_implicitly=True)
        return each, lambda name: each.c.value.op("->>")(name)
    each = func.json_each(column).table_valued("value", joins_implicitly=True)
    return each, lambda name: func.json_extract(each.c.value, f"$.{name}")


def instant_of(connection: Connection, written: ColumnElement[Any]) -> ColumnElement[Any]:
    """An instant that stands in JSON as a text with microseconds, as columns of instants hold it."""
    if connection.dialect.name == "postgresql":
        return cast(written, UTCDateTime())
    return type_coerce(
        func.replace(func.substr(written, 1, len("2026-03-01 10:00:00.000000")), "T", " "), UTCDateTime()
    )
