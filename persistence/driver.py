"""The driver's own cursor on a connection of SQLAlchemy: the hot path's way past what a statement costs there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


@contextmanager
def cursor_of(connection: Connection, statement: str) -> Iterator[Any]:
    """A cursor for one statement, within the connection's transaction; errors are those of every other statement."""
    driver: Any = connection.dialect.loaded_dbapi
    cursor: Any = connection.connection.cursor()
    try:
        yield cursor
    except driver.Error as error:
        raise DBAPIError.instance(
            statement, None, error, driver.Error, hide_parameters=True, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def rows_of(connection: Connection, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a statement finds, with their values as the driver has them."""
    with cursor_of(connection, statement) as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
