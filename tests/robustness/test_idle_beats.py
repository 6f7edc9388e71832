"""A beat that finds nothing due costs the same whatever the store holds: no statement of it looks through a table."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, event

from scheduler.sweeps import sweep
from service.clock import SetClock
from service.clockwork import next_due
from service.desk import Desk
from service.opening import open_desk
from service.standard_rules import STANDARD_RULES
from tests.databases import fresh_sqlite_url, quick_engine
from workflows.instants import EARLIEST
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

#: The tables that grow with what happens; a plan that searches one without an index reads all of it.
GROWING: Final = "resource|history|inbox|refund|outbox|attempt"
READ_THROUGH: Final = re.compile(rf"^(?:SCAN|SEARCH) (?:{GROWING})\b(?! USING)")
Asked = list[tuple[str, Any]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = SetClock(EARLIEST)
    opened = open_desk(quick_engine(fresh_sqlite_url(tmp_path)), CATALOGUE, [parse_rules(STANDARD_RULES)], clock)
    yield opened
    opened.store.close()


def test_no_statement_of_an_idle_beat_reads_through_a_table(desk: Desk) -> None:
    asked: Asked = []
    with desk.store.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _u, sql, told, *_: asked.append((sql, told)))
    assert next_due(desk) is None
    assert not any(sweep(desk, desk.clock.now()).values())
    selects = [one for one in asked if one[0].lstrip().startswith("SELECT")]
    assert len(selects) > 5
    with engine.connect() as connection:
        through = {
            sql: step for sql, told in selects for step in plan(connection, sql, told) if READ_THROUGH.match(step)
        }
    assert not through


def plan(connection: Connection, sql: str, told: Any) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", told)]
