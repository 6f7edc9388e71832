"""The floor: the rows of a batch written by hand, set by set, through the bare driver. Nothing is decided or encoded.

Each batch reads what any intake must look at, whether ids were told before, the resources, the events that wait, and
then writes ready-made rows. The ids are deduplicated by the database, in the statement that writes them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

from persistence.database import BUSY_TIMEOUT_MS
from persistence.every_table import METADATA
from persistence.resources import MOVES

if TYPE_CHECKING:
    from bench.recorded import Work

Values = tuple[Any, ...]

#: What a batch writes, in the order in which it does, each with what numbers its rows where the database does.
WRITTEN = ("resource", "refund", "history", "tally_delta", "event_key", "inbox", "outbox")
NUMBERED = {"inbox": "arrival", "outbox": "id", "tally_delta": "id"}
#: By which columns a changed row is found.
FOUND_BY = {"resource": ("id",), "refund": ("id",), "inbox": ("subject", "source", "event_id")}
STILL = {"resource": "", "refund": "", "inbox": " AND inbox.waited AND inbox.resolved_at IS NULL"}
SUBJECTS = {"resource": "id", "inbox": "subject"}
KEYS = {"history": ("resource_id", "seq"), "event_key": ("source", "event_id")}
#: What a batch changes of rows that are there already.
CHANGING = {
    "resource": MOVES,
    "refund": ("status", "amount_minor", "destination", "origin", "decided_by", "note"),
    "inbox": ("outcome", "reasons", "detail", "waited", "resolved_at"),
}
TABLES: dict[str, Table] = {name: METADATA.tables[name] for name in WRITTEN}
COLUMNS = {name: [column.name for column in table.columns] for name, table in TABLES.items()}
GIVEN = {name: [one for one in COLUMNS[name] if one != NUMBERED.get(name)] for name in WRITTEN}


def picked(table: str, names: Iterable[str], rows: Iterable[Values]) -> list[Values]:
    """Of each row the values of these columns, at least two."""
    return list(map(itemgetter(*(COLUMNS[table].index(name) for name in names)), rows))


class Floor(Protocol):
    """A database, as the bare driver sees it."""

    @property
    def tables(self) -> Sequence[str]:
        """What it writes to."""
        ...

    def prepare(self, work: "Work") -> Any:
        """All that can be made ready before the clock starts."""
        ...

    def write(self, prepared: Any) -> None:
        """One batch, in one transaction."""
        ...

    def about(self, table: str, subjects: list[str]) -> list[Values]:
        """The rows that say something of these subjects."""
        ...

    def close(self) -> None: ...


def key(table: str, row: Values) -> Any:
    """What a row is known by."""
    names = KEYS.get(table, (NUMBERED.get(table, "id"),))
    return tuple(row[COLUMNS[table].index(name)] for name in names)


def content(floor: Floor, table: str, subjects: Sequence[str] = ()) -> list[str]:
    """The rows of a table, all or those about some subjects, without the numbers that the database gave them."""
    return sorted(map(repr, picked(table, GIVEN[table], floor.about(table, list(subjects)))))


def _given(work: "Work", table: str) -> list[Values]:
    if table == "event_key":
        return picked("inbox", GIVEN[table], work.told)
    return picked(table, GIVEN[table], work.told if table == "inbox" else work.new.get(table, []))


def _changed(work: "Work", table: str, names: Sequence[str]) -> list[Values]:
    return picked(table, (*names, *FOUND_BY[table]), work.changed[table])


class SqliteFloor:
    """SQLite through the standard library's module: `executemany` of tuples."""

    tables: Sequence[str] = WRITTEN
    changing: Mapping[str, Sequence[str]] = CHANGING

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        for pragma in (f"busy_timeout = {BUSY_TIMEOUT_MS}", "foreign_keys = ON", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}")

    def prepare(self, work: "Work") -> Any:
        inserted = [
            (_insertion(table), _given(work, table)) for table in WRITTEN if table not in ("event_key", "inbox")
        ]
        told = [(*row, *key) for row, key in zip(_given(work, "inbox"), picked("inbox", ID, work.told), strict=True)]
        inserted += [(NOT_TOLD_BEFORE, told), (_insertion("event_key"), _given(work, "event_key"))]
        changed = [(_change(table, names), _changed(work, table, names)) for table, names in self.changing.items()]
        by_source: dict[str, list[str]] = {}
        for source, id_ in work.keys:
            by_source.setdefault(source, []).append(id_)
        return work.subjects, by_source, [one for one in (*changed, *inserted) if one[1]]

    def write(self, prepared: Any) -> None:
        subjects, by_source, statements = prepared
        self._connection.execute("BEGIN IMMEDIATE")
        self._look(subjects, by_source)
        for statement, rows in statements:
            self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")

    def _look(self, subjects: list[str], by_source: dict[str, list[str]]) -> None:
        for source, ids in by_source.items():
            told = f"SELECT event_id, fingerprint FROM event_key WHERE source = ? AND event_id IN ({_marks(ids)})"
            self._connection.execute(told, (source, *ids)).fetchall()
        self._read(subjects)

    def _read(self, subjects: list[str]) -> None:
        run = self._connection.execute
        joined = "SELECT * FROM resource LEFT JOIN refund ON refund.id = resource.refund_id"
        run(f"{joined} WHERE resource.id IN ({_marks(subjects)})", subjects).fetchall()
        waiting = "SELECT * FROM inbox WHERE inbox.waited AND resolved_at IS NULL"
        run(f"{waiting} AND subject IN ({_marks(subjects)})", subjects).fetchall()

    def about(self, table: str, subjects: list[str]) -> list[Values]:
        column = SUBJECTS.get(table, "resource_id")
        narrowed = f" WHERE {column} IN ({_marks(subjects)})" if subjects and column in COLUMNS[table] else ""
        query = f"SELECT {', '.join(COLUMNS[table])} FROM {table}{narrowed}"
        return self._connection.execute(query, subjects if narrowed else ()).fetchall()

    def close(self) -> None:
        self._connection.close()


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _insertion(table: str) -> str:
    ignoring = " OR IGNORE" if table == "event_key" else ""
    return f"INSERT{ignoring} INTO {table} ({', '.join(GIVEN[table])}) VALUES ({_marks(GIVEN[table])})"


def _change(table: str, names: Iterable[str]) -> str:
    values = ", ".join(f"{name} = ?" for name in names)
    return f"UPDATE {table} SET {values} WHERE {' AND '.join(f'{name} = ?' for name in FOUND_BY[table])}{STILL[table]}"


ID = ("source", "event_id")
NOT_TOLD_BEFORE = (
    f"INSERT INTO inbox ({', '.join(GIVEN['inbox'])}) SELECT {_marks(GIVEN['inbox'])} "
    "WHERE NOT EXISTS (SELECT 1 FROM event_key WHERE source = ? AND event_id = ?)"
)


class PostgresFloor:
    """PostgreSQL through psycopg: COPY for what is new, `UPDATE … FROM unnest` for what changes."""

    tables: Sequence[str] = WRITTEN
    changing: Mapping[str, Sequence[str]] = CHANGING

    def __init__(self, url: str) -> None:
        kept_plans = "-c plan_cache_mode=force_generic_plan"
        self._connection = psycopg.connect(url.replace("+psycopg", "", 1), options=kept_plans)
        self._connection.adapters.register_loader("json", TextLoader)

    def prepare(self, work: "Work") -> Any:
        copied = [(_copy(table), _given(work, table)) for table in WRITTEN if table not in ("event_key", "inbox")]
        changed = [
            (_change_from_arrays(table, names), _turned(_changed(work, table, names)))
            for table, names in self.changing.items()
            if work.changed[table]
        ]
        told = _turned(_given(work, "inbox"))
        return work.subjects, _turned(work.keys), changed, [one for one in copied if one[1]], told

    def write(self, prepared: Any) -> None:
        subjects, keys, changed, copied, told = prepared
        with self._connection.transaction(), self._connection.cursor() as cursor:
            self._look(cursor, subjects, keys)
            for statement, columns in changed:
                cursor.execute(statement, columns)
            for statement, rows in copied:
                with cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
            if told:
                cursor.execute(TOLD, told).fetchall()

    def _look(self, cursor: "psycopg.Cursor[Any]", subjects: list[str], keys: list[list[str]]) -> None:
        self._lock(cursor, subjects)
        cursor.execute(
            "SELECT source, event_id, fingerprint FROM event_key "
            "JOIN unnest(%s::text[], %s::text[]) AS told (s, i) ON source = s AND event_id = i",
            keys,
        ).fetchall()
        self._read(cursor, subjects)

    def _lock(self, cursor: "psycopg.Cursor[Any]", subjects: list[str]) -> None:
        locks = "SELECT hashtextextended(subject, 0) AS key FROM unnest(%s::text[]) AS subject ORDER BY 1"
        cursor.execute(f"SELECT pg_advisory_xact_lock(key) FROM ({locks}) AS keys", (subjects,))

    def _read(self, cursor: "psycopg.Cursor[Any]", subjects: list[str]) -> None:
        cursor.execute(
            "SELECT * FROM resource LEFT JOIN refund ON refund.id = resource.refund_id WHERE resource.id = ANY(%s)",
            (subjects,),
        ).fetchall()
        cursor.execute(
            "SELECT * FROM inbox WHERE waited AND resolved_at IS NULL AND subject = ANY(%s)", (subjects,)
        ).fetchall()

    def about(self, table: str, subjects: list[str]) -> list[Values]:
        column = SUBJECTS.get(table, "resource_id")
        narrowed = f" WHERE {column} = ANY(%s)" if subjects and column in COLUMNS[table] else ""
        query = f"SELECT {', '.join(COLUMNS[table])} FROM {table}{narrowed}"
        rows = self._connection.execute(query, (subjects,) if narrowed else ()).fetchall()
        self._connection.rollback()
        return rows

    def close(self) -> None:
        self._connection.close()


def _turned(rows: Sequence[Values]) -> list[list[Any]]:
    """Rows as columns."""
    return [list(column) for column in zip(*rows, strict=True)]


def _copy(table: str) -> str:
    return f"COPY {table} ({', '.join(GIVEN[table])}) FROM STDIN"


def _arrays(table: str, names: Iterable[str]) -> Iterator[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return (f"%s::{TABLES[table].c[name].type.compile(dialect)}[]" for name in names)


def _change_from_arrays(table: str, names: Sequence[str]) -> str:
    values = ", ".join(f"{name} = told.{name}" for name in names)
    told_of = (*names, *FOUND_BY[table])
    each = (f"unnest({array}) AS {name}" for array, name in zip(_arrays(table, told_of), told_of, strict=True))
    told = f"(SELECT {', '.join(each)}) AS told"
    found = " AND ".join(f"{table}.{name} = told.{name}" for name in FOUND_BY[table])
    return f"UPDATE {table} SET {values} FROM {told} WHERE {found}{STILL[table]}"


TOLD = (
    f"WITH told AS (SELECT * FROM unnest({', '.join(_arrays('inbox', GIVEN['inbox']))}) "
    f"AS told ({', '.join(GIVEN['inbox'])})), "
    f"fresh AS (INSERT INTO event_key ({', '.join(GIVEN['event_key'])}) "
    f"SELECT {', '.join(GIVEN['event_key'])} FROM told ON CONFLICT DO NOTHING RETURNING source, event_id) "
    f"INSERT INTO inbox ({', '.join(GIVEN['inbox'])}) SELECT told.* FROM told JOIN fresh USING (source, event_id) "
    "RETURNING event_id"
)
