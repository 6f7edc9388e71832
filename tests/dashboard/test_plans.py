"""No page and no report makes the database look through everything: each statement's plan, on either database."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import Connection, event, text

from bench.stores import MOMENT, multiply, seeded
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from service.clock import SetClock
from service.opening import open_desk
from tests.asked import addresses, names_in
from tests.dashboard.conftest import BROWSER
from tests.databases import KINDS, fresh_postgres_url, fresh_sqlite_url, quick_engine
from tests.robustness.services import InThread
from workflows.products import CATALOGUE

LARGE: Final = frozenset(
    ("resource", "history", "inbox", "refund", "outbox", "hook_delivery", "hook_attempt", "attempt", "balance_credit")
)
EVENTS, RESOURCES = 150, 3_000
#: Holds refunds in the order of their list with all that a list is narrowed by, and is read until a page is full.
WALKED: Final = "refund_by_request"
#: Of SQLite: the whole of a table or index is read, in which order ever.
SCANNED: Final = re.compile(r"^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")


class Watched:
    """A store of some size with its pages, and each statement that these have made of the database."""

    def __init__(self, url: str) -> None:
        desk, _ = seeded(url, EVENTS)
        desk.store.close()
        self.engine = quick_engine(url)
        multiply(self.engine, RESOURCES)
        clock = SetClock(MOMENT)
        self.service = InThread(Wired(open_desk(self.engine, CATALOGUE, [], clock), Settings(), None, clock))
        self.service.client.headers.update(BROWSER)
        self.statements: dict[str, tuple[Any, str]] = {}
        self.asking = ""
        event.listen(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if self.asking and statement.lstrip().startswith(("SELECT", "WITH")):
            self.statements.setdefault(statement, (parameters, self.asking))

    def ask_for_everything(self) -> None:
        with self.engine.connect() as connection:
            names = names_in(connection)
        for address in addresses(names, pairs=False):
            self.asking = address
            answer = self.service.client.get(address, follow_redirects=True)
            assert answer.status_code == 200, (address, answer.text)

    def looked_through(self) -> list[tuple[str, str]]:
        """What is read wholly, and at which address first, of all that was asked for."""
        self.engine.dispose()  # a connection would explain a statement as it did before
        asked = dict(self.statements)
        with self.engine.connect() as connection:
            wholly = _wholly_postgresql if connection.dialect.name == "postgresql" else _wholly_sqlite
            return [
                (found, address)
                for statement, (parameters, address) in asked.items()
                for found in wholly(connection, statement, parameters)
            ]

    def close(self) -> None:
        self.service.stop()
        self.engine.dispose()


def _wholly_sqlite(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    """Tables and indexes that are read wholly; not those of what is seldom, nor what is read until a page is full."""
    plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    indexes = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'")).all()
    partial = {name for name, sql in indexes if sql is not None and " WHERE " in sql}
    if _unshelved(statement, str(plan)):
        yield f"not in the order of its shelves: {statement}"
    leafed = "LIMIT" in statement and "WHERE" not in statement and not any("TEMP B-TREE" in line for line in plan)
    for line in plan:
        found = SCANNED.match(line)
        if not found:
            continue
        table = _table(statement, found[1])
        allowed = leafed or re.search(rf"FROM {table}\s+LIMIT", statement)
        if table in LARGE and found[2] not in (*partial, WALKED) and not (found[2] and allowed):
            yield f"{line}: {statement}"


def _unshelved(statement: str, plan: str) -> bool:
    """Whether what comes first on shelves is not read from the index that keeps them in that order."""
    order = re.search(r"ORDER BY near\.(deadline|paid|currency)", statement)
    kept = {"deadline": "deadline", "paid": "payment", "currency": "cash"}
    return order is not None and f"resource_shelved_by_{kept[order[1]]}" not in plan


def _table(statement: str, alias: str) -> str:
    named = re.search(rf"(\w+) AS {alias}\b", statement)
    return named[1] if named else alias


def _wholly_postgresql(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    for way in ("seqscan", "hashjoin", "mergejoin"):  # what only does where little is
        connection.execute(text(f"SET enable_{way} = off"))
    for way in ("sort", "incremental_sort"):
        connection.execute(text(f"SET enable_{way} = {'off' if 'ORDER BY near' in statement else 'on'}"))
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    if _unshelved(statement, str(plan)):
        yield f"not in the order of its shelves: {statement}"
    query = "SELECT relname FROM pg_class JOIN pg_index ON pg_class.oid = indexrelid WHERE indpred IS NOT NULL"
    partial = set(connection.execute(text(query)).scalars())
    whole, leading = _pairs(connection, _PARTITIONS), _pairs(connection, _LEADING)
    empty, indexed_by = set(connection.execute(text(_EMPTY)).scalars()), _pairs(connection, _INDEXED)
    for node, until_full in _nodes(plan["Plan"], until_full=False):
        part = node.get("Relation Name") or indexed_by.get(node.get("Index Name", ""))
        if part in empty:  # there every way is as good as any other
            continue
        table = whole.get(part, part)
        sequential = node["Node Type"] == "Seq Scan" and table in LARGE
        indexed = node["Node Type"] in ("Index Scan", "Index Only Scan", "Bitmap Index Scan")
        # where the leading column is free, a condition on another is no way into an index
        bounded = indexed and leading[node["Index Name"]] in node.get("Index Cond", "")
        unbounded = indexed and not bounded and node["Index Name"] not in partial
        if sequential or (unbounded and table in LARGE and not (until_full and "Filter" not in node)):
            yield f"{json.dumps(node)[:300]}: {statement}"


#: Of each partition, and each of its indexes, what it is a part of.
_PARTITIONS: Final = "SELECT CAST(inhrelid AS regclass)::text, CAST(inhparent AS regclass)::text FROM pg_inherits"
_EMPTY: Final = "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) = 0"
#: Of each index its table, which the plan does not name everywhere.
_INDEXED: Final = "SELECT CAST(indexrelid AS regclass)::text, CAST(indrelid AS regclass)::text FROM pg_index"
#: Of each index its first column.
_LEADING: Final = (
    "SELECT CAST(attrelid AS regclass)::text, attname FROM pg_attribute JOIN pg_index ON attrelid = indexrelid "
    "WHERE attnum = 1"
)


def _pairs(connection: Connection, query: str) -> dict[str, str]:
    return {str(one): str(other) for one, other in connection.execute(text(query.replace(":", r"\:")))}


def _nodes(node: dict[str, Any], *, until_full: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every node of a plan, and whether it is read only until a page is full."""
    yield {name: value for name, value in node.items() if name != "Plans"}, until_full
    streams = node["Node Type"] in ("Limit", "Nested Loop", "Subquery Scan", "Append", "Merge Append", "Result")
    for below in node.get("Plans", ()):
        yield from _nodes(below, until_full=streams and (until_full or node["Node Type"] == "Limit"))


@pytest.fixture(scope="module", params=KINDS)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    if request.param == "sqlite":
        url = fresh_sqlite_url(tmp_path_factory.mktemp("plans"))
    else:
        url = fresh_postgres_url(request.getfixturevalue("postgres"))
    made = Watched(url)
    made.ask_for_everything()
    yield made
    made.close()


def test_nothing_large_is_read_wholly_for_a_page_or_report(watched: Watched) -> None:
    assert len(watched.statements) > 40
    assert not watched.looked_through()


@pytest.mark.parametrize(
    "index", ["resource_by_account", "resource_by_order", "resource_shelved_by_payment", "history_expired"]
)
def test_a_missing_index_is_noticed(watched: Watched, index: str) -> None:
    """Dropped, and made again as it was, in every partition."""
    with watched.engine.begin() as connection:
        made = connection.execute(text(_DEFINITION[connection.dialect.name]), {"name": index}).scalar_one()
        connection.execute(text(f"DROP INDEX {index}"))
    missed = watched.looked_through()
    with watched.engine.begin() as connection:
        connection.execute(text(made.replace(" ON ONLY ", " ON ")))
    assert missed


_DEFINITION: Final = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE name = :name",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = :name",
}
