"""Texts found by how they begin, through an index on either database."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection

LAST_CHARACTER: Final = "\U0010ffff"


def begins(connection: Connection, column: ColumnElement[Any], beginning: str) -> ColumnElement[bool]:
    """Whether a text begins so, letter for letter.

    PostgreSQL finds it by LIKE through a pattern index, whatever the collation; SQLite's LIKE knows neither case nor
    index, but its texts stand in the order of their characters.
    """
    if connection.dialect.name == "postgresql":
        return column.startswith(beginning, autoescape=True)
    return column.between(beginning, beginning + LAST_CHARACTER)
