"""A world to tell stories about money in, on every kind of database."""

from collections.abc import Iterator

import pytest

from tests.money.world import World


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.close()
