"""A whole database copied into an empty one of either kind, and both read again to be held against each other."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import Column, Connection, String, Table, collate, func, insert, select

from persistence.every_table import all_tables
from persistence.tables import ProductStateRecord, table_of

PORTION: Final = 5_000
#: Written by the migrations and the catalogue, so that an empty database has it already.
FILLED_AT_START: Final = table_of(ProductStateRecord)


def size(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in all_tables()
    }


def first_filled(connection: Connection) -> str | None:
    """A table that has rows, though the database was only just made; None where there is none."""
    for table in all_tables():
        if table is not FILLED_AT_START and connection.execute(select(table).limit(1)).first() is not None:
            return table.name
    return None


def copy(source: Connection, target: Connection, table: Table, advance: Callable[[int], None]) -> None:
    """Copy a table's rows, a portion at a time, and have the target number on from the last of them."""
    if table is FILLED_AT_START:
        target.execute(table.delete())
    for rows in _portions(source, table):
        target.execute(insert(table), rows)
        advance(len(rows))
    _number_on(target, table)


def first_difference(
    source: Connection, target: Connection, table: Table, advance: Callable[[int], None]
) -> tuple[Any, Any] | None:
    """The first pair of rows that are not equal, in the order of their keys; None where all are.

    In place of a row that is missing stands None.
    """
    ours: list[Any]
    theirs: list[Any]
    for ours, theirs in zip_longest(_portions(source, table), _portions(target, table), fillvalue=[]):
        for one, other in zip_longest(ours, theirs):
            if one != other:
                return one, other
        advance(len(ours))
    return None


def _portions(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """The rows in the order of their keys, which is the same on every database, few of them in memory."""
    in_order = [_everywhere_alike(connection, key) for key in table.primary_key]
    query = select(table).order_by(*in_order)
    with connection.execute(query, execution_options={"yield_per": PORTION}) as found:
        for rows in found.mappings().partitions():
            yield [dict(row) for row in rows]


def _everywhere_alike(connection: Connection, key: "Column[Any]") -> Any:
    """A key to sort by; PostgreSQL would sort texts as some language does, SQLite does so by their bytes."""
    named = isinstance(key.type, String) and connection.dialect.name == "postgresql"
    return collate(key, "C") if named else key


def _number_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts beside the rows, and does not see that there are some."""
    key = table.autoincrement_column
    if key is None or connection.dialect.name != "postgresql":
        return
    last = connection.execute(select(func.max(key))).scalar()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        connection.execute(select(func.setval(sequence, last)))
