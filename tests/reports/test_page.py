"""What docs/reports.md shows is what comes of it, on both databases."""

import pytest
from sqlalchemy import inspect, text

from tests.databases import fresh_sqlite_url
from tests.reports.page import ASKED, CALLED, PAGE, RUN_ONLY, VIEW_ROW, played, small_world

WRITTEN = PAGE.read_text(encoding="utf-8")


def test_page_is_what_comes_of_its_examples(tmp_path_factory: pytest.TempPathFactory) -> None:
    with small_world(fresh_sqlite_url(tmp_path_factory.mktemp("page"))) as (world, client):
        client.get("/healthz")
        with world.desk.store.reading() as connection:
            assert played(WRITTEN, client, connection) == WRITTEN
            assert {found[0] for found in VIEW_ROW.findall(WRITTEN)} == set(inspect(connection).get_view_names())
    assert len(CALLED.findall(WRITTEN)) == 6 and len(ASKED.findall(WRITTEN)) == 3


def test_every_query_runs_on_each_database(database_url: str) -> None:
    with small_world(database_url) as (world, _), world.desk.store.reading() as connection:
        for query in RUN_ONLY.findall(WRITTEN):
            connection.execute(text(query)).all()
    assert len(RUN_ONLY.findall(WRITTEN)) == 5
