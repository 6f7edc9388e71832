"""The floor of the sweep: what a portion of it wrote, learnt by looking, and written again by hand in equal portions.

Each portion finds what is due as any sweep must, finds it to be what was learnt, reads it, and writes ready-made rows.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

import psycopg

from bench.floor import COLUMNS, Floor, PostgresFloor, SqliteFloor, Values, key
from bench.recorded import Work
from persistence.encoding import encoder_of
from persistence.resources import NOTES, RESOURCE
from service.clockwork import PORTION, expire_windows
from service.desk import Desk

DUE = "SELECT id FROM resource WHERE expiry_due_at <= {} ORDER BY expiry_due_at, id LIMIT {}"

NEWEST, BEHIND = "SELECT coalesce(max(id), 0) FROM {}", "SELECT {} FROM {} WHERE id > {} ORDER BY id"
#: What the end of windows is written to: tables whose rows are found by the resource, and tables that are numbered.
FOUND, ADDED = ("resource", "history"), ("outbox", "tally_delta")
#: Of a row that is there already, the end of a window changes no more than this.
CHANGING = {"resource": NOTES}


class SweepFloor(Floor, Protocol):
    """A floor that finds by itself what is due."""

    def due(self, limit: int) -> list[str]:
        """The windows that fell due first."""
        ...

    def count(self, table: str) -> int:
        """How many rows a table has."""
        ...

    def newest(self, table: str) -> int:
        """The last number of a numbered table."""
        ...

    def behind(self, table: str, number: int) -> list[Values]:
        """The rows of a numbered table behind a number, in their order."""
        ...


class SqliteSweepFloor(SqliteFloor):
    changing = CHANGING

    def __init__(self, url: str, now: datetime) -> None:
        super().__init__(url)
        encode = encoder_of(RESOURCE.c.expiry_due_at, "sqlite")
        assert encode is not None
        self._now = encode(now)

    def due(self, limit: int) -> list[str]:
        return [row[0] for row in self._connection.execute(DUE.format("?", "?"), (self._now, limit))]

    def count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def newest(self, table: str) -> int:
        return int(self._connection.execute(NEWEST.format(table)).fetchone()[0])

    def behind(self, table: str, number: int) -> list[Values]:
        return self._connection.execute(BEHIND.format(", ".join(COLUMNS[table]), table, "?"), (number,)).fetchall()

    def _look(self, subjects: list[str], by_source: dict[str, list[str]]) -> None:
        assert self.due(len(subjects)) == subjects
        self._read(subjects)


class PostgresSweepFloor(PostgresFloor):
    changing = CHANGING

    def __init__(self, url: str, now: datetime) -> None:
        super().__init__(url)
        self._now = now

    def due(self, limit: int) -> list[str]:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            return self._due(cursor, limit)

    def count(self, table: str) -> int:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            return int(cursor.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()[0][0])

    def newest(self, table: str) -> int:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            return int(cursor.execute(NEWEST.format(table).encode()).fetchall()[0][0])

    def behind(self, table: str, number: int) -> list[Values]:
        query = BEHIND.format(", ".join(COLUMNS[table]), table, "%s").encode()
        with self._connection.transaction(), self._connection.cursor() as cursor:
            return cursor.execute(query, (number,)).fetchall()

    def _due(self, cursor: "psycopg.Cursor[Any]", limit: int) -> list[str]:
        return [row[0] for row in cursor.execute(DUE.format("%s", "%s"), (self._now, limit))]

    def _look(self, cursor: "psycopg.Cursor[Any]", subjects: list[str], keys: list[list[str]]) -> None:
        assert self._due(cursor, len(subjects)) == subjects
        self._lock(cursor, subjects)
        self._read(cursor, subjects)


def sweep_floor(url: str, now: datetime) -> SweepFloor:
    return SqliteSweepFloor(url, now) if url.startswith("sqlite") else PostgresSweepFloor(url, now)


def learnt(desk: Desk, floor: SweepFloor, now: datetime, portions: int) -> Iterator[Work]:
    """Sweep so many portions, each with the rows that it made; the floor is only asked what its database holds."""
    marks = {table: floor.newest(table) for table in ADDED}
    for _ in range(portions):
        work = Work(floor.due(PORTION), [])
        before = {table: _rows(floor, table, work.subjects) for table in FOUND}
        assert expire_windows(desk, now, PORTION) == PORTION
        for table, known in before.items():
            rows = _rows(floor, table, work.subjects)
            work.new[table] = [row for one, row in rows.items() if one not in known]
            work.changed[table] = [row for one, row in rows.items() if one in known and known[one] != row]
        for table, mark in marks.items():
            work.new[table] = floor.behind(table, mark)
            marks[table] = floor.newest(table)
        yield work


def _rows(floor: Floor, table: str, subjects: list[str]) -> dict[Any, Values]:
    return {key(table, row): row for row in floor.about(table, subjects)}
