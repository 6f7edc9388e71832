"""Many rows of one table written as a set: the hot path's way past the work that is done anew for every value.

What is written is encoded column by column. SQLite takes the rows through the driver's own `executemany`; PostgreSQL
takes new rows as one COPY and changes as one UPDATE from arrays. So how many statements a batch needs does not depend
on its size. Errors are those of every other statement.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql

from persistence.driver import cursor_of
from persistence.encoding import Encoder, encoder_of

DIALECTS: Final = ("sqlite", "postgresql")
_POSTGRESQL: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_NULL: Final = r"\N"
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

Values = Sequence[Any]


class Reading:
    """Takes the values of some columns out of things: each by the path of attributes at which a thing has it."""

    def __init__(self, columns: Sequence[Column[Any]], paths: Iterable[str]) -> None:
        self._values: Callable[[Any], tuple[Any, ...]] = attrgetter(*paths)
        self._encoders: dict[str, list[Encoder | None]] = {
            dialect: [encoder_of(column, dialect) for column in columns] for dialect in DIALECTS
        }

    def columns(self, things: Iterable[Any], dialect: str) -> list[Values]:
        """The things' values, column by column, as the driver takes them."""
        columns = zip(*map(self._values, things), strict=True)
        encoders = self._encoders[dialect]
        return [
            column if encoder is None else list(map(encoder, column))
            for column, encoder in zip(columns, encoders, strict=True)
        ]


class Insertion:
    """Inserts things into a table. `paths` says where a thing has what a column holds, if not under its name.

    A column that the database fills by itself is named in `without`.
    """

    def __init__(self, table: Table, paths: Mapping[str, str] | None = None, without: Collection[str] = ()) -> None:
        columns = [column for column in table.columns if column.name not in without]
        names = [column.name for column in columns]
        self._reading = Reading(columns, [(paths or {}).get(name, name) for name in names])
        self._copy = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
        marks = ", ".join("?" * len(names))
        self._insert = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"

    def write(self, connection: Connection, things: Collection[Any]) -> None:
        if not things:
            return
        columns = self._reading.columns(things, connection.dialect.name)
        if connection.dialect.name == "postgresql":
            _copy(connection, self._copy, copy_text(columns))
        else:
            _each(connection, self._insert, columns)


class Statement:
    """One statement for many things: on SQLite it is run for each of them, on PostgreSQL once, from arrays."""

    def __init__(self, reading: Reading, each: str, from_arrays: str) -> None:
        self._reading = reading
        self._each = each
        self._from_arrays = from_arrays

    def write(self, connection: Connection, things: Collection[Any]) -> int:
        """Returns how many rows were written."""
        if not things:
            return 0
        columns = self._reading.columns(things, connection.dialect.name)
        if connection.dialect.name == "postgresql":
            with cursor_of(connection, self._from_arrays) as cursor:
                return int(cursor.execute(self._from_arrays, tuple(map(array_text, columns))).rowcount)
        return _each(connection, self._each, columns)


class Alteration(Statement):
    """Changes `changed` columns of rows that are found by `found_by`, each column with the path to its value.

    `still` is what must hold of the row besides, as SQL.
    """

    def __init__(
        self, table: Table, changed: Mapping[str, str], found_by: Mapping[str, str], still: str = "TRUE"
    ) -> None:
        columns = [table.c[name] for name in (*changed, *found_by)]
        set_ = ", ".join(f"{name} = ?" for name in changed)
        found = " AND ".join(f"{name} = ?" for name in found_by)
        super().__init__(
            Reading(columns, [*changed.values(), *found_by.values()]),
            f"UPDATE {table.name} SET {set_} WHERE {found} AND {still}",
            _update_from_arrays(table.name, columns, changed, found_by, still),
        )


class Addition(Statement):
    """Adds things' numbers to those of the rows that have the same key, or inserts them where there are none.

    No two of the things may have the same key.
    """

    def __init__(self, table: Table, paths: Mapping[str, str], key: Collection[str], added: Collection[str]) -> None:
        columns = [table.c[name] for name in (*key, *added)]
        sums = ", ".join(f"{name} = {table.name}.{name} + excluded.{name}" for name in added)
        merged = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sums}"
        into = f"INSERT INTO {table.name} ({', '.join(column.name for column in columns)})"
        super().__init__(
            Reading(columns, [paths[column.name] for column in columns]),
            f"{into} VALUES ({', '.join('?' * len(columns))}) {merged}",
            f"{into} SELECT {', '.join(_arrays(columns))} {merged}",
        )


def _arrays(columns: Iterable[Column[Any]]) -> list[str]:
    return [f"unnest(%s::{column.type.compile(_POSTGRESQL)}[])" for column in columns]


def _update_from_arrays(
    table: str, columns: Sequence[Column[Any]], changed: Iterable[str], found_by: Iterable[str], still: str
) -> str:
    names = [*(f"new_{name}" for name in changed), *found_by]
    # Side by side in a SELECT, arrays are gone through together; in FROM each would be put aside as a whole first.
    each = (f"{array} AS {name}" for array, name in zip(_arrays(columns), names, strict=True))
    told = f"(SELECT {', '.join(each)}) AS told"
    set_ = ", ".join(f"{name} = told.new_{name}" for name in changed)
    found = " AND ".join(f"{table}.{name} = told.{name}" for name in found_by)
    return f"UPDATE {table} SET {set_} FROM {told} WHERE {found} AND {still}"


def _each(connection: Connection, statement: str, columns: Sequence[Values]) -> int:
    """Run a statement for each row of these columns. Returns how many rows were written."""
    with cursor_of(connection, statement) as cursor:
        return int(cursor.executemany(statement, zip(*columns, strict=True)).rowcount)


def _copy(connection: Connection, statement: str, text: str) -> None:
    with cursor_of(connection, statement) as cursor, cursor.copy(statement) as copy:
        copy.write(text)


def copy_text(columns: Sequence[Values]) -> str:
    """Columns of texts, None among them, as the text that COPY reads.

    Values seldom hold what has to be escaped; that they do not is seen by looking at the whole once.
    """
    nulls = sum(column.count(None) for column in columns)
    text = _lines([[_NULL if value is None else value for value in column] for column in columns])
    rows = len(columns[0])
    plain = (
        text.count("\\") == nulls
        and text.count("\t") == rows * (len(columns) - 1)
        and text.count("\n") == rows
        and "\r" not in text
    )
    if plain:
        return text
    return _lines([[_NULL if value is None else value.translate(_ESCAPES) for value in column] for column in columns])


def _lines(columns: Iterable[Values]) -> str:
    return "".join([f"{line}\n" for line in map("\t".join, zip(*columns, strict=True))])


def array_text(values: Collection[str | None]) -> str:
    """Texts as PostgreSQL writes an array of them; that none holds what has to be escaped is seen by looking once."""
    texts = [value for value in values if value is not None]
    text = '","'.join(texts)
    if texts and len(texts) == len(values) and "\\" not in text and text.count('"') == 2 * (len(texts) - 1):
        return f'{{"{text}"}}'
    return "{" + ",".join(["NULL" if value is None else f'"{_quoted(value)}"' for value in values]) + "}"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
