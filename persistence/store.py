"""The store: transactions on one database, for readers and for the one kind of writer."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine as Engine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from persistence.database import READING
from persistence.errors import StoreBusyError, translated


class Store:
    """A database brought up to date. Every method raises StoreError where the database cannot be used."""

    def __init__(self, engine: Engine) -> None:
        self._writers = engine
        self._readers = engine.execution_options(**{READING: True})

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: committed at the end of the block, undone by any exception."""
        try:
            with self._writers.begin() as connection:
                yield connection
        except NoConnectionError as error:
            raise StoreBusyError(StoreBusyError.__doc__) from error
        except DBAPIError as error:
            raise translated(error) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that only reads, on one snapshot where the database gives one."""
        try:
            with self._readers.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
                yield connection
        except NoConnectionError as error:
            raise StoreBusyError(StoreBusyError.__doc__) from error
        except DBAPIError as error:
            raise translated(error) from error

    def check_writable(self) -> None:
        """Take and give back the writer's place; a place that is busy will do. Raises StoreError.

        A statement that would write, though it finds nothing to: only that tells a database that is read-only.
        """
        try:
            with self.writing() as connection:
                connection.execute(text("UPDATE product_state SET state = state WHERE 1 = 0"))
        except StoreBusyError:
            return

    def close(self) -> None:
        self._writers.dispose()
