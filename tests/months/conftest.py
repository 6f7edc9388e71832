"""A store on PostgreSQL in which months have passed, by a clock that is set by hand."""

from collections.abc import Iterator

import pytest

from tests.databases import fresh_postgres_url
from tests.money.world import World
from tests.verification.tampering import decline, lived


@pytest.fixture
def url(postgres: str) -> str:
    return fresh_postgres_url(postgres)


@pytest.fixture
def passed(url: str) -> Iterator[World]:
    """Much has happened in March 2026, and a little since, up to the middle of June."""
    world = lived(World(url))
    decline(world, "dear")
    world.later(days=60)
    world.pay("young")
    world.tell("certificate.revocation_requested", "issued")
    world.later(days=40)
    yield world
    world.close()
