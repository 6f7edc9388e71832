"""Texts found by how they begin, through an index on either database."""

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, select, text

LAST_CHARACTER: Final = "\U0010ffff"


def begins(connection: Connection, column: ColumnElement[Any], beginning: str) -> ColumnElement[bool]:
    """Whether a text begins so, letter for letter.

    PostgreSQL finds it by LIKE through a pattern index, whatever the collation; SQLite's LIKE knows neither case nor
    index, but its texts stand in the order of their characters.
    """
    if connection.dialect.name == "postgresql":
        return column.startswith(beginning, autoescape=True)
    return column.between(beginning, beginning + LAST_CHARACTER)


def walk(connection: Connection, column: Column[Any], beginning: str, limit: int) -> list[str]:
    """The distinct texts that begin so, in the order of their characters, at most so many.

    Each is looked up behind the one before it, so that however often a text stands there, it is read once.
    """
    found: list[str] = []
    query = select(column).where(begins(connection, column, beginning)).order_by(_in_order(connection, column)).limit(1)
    while len(found) < limit:
        further = query.where(_behind(connection, column, found[-1])) if found else query
        name = connection.execute(further).scalar()
        if name is None:
            break
        found.append(name)
    return found


def _behind(connection: Connection, column: Column[Any], name: str) -> ColumnElement[bool]:
    return column.op("~>~", is_comparison=True)(name) if connection.dialect.name == "postgresql" else column > name


def _in_order(connection: Connection, column: Column[Any]) -> Any:
    """PostgreSQL's pattern index has an order of its own, that of the characters."""
    postgresql = connection.dialect.name == "postgresql"
    return text(f"{column.table.name}.{column.name} USING ~<~") if postgresql else column
