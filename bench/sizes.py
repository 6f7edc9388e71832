"""`python -m bench.sizes`: how many bytes a row takes with its share of the indexes, in a store of a million resources.

The store is made for it, its indexes growing row by row as they do in life; with `--database` one that is there already
is measured, and left as it is.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from bench.places import place
from bench.stores import LIVES_APART, SEEDED, multiply
from entrypoints.logs import configure_logging
from persistence.database import open_engine
from tests.databases import KINDS, quick_engine

RESOURCES = 1_000_000
TABLES = ("resource", "history", "inbox", "outbox", "refund", "attempt")
OF_POSTGRESQL = text("SELECT pg_table_size(to_regclass(:table)), pg_indexes_size(to_regclass(:table))")
OF_SQLITE = text(
    "SELECT sum(CASE WHEN name = :table THEN pgsize ELSE 0 END), sum(CASE WHEN name = :table THEN 0 ELSE pgsize END) "
    "FROM dbstat WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_master WHERE tbl_name = :table)"
)


@dataclass(frozen=True, slots=True)
class Size:
    """What a table and its indexes take in bytes, and how many rows that is for."""

    table: str
    rows: int
    own: int
    indexes: int


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--resources", type=int, default=RESOURCES)
    asked.add_argument("--database", metavar="URL", help="a store that is there already")
    told = asked.parse_args()
    configure_logging("error")
    if told.database is not None:
        _tell(told.database)
        return
    for kind in KINDS:
        with place(kind) as there:
            url = there.seeded(SEEDED)
            engine = quick_engine(url)
            multiply(engine, told.resources, LIVES_APART)
            engine.dispose()
            _tell(url)


def _tell(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = list(sizes(connection))
    resources = found[0].rows
    print(f"{engine.dialect.name}, {resources:,} resources")
    print(f"{'':10}{'rows':>12}{'a resource':>12}{'row':>8}{'indexes':>9}{'both':>7}  bytes a row")
    for one in found:
        if one.rows:
            own, indexes = one.own / one.rows, one.indexes / one.rows
            each = f"{one.rows / resources:12.2f}{own:8.0f}{indexes:9.0f}{own + indexes:7.0f}"
            print(f"{one.table:10}{one.rows:12,}{each}")
    whole = sum(one.own + one.indexes for one in found)
    print(f"{whole / 1e9:.2f} GB, {whole / resources:,.0f} bytes a resource with all that belongs to it")
    engine.dispose()


def sizes(connection: Connection) -> Iterator[Size]:
    """The sizes of the tables that grow with what happens; of SQLite whole pages."""
    query = OF_POSTGRESQL if connection.dialect.name == "postgresql" else OF_SQLITE
    for table in TABLES:
        rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        own, indexes = connection.execute(query, {"table": table}).one()
        yield Size(table, rows, int(own or 0), int(indexes or 0))


if __name__ == "__main__":
    main()
