"""A store on PostgreSQL in which months have passed, by a clock that is set by hand."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

import pytest
from sqlalchemy.engine import make_url

from service import letters
from tests.databases import copied_postgres_url, fresh_postgres_url
from tests.money.world import World
from tests.verification.tampering import decline, lived


@pytest.fixture
def url(postgres: str) -> str:
    return fresh_postgres_url(postgres)


@cache
def _months_later(server: str) -> tuple[str, datetime]:
    """The name of a database in which much has happened in March 2026, and a little since; and now, in June."""
    url = fresh_postgres_url(server)
    world = lived(World(url))
    decline(world, "dear")
    world.later(days=60)
    world.pay("young")
    world.tell("certificate.revocation_requested", "issued")
    world.later(days=40)
    world.close()
    return str(make_url(url).database), world.clock.now()


@pytest.fixture
def passed_url(postgres: str) -> str:
    return copied_postgres_url(postgres, _months_later(postgres)[0])


@pytest.fixture
def passed(postgres: str, passed_url: str) -> Iterator[World]:
    world = World(passed_url, begins=_months_later(postgres)[1], first=1_000)
    yield world
    world.close()


@pytest.fixture
def settled(passed: World) -> World:
    settle(passed)
    return passed


def settle(world: World) -> None:
    """What still waits is discarded."""
    for dead in letters.page(world.desk, letters.Filter(outcome="dead"), None, 10):
        letters.discard(world.desk, dead.event.arrival, "ann", "it never came to anything")
