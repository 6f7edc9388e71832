"""The engine: one way to open a database, and what SQLite needs said on every connection."""

import math
import re
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

BUSY_TIMEOUT_MS = 15_000
READING = "refundry_reading"
USED_AT = "refundry_used_at"
#: A connection that was used within this time is taken to be there still.
IDLE_SECONDS = 1.0


class BadDatabaseUrlError(ValueError):
    """The database URL cannot be used; the message says what would be right."""


def open_engine(url: str) -> Engine:
    """The engine for a URL: `sqlite:///file.db` or `postgresql+psycopg://…`. Connects to nothing yet."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        told = re.sub(r"://[^@]*@", "://***@", url)
        raise BadDatabaseUrlError(f"{told!r} is no database URL such as sqlite:///refundry.db") from None
    kind = parsed.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise BadDatabaseUrlError(f"{kind} is not supported; use sqlite:///refundry.db or postgresql+psycopg://…")
    if kind == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise BadDatabaseUrlError("a SQLite database must be a file, such as sqlite:///refundry.db")
    try:
        return _postgresql(parsed) if kind == "postgresql" else _sqlite(parsed)
    except (ArgumentError, ImportError):
        raise BadDatabaseUrlError(f"no driver for {parsed.drivername} is installed here") from None


def is_there(url: str) -> bool:
    """Whether there is something to open: of SQLite, the file; of a server, only opening it tells. Makes nothing."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def product_of(connection: Connection) -> tuple[str, str]:
    """Which database it is, and in which version: `("SQLite", "3.45.1")`."""
    dialect = connection.dialect
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    version = dialect.server_version_info or ()
    return names[dialect.name], ".".join(str(part) for part in version)


def has_clock(connection: Connection) -> bool:
    """Whether the database has a clock of its own; SQLite has none but the machine's."""
    return connection.dialect.name == "postgresql"


def clock_says(connection: Connection) -> datetime:
    """What the clock of a database says that has one."""
    told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return told.astimezone(UTC)


def _postgresql(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _check_if_idle)
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info[USED_AT] = time.monotonic()


def _check_if_idle(connection: Any, record: Any, _proxy: Any) -> None:
    """Whether a connection that nobody used for a while still leads anywhere; if not, the pool opens a new one.

    Raises DisconnectionError, which is the pool's own way of being told.
    """
    if time.monotonic() - record.info.get(USED_AT, math.inf) <= IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.Error as error:
        raise DisconnectionError(str(error)) from error


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """WAL so that readers never wait, FULL so that an acknowledged commit survives a power cut."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a deferred begin fails on upgrade, whatever the timeout."""
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
