"""The store: transactions on one database, for readers and for the one kind of writer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine as Engine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from persistence.bulk_writing import array_text
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


def lock_subjects(connection: Connection, subjects: Iterable[str]) -> None:
    """Wait until no other transaction works on any of these subjects, whether or not they exist yet.

    SQLite's writer holds the whole database already. On PostgreSQL the locks are taken in one order, so two batches
    never wait for each other in a circle, and are given back when the transaction ends.
    """
    if connection.dialect.name != "postgresql":
        return
    keys = sorted({int.from_bytes(sha256(subject.encode()).digest()[:8], "big", signed=True) for subject in subjects})
    connection.execute(
        text(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT unnest(CAST(:keys AS bigint[])) AS key ORDER BY 1) AS keys"
        ),
        {"keys": array_text(map(str, keys))},
    )
