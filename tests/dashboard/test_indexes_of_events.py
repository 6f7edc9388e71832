"""What the pages of events, hooks, refusals and audit ask the database is found through an index, never by a scan."""

from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import event

from service.desk import Desk
from service.hooks import subscriptions
from tests.dashboard.unsettled import MAIN
from tests.databases import fresh_sqlite_url

pytestmark = pytest.mark.usefixtures("world")
GROWING = ("resource", "history", "inbox", "hook_delivery", "hook_attempt", "refund", "outbox")
PAGES = (
    "/events",
    "/events?outcome=refused",
    "/events?type=order.paid&outcome=refused",
    "/events?subject=plain",
    "/events?kind=parked",
    "/events?kind=dead&type=order.paid",
    "/events/1",
    "/hooks",
    "/hooks?status=failed",
    "/hooks/{hook}",
    "/refusals",
    "/refusals?reason=already_used",
    "/audit",
    "/audit?actor=ann",
    "/audit?kind=declined",
    "/audit?resource=plain",
)


@pytest.fixture
def any_database_url(tmp_path: Any) -> str:
    """On SQLite, which tells of every scan, whatever the size of the table."""
    return fresh_sqlite_url(tmp_path)


@pytest.fixture
def asked(desk: Desk) -> Iterator[list[tuple[str, Any]]]:
    """Every query that is put to the database, with its parameters."""
    told: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            told.append((statement, parameters))

    with desk.store.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", PAGES)
def test_no_growing_table_is_scanned(
    browser: httpx.Client, desk: Desk, asked: list[tuple[str, Any]], path: str
) -> None:
    hook = subscriptions.add(desk, {"url": MAIN}).hook.id
    asked.clear()
    assert browser.get(path.format(hook=hook)).status_code == 200
    queries = list(asked)
    assert queries
    with desk.store.reading() as connection:
        cursor = connection.connection.cursor()
        for statement, parameters in queries:
            plan = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            scans = [step for step in plan if step.startswith("SCAN") and step.split()[1] in GROWING]
            allowed = [step for step in scans if "USING INDEX" in step or "USING COVERING INDEX" in step]
            assert scans == allowed, (statement, plan)
