"""Where large stores are made, copied and measured: files of SQLite, or databases of a PostgreSQL of our own.

They are made without waiting for the disk. What is measured on them waits for it, from `wait_for_the_disk` on.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from bench.ingest import wait_for_the_disk
from bench.stores import seeded
from persistence.store import Store
from service.copying import Copying
from tests.databases import empty_postgres_url, fresh_sqlite_url, postgres_server, quick_engine
from workflows.products import CATALOGUE


class Place(Protocol):
    """Somewhere that has room for databases of one kind."""

    def seeded(self, events: int) -> str:
        """The URL of a demonstration that was lived through."""
        ...

    def copy(self, url: str) -> str:
        """The URL of a copy of a database to which nobody is connected."""
        ...

    def drop(self, url: str) -> None: ...

    def wait_for_the_disk(self) -> None: ...


@contextmanager
def place(kind: str) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="refundry-") as folder:
        if kind == "sqlite":
            yield Files(Path(folder))
        else:
            with postgres_server() as server:
                yield Server(server, Path(folder))


@dataclass(frozen=True, slots=True)
class Files:
    """SQLite: every database a file in one folder."""

    folder: Path

    def seeded(self, events: int) -> str:
        file = self._new()
        file.write_bytes(_seed(events))
        return f"sqlite:///{file}"

    def copy(self, url: str) -> str:
        file = self._new()
        shutil.copyfile(_file(url), file)
        return f"sqlite:///{file}"

    def drop(self, url: str) -> None:
        _file(url).unlink()

    def wait_for_the_disk(self) -> None:
        os.sync()

    def _new(self) -> Path:
        return self.folder / f"{uuid4().hex[:12]}.db"


@dataclass(frozen=True, slots=True)
class Server:
    """PostgreSQL: every database one of the server's; `folder` is for what is copied over."""

    server: str
    folder: Path

    def seeded(self, events: int) -> str:
        source, target = self.folder / "seed.db", empty_postgres_url(self.server)
        source.write_bytes(_seed(events))
        reading, writing = quick_engine(f"sqlite:///{source}"), quick_engine(target)
        Copying(Store(reading), writing, CATALOGUE).make(lambda _number: None)
        reading.dispose()
        writing.dispose()
        return target

    def copy(self, url: str) -> str:
        name = f"refundry_{uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{make_url(url).database}"')
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE "{make_url(url).database}"')

    def wait_for_the_disk(self) -> None:
        self._run("CHECKPOINT")
        os.sync()
        wait_for_the_disk(self.server)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@cache
def _seed(events: int) -> bytes:
    """A demonstration lived through, as the content of a SQLite file: done once for both kinds."""
    with tempfile.TemporaryDirectory() as folder:
        url = fresh_sqlite_url(Path(folder))
        desk, _ = seeded(url, events)
        desk.store.close()
        return _file(url).read_bytes()


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")
